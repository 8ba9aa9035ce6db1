package tabular

import (
	"encoding/binary"
	"io"
	"math"
)

// Numbers of the Parquet format (parquet.thrift).
const (
	typeBoolean   = 0
	typeDouble    = 5
	typeByteArray = 6

	required = 0
	optional = 1
	repeated = 2

	encodingPlain = 0
	encodingRLE   = 3

	convertedUTF8 = 0
	convertedList = 3

	pageData = 0
)

const parquetMagic = "PAR1"

// column is one column of the table: its content since the last row group, and what is known of the file.
type column struct {
	name string
	unit string
	kind int32 // physical type
	list bool  // a list of doubles; else optional values

	values []byte // plain encoding
	bools  []bool
	// definition levels: list 1 (an element; lists are never null, 0: an empty one); else 1 (a value), 0 (null)
	defined []byte
	again   []byte // repetition levels of a list: 0 begins a row, 1 goes on
	chunks  []chunk
}

// chunk is where a column's part of a row group lies.
type chunk struct {
	offset, size, levels int64
}

func (c *column) null() { c.defined = append(c.defined, 0) }

func (c *column) double(x float64) {
	if math.IsNaN(x) {
		c.null()
		return
	}
	c.values = binary.LittleEndian.AppendUint64(c.values, math.Float64bits(x))
	c.defined = append(c.defined, 1)
}

func (c *column) text(s string) {
	c.values = binary.LittleEndian.AppendUint32(c.values, uint32(len(s)))
	c.values = append(c.values, s...)
	c.defined = append(c.defined, 1)
}

func (c *column) boolean(v bool) {
	c.bools = append(c.bools, v)
	c.defined = append(c.defined, 1)
}

func (c *column) doubles(xs []float64) {
	if len(xs) == 0 {
		c.defined, c.again = append(c.defined, 0), append(c.again, 0)
	}
	for i, x := range xs {
		c.values = binary.LittleEndian.AppendUint64(c.values, math.Float64bits(x))
		c.defined, c.again = append(c.defined, 1), append(c.again, byte(min(i, 1)))
	}
}

// levels appends levels of one bit as runs, behind their length.
func levels(b []byte, ls []byte) []byte {
	at := len(b)
	b = append(b, 0, 0, 0, 0)
	for i := 0; i < len(ls); {
		n := 1
		for i+n < len(ls) && ls[i+n] == ls[i] {
			n++
		}
		b = append(binary.AppendUvarint(b, uint64(n)<<1), ls[i])
		i += n
	}
	binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at-4))
	return b
}

// page returns the column's content as one data page and forgets it.
func (c *column) page() []byte {
	var body []byte
	if c.list {
		body = levels(body, c.again)
	}
	body = levels(body, c.defined)
	body = append(body, c.values...)
	for i := 0; i < len(c.bools); i += 8 {
		var bits byte
		for j, v := range c.bools[i:min(i+8, len(c.bools))] {
			if v {
				bits |= 1 << j
			}
		}
		body = append(body, bits)
	}
	var t thrift
	t.begin()
	t.i32(1, pageData)
	t.i32(2, int32(len(body)))
	t.i32(3, int32(len(body)))
	t.inner(5)
	t.i32(1, int32(len(c.defined)))
	t.i32(2, encodingPlain)
	t.i32(3, encodingRLE)
	t.i32(4, encodingRLE)
	t.end()
	t.end()
	c.values, c.bools, c.defined, c.again = c.values[:0], c.bools[:0], c.defined[:0], c.again[:0]
	return append(t.b, body...)
}

// path is where the column's values lie in the schema.
func (c *column) path() []string {
	if c.list {
		return []string{c.name, "list", "element"}
	}
	return []string{c.name}
}

// file writes a Parquet file.
type file struct {
	w       io.Writer
	at      int64
	columns []*column
	groups  []int // rows of each row group
}

func (f *file) write(b []byte) error {
	n, err := f.w.Write(b)
	f.at += int64(n)
	return err
}

// group writes what the columns hold, of rows rows, as a row group.
func (f *file) group(rows int) error {
	for _, c := range f.columns {
		at, n := f.at, int64(len(c.defined))
		if err := f.write(c.page()); err != nil {
			return err
		}
		c.chunks = append(c.chunks, chunk{at, f.at - at, n})
	}
	f.groups = append(f.groups, rows)
	return nil
}

// footer writes the file's metadata and its end.
func (f *file) footer(key, value, by string) error {
	var t thrift
	t.begin()
	t.i32(1, 1)
	f.schema(&t)
	rows := 0
	for _, n := range f.groups {
		rows += n
	}
	t.i64(3, int64(rows))
	t.list(4, thriftStruct, len(f.groups))
	for i, n := range f.groups {
		f.describe(&t, i, n)
	}
	t.list(5, thriftStruct, 1)
	t.begin()
	t.text(1, key)
	t.text(2, value)
	t.end()
	t.text(6, by)
	t.end()
	b := binary.LittleEndian.AppendUint32(t.b, uint32(len(t.b)))
	return f.write(append(b, parquetMagic...))
}

func (f *file) schema(t *thrift) {
	n := 1
	for _, c := range f.columns {
		n += len(c.path())
	}
	t.list(2, thriftStruct, n)
	t.begin()
	t.text(4, "schema")
	t.i32(5, int32(len(f.columns)))
	t.end()
	for _, c := range f.columns {
		if c.list {
			t.begin()
			t.i32(3, required)
			t.text(4, c.name)
			t.i32(5, 1)
			t.i32(6, convertedList)
			t.end()
			t.begin()
			t.i32(3, repeated)
			t.text(4, "list")
			t.i32(5, 1)
			t.end()
			t.begin()
			t.i32(1, typeDouble)
			t.i32(3, required)
			t.text(4, "element")
			t.end()
			continue
		}
		t.begin()
		t.i32(1, c.kind)
		t.i32(3, optional)
		t.text(4, c.name)
		if c.kind == typeByteArray {
			t.i32(6, convertedUTF8)
		}
		t.end()
	}
}

// describe writes the metadata of row group i.
func (f *file) describe(t *thrift, i, rows int) {
	t.begin()
	t.list(1, thriftStruct, len(f.columns))
	total := int64(0)
	for _, c := range f.columns {
		k := c.chunks[i]
		total += k.size
		t.begin()
		t.i64(2, k.offset)
		t.inner(3)
		t.i32(1, c.kind)
		t.i32s(2, encodingPlain, encodingRLE)
		t.texts(3, c.path()...)
		t.i32(4, 0) // not compressed
		t.i64(5, k.levels)
		t.i64(6, k.size)
		t.i64(7, k.size)
		if c.unit != "" {
			t.list(8, thriftStruct, 1)
			t.begin()
			t.text(1, "unit")
			t.text(2, c.unit)
			t.end()
		}
		t.i64(9, k.offset)
		t.end()
		t.end()
	}
	t.i64(2, total)
	t.i64(3, int64(rows))
	t.end()
}
