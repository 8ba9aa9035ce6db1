package arrowio

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"

	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/schema"
)

// chunkStream is the bytes of one column chunk, buffered.
type chunkStream struct {
	*bufio.Reader
	src   *io.SectionReader
	plain int64                // bytes to hand out before the compressed part of the page
	check func(b []byte) error // looks at the head of the compressed part, once; may be nil
}

// newChunkStream makes a stream whose buffer holds a page header (the library looks at up to 16 MiB of it, so that a
// peek beyond the buffer has to answer with what there is).
func newChunkStream(r *io.SectionReader, n int64) *chunkStream {
	return &chunkStream{Reader: bufio.NewReaderSize(r, int(min(max(n, 4096), 128<<10))), src: r}
}

// Peek returns the next n bytes, or fewer where the chunk or the buffer ends.
func (s *chunkStream) Peek(n int) ([]byte, error) {
	b, err := s.Reader.Peek(min(n, s.Reader.Size()))
	if err == io.EOF || err == bufio.ErrBufferFull {
		err = nil
	}
	return b, err
}

// Read hands out a page's bytes: first those that are not compressed, then the rest.
func (s *chunkStream) Read(b []byte) (int, error) {
	if s.plain > 0 && int64(len(b)) > s.plain {
		b = b[:s.plain]
	}
	if s.plain == 0 && s.check != nil {
		head, err := s.Reader.Peek(10)
		if len(head) == 0 {
			return 0, err
		}
		if err := s.check(head); err != nil {
			return 0, err
		}
		s.check = nil
	}
	n, err := s.Reader.Read(b)
	s.plain = max(0, s.plain-int64(n))
	return n, err
}

// left returns the bytes of the chunk that are not consumed.
func (s *chunkStream) left() int64 {
	at, _ := s.src.Seek(0, io.SeekCurrent)
	return s.src.Size() - at + int64(s.Reader.Buffered())
}

// checkedPages looks at each page before the library's decoders do. They loop for ever on a page that holds fewer levels
// or values than its header says, and they allocate what a header asks for.
type checkedPages struct {
	file.PageReader
	in    *chunkStream
	descr *schema.Column
	codec compress.Compression
	cur   file.Page
	err   error
}

// maxPage is the largest page, uncompressed, that is read.
const maxPage = 1 << 29

func (c *checkedPages) Err() error {
	if c.err != nil {
		return c.err
	}
	return c.PageReader.Err()
}

func (c *checkedPages) Page() file.Page { return c.cur }

func (c *checkedPages) Next() bool {
	c.cur = nil
	if c.err != nil {
		return false
	}
	if c.err = c.checkHeader(); c.err != nil || !c.PageReader.Next() {
		return false
	}
	c.cur = c.PageReader.Page()
	c.err = c.checkPage()
	return c.err == nil
}

// checkHeader compares the sizes in the next page's header with the bytes there are. The header is Thrift in compact
// form: type, uncompressed size, compressed size come first, each as 0x15 and a zigzag varint (parquet.thrift, PageHeader).
func (c *checkedPages) checkHeader() error {
	b, err := c.in.Peek(128)
	if err != nil || len(b) == 0 {
		return err
	}
	v, b, ok := thriftInts(b, 3)
	if !ok {
		return fmt.Errorf("%w: no page header where a page should begin", ErrCorrupt)
	}
	typ, raw, packed := v[0], v[1], v[2]
	switch {
	case typ != 0 && typ != 2 && typ != 3:
		return fmt.Errorf("%w: page of type %d", ErrCorrupt, typ)
	case packed < 0 || packed > c.in.left():
		return fmt.Errorf("%w: a page claims %d bytes, %d are left", ErrCorrupt, packed, c.in.left())
	case raw < 0 || raw > maxPage:
		return fmt.Errorf("%w: a page claims %d bytes uncompressed", ErrCorrupt, raw)
	}
	c.in.plain, c.in.check = 0, nil
	if c.codec != compress.Codecs.Snappy || raw == 0 {
		return nil
	}
	if typ == 3 { // version 2: the levels come first and are not compressed
		if _, rest, ok := thriftInts(b, 1); ok { // checksum
			b = rest
		}
		if len(b) == 0 || b[0] != 0x5c && b[0] != 0x4c { // field 8, a struct, after field 3 or 4
			return fmt.Errorf("%w: page header of version 2", ErrCorrupt)
		}
		v, _, ok := thriftInts(b[1:], 6) // values, nulls, rows, encoding, bytes of definition and of repetition levels
		if !ok || v[4] < 0 || v[5] < 0 || v[4]+v[5] > packed {
			return fmt.Errorf("%w: page header of version 2", ErrCorrupt)
		}
		c.in.plain = v[4] + v[5]
		if raw -= c.in.plain; raw <= 0 {
			return nil
		}
	}
	c.in.check = func(head []byte) error { // Snappy allocates what its first number says
		if n, k := binary.Uvarint(head); k <= 0 || n > uint64(raw) {
			return fmt.Errorf("%w: a compressed page claims %d bytes, its header %d", ErrCorrupt, n, raw)
		}
		return nil
	}
	return nil
}

