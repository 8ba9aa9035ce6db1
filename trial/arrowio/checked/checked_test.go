package checked

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// schemaOfStream returns the metadata of the first message of a stream of two columns.
func schemaOfStream(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w := ipc.NewWriter(&b, ipc.WithSchema(arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.BinaryTypes.String},
		{Name: "curve", Type: arrow.ListOf(arrow.PrimitiveTypes.Float64)}}, nil)))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()[8 : 8+binary.LittleEndian.Uint32(b.Bytes()[4:])]
}

// FuzzMessage walks hostile IPC metadata.
func FuzzMessage(f *testing.F) {
	f.Add(schemaOfStream(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		info, err := checkMessage(b)
		if err != nil {
			return
		}
		if info.body > 1<<20 {
			return
		}
		_ = info.checkBody(make([]byte, info.body))
	})
}

// TestCheckRuns counts the values of run-length and bit-packed hybrids (Parquet, Encodings.md).
func TestCheckRuns(t *testing.T) {
	for _, c := range []struct {
		data     []byte
		width, n int
		ok       bool
	}{
		{[]byte{10 << 1, 1}, 1, 10, true},                // ten times 1
		{[]byte{10 << 1, 1}, 1, 11, false},               // one too many asked for
		{[]byte{1<<1 | 1, 0xff}, 1, 8, true},             // eight bits
		{[]byte{1<<1 | 1, 0xff}, 1, 9, false},            //
		{[]byte{4 << 1, 1, 1<<1 | 1, 0, 0}, 2, 12, true}, // four, then eight of two bits
		{[]byte{4 << 1}, 2, 4, false},                    // the run's value is cut off
		{nil, 1, 1, false},
		{nil, 0, 5, true}, // width 0 needs no bytes
	} {
		if err := checkRuns(c.data, c.width, c.n); (err == nil) != c.ok {
			t.Errorf("%v, width %d, %d values: %v", c.data, c.width, c.n, err)
		}
	}
}

func TestBodyBoundsAreChecked(t *testing.T) {
	sizes := func(raw uint64) []byte { return append(binary.LittleEndian.AppendUint64(nil, raw), 1, 2, 3) }
	for name, c := range map[string]struct {
		info messageInfo
		body []byte
		ok   bool
	}{
		"plain":  {messageInfo{rows: 8, batch: true, buffers: [][2]int64{{0, 11}}}, sizes(0), true},
		"rows":   {messageInfo{rows: 89, batch: true, buffers: [][2]int64{{0, 11}}}, sizes(0), false},
		"packed": {messageInfo{rows: 8, batch: true, codec: true, buffers: [][2]int64{{0, 11}}}, sizes(100), true},
		"not packed": {messageInfo{rows: 8, batch: true, codec: true, buffers: [][2]int64{{0, 11}}},
			sizes(math.MaxUint64), true},
		"absurd": {messageInfo{rows: 8, batch: true, codec: true, buffers: [][2]int64{{0, 11}}}, sizes(1 << 40),
			false},
		"too short": {messageInfo{codec: true, buffers: [][2]int64{{0, 7}}}, sizes(0), false},
		"negative":  {messageInfo{codec: true, buffers: [][2]int64{{0, 11}}}, sizes(1 << 63), false},
	} {
		if err := c.info.checkBody(c.body); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A page of plain values has exactly the bytes of its values: a column that its schema calls required by mistake has
// levels before them, which would be read as values.
func TestPlainPagesHaveTheirSize(t *testing.T) {
	t.Parallel()
	column := func(p parquet.Type, length int) *schema.Column {
		n, err := schema.NewPrimitiveNode("x", parquet.Repetitions.Required, p, -1, int32(length))
		if err != nil {
			t.Fatal(err)
		}
		return schema.NewColumn(n, 0, 0)
	}
	for _, c := range []struct {
		typ          parquet.Type
		length, size int // of three values
	}{{parquet.Types.Boolean, -1, 1}, {parquet.Types.Int32, -1, 12}, {parquet.Types.Float, -1, 12},
		{parquet.Types.Int64, -1, 24}, {parquet.Types.Double, -1, 24}, {parquet.Types.Int96, -1, 36},
		{parquet.Types.FixedLenByteArray, 5, 15}, {parquet.Types.ByteArray, -1, 12}} {
		for _, d := range []int{-1, 0, 1} {
			err := checkPlain(make([]byte, c.size+d), column(c.typ, c.length), 3)
			if (err == nil) != (d == 0) || err != nil && !errors.Is(err, ErrCorrupt) {
				t.Errorf("%v, %d bytes more: %v", c.typ, d, err)
			}
		}
	}
	text := []byte("\x01\x00\x00\x00a\x00\x00\x00\x00\xff\xff\xff\xffb")
	if checkPlain(text, column(parquet.Types.ByteArray, -1), 3) == nil {
		t.Error("a text longer than its page was taken")
	}
	if err := checkPlain(text[:9], column(parquet.Types.ByteArray, -1), 2); err != nil {
		t.Error(err)
	}
}