// thriftInts reads n 32-bit fields that follow each other in Thrift's compact form.
func thriftInts(b []byte, n int) (v []int64, rest []byte, ok bool) {
	for range n {
		if len(b) < 2 || b[0] != 0x15 {
			return nil, b, false
		}
		x, k := binary.Varint(b[1:])
		if k <= 0 {
			return nil, b, false
		}
		v, b = append(v, x), b[1+k:]
	}
	return v, b, true
}

func (c *checkedPages) checkPage() error {
	n := int(c.cur.NumValues())
	switch p := c.cur.(type) {
	case *file.DataPageV1:
		data, err := skipLevelsV1(p.Data(), c.descr.MaxRepetitionLevel(), p.RepetitionLevelEncoding(), n)
		if err != nil {
			return err
		}
		if data, err = skipLevelsV1(data, c.descr.MaxDefinitionLevel(), p.DefinitionLevelEncoding(), n); err != nil {
			return err
		}
		return c.checkValues(data, parquet.Encoding(p.Encoding()), n)
	case *file.DataPageV2:
		data := p.Data()
		rep, def := int(p.RepetitionLevelByteLen()), int(p.DefinitionLevelByteLen())
		if rep < 0 || def < 0 || rep+def > len(data) {
			return fmt.Errorf("%w: levels of %d bytes in a page of %d", ErrCorrupt, rep+def, len(data))
		}
		if err := checkRuns(data[:rep], levelWidth(c.descr.MaxRepetitionLevel()), n); err != nil {
			return err
		}
		if err := checkRuns(data[rep:rep+def], levelWidth(c.descr.MaxDefinitionLevel()), n); err != nil {
			return err
		}
		return c.checkValues(data[rep+def:], parquet.Encoding(p.Encoding()), n)
	}
	return nil
}

// checkValues makes sure that a page of a required column holds n values. (Where there are definition levels the
// decoders come to an end by counting those.)
func (c *checkedPages) checkValues(data []byte, enc parquet.Encoding, n int) error {
	if c.descr.MaxDefinitionLevel() > 0 || n == 0 {
		return nil
	}
	short := fmt.Errorf("%w: a page of %d values has only %d bytes", ErrCorrupt, n, len(data))
	switch enc {
	case parquet.Encodings.RLEDict, parquet.Encodings.PlainDict:
		if len(data) == 0 || data[0] > 32 {
			return short
		}
		return checkRuns(data[1:], int(data[0]), n)
	case parquet.Encodings.RLE:
		if len(data) < 4 {
			return short
		}
		return checkRuns(data[4:], 1, n)
	case parquet.Encodings.DeltaBinaryPacked, parquet.Encodings.DeltaLengthByteArray, parquet.Encodings.DeltaByteArray:
		for i := range 3 { // block size, miniblocks, values
			x, k := binary.Uvarint(data)
			if k <= 0 || i == 2 && x < uint64(n) {
				return short
			}
			data = data[k:]
		}
	case parquet.Encodings.Plain:
		if c.descr.PhysicalType() == parquet.Types.Boolean && len(data) < (n+7)/8 {
			return short
		}
	}
	return nil
}

func levelWidth(max int16) int { return bits.Len16(uint16(max)) }

// skipLevelsV1 checks the levels at the head of a version 1 page and returns what follows them.
func skipLevelsV1(data []byte, max int16, enc parquet.Encoding, n int) ([]byte, error) {
	if max == 0 {
		return data, nil
	}
	width := levelWidth(max)
	if enc == parquet.Encodings.BitPacked {
		k := (n*width + 7) / 8
		if k > len(data) {
			return nil, fmt.Errorf("%w: %d levels in %d bytes", ErrCorrupt, n, len(data))
		}
		return data[k:], nil
	}
	if len(data) < 4 {
		return nil, fmt.Errorf("%w: page without levels", ErrCorrupt)
	}
	k := int64(le32(data))
	if k > int64(len(data)-4) {
		return nil, fmt.Errorf("%w: levels of %d bytes in a page of %d", ErrCorrupt, k, len(data))
	}
	return data[4+k:], checkRuns(data[4:4+k], width, n)
}

// checkRuns makes sure that a run-length / bit-packed hybrid of the given bit width holds at least n values.
func checkRuns(data []byte, width, n int) error {
	if width == 0 {
		return nil
	}
	have := uint64(0)
	for have < uint64(n) {
		head, k := binary.Uvarint(data)
		if k <= 0 {
			break
		}
		data = data[k:]
		size := uint64(width+7) / 8
		if head&1 == 1 {
			size = head >> 1 * uint64(width)
			have += head >> 1 * 8
		} else {
			have += head >> 1
		}
		if head>>1 > 1<<32 || head>>1 == 0 || size > uint64(len(data)) {
			// A last bit-packed run may be cut after the bytes that its values need.
			if head&1 == 1 && head>>1 <= 1<<32 {
				have -= head >> 1 * 8
				have += uint64(len(data)) * 8 / uint64(width)
			} else {
				have = 0
			}
			break
		}
		data = data[size:]
	}
	if have < uint64(n) {
		return fmt.Errorf("%w: a page holds fewer than the %d levels or values that it claims", ErrCorrupt, n)
	}
	return nil
}

func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
