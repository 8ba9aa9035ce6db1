package checked

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// Pages hands the pages of one column chunk to the library's decoders.
//
// Note: the library has a page reader of its own. It does not look at checksums, takes a chunk that ends early for one
// that is complete, and lets codecs allocate what the compressed bytes claim; its decoders loop for ever on a page that
// holds fewer levels or values than its header says. All of this is looked at here, before a decoder sees the page.
type Pages struct {
	in     io.ReaderAt // the chunk
	at     int64
	end    int64 // bytes of the chunk
	codec  compress.Compression
	descr  *schema.Column
	values int64 // that the footer states
	seen   int64
	cur    file.Page
	err    error
	head   []byte
	packed []byte
	raw    []byte
	alias  bool // the decoded values alias the page's bytes: each page has memory of its own, as a dictionary has
}

// maxPage is the largest page, uncompressed, that is read: DuckDB's reach 100 MB, those of others 1 MB.
const maxPage = 128 << 20

// maxHeader is the largest page header that is read; it holds the page's smallest and largest value.
const maxHeader = 1 << 20

var _ file.PageReader = (*Pages)(nil)

// NewPages reads the pages of a chunk, in, of size bytes, of which the footer states so many values.
func NewPages(in io.ReaderAt, size, values int64, codec compress.Compression, descr *schema.Column) *Pages {
	t := descr.PhysicalType()
	return &Pages{in: in, end: size, values: values, codec: codec, descr: descr,
		alias: t == parquet.Types.ByteArray || t == parquet.Types.FixedLenByteArray}
}

func (c *Pages) Err() error                                       { return c.err }
func (c *Pages) Page() file.Page                                  { return c.cur }
func (c *Pages) Close() error                                     { return nil }
func (c *Pages) SetMaxPageHeaderSize(int)                         {}
func (c *Pages) GetDictionaryPage() (*file.DictionaryPage, error) { return nil, nil } // it comes first, by Next
func (c *Pages) SeekToPageWithRow(int64) error                    { return errors.ErrUnsupported }
func (c *Pages) Reset(parquet.BufferedReader, int64, compress.Compression, *file.CryptoContext) {
	panic("checked: a page reader serves one chunk")
}

// Next goes to the next page; pages of unknown types are passed over.
func (c *Pages) Next() bool {
	c.cur = nil
	for c.err == nil && c.cur == nil {
		if c.seen >= c.values {
			return false
		}
		c.err = c.next()
	}
	return c.err == nil
}

// body reads the bytes of a page at an offset, checks them, and unpacks them.
func (c *Pages) body(h *pageHeader, at int64) ([]byte, error) {
	c.packed = resize(c.packed, int(h.packed))
	if _, err := c.in.ReadAt(c.packed, at); err != nil && err != io.EOF {
		return nil, err
	}
	if h.hasCRC && crc32.ChecksumIEEE(c.packed) != h.crc {
		return nil, fmt.Errorf("%w: a page's checksum does not agree with its bytes", ErrCorrupt)
	}
	return c.decompress(h)
}

// next reads the next page; cur stays nil where it is one that is passed over.
func (c *Pages) next() error {
	h, err := c.header()
	if err != nil {
		return err
	}
	body := c.at + int64(h.size)
	if h.packed > c.end-body {
		return fmt.Errorf("%w: a page claims %d bytes, %d are left", ErrCorrupt, h.packed, c.end-body)
	}
	if h.raw > maxPage || h.packed > maxPage {
		return fmt.Errorf("%w: a page of %d bytes (%d compressed); pages up to %d bytes are read: write the file "+
			"with smaller pages",
			ErrFormat, h.raw, h.packed, maxPage)
	}
	c.at = body + h.packed
	if h.typ != pageData && h.typ != pageDataV2 && h.typ != pageDictionary {
		return nil
	}
	raw, err := c.body(&h, body)
	if err != nil {
		return err
	}
	buf := memory.NewBufferBytes(raw)
	n, enc := int32(h.values), parquet.Encoding(h.enc)
	switch h.typ {
	case pageDictionary:
		c.cur = file.NewDictionaryPage(buf, n, enc)
		return nil
	case pageData:
		c.cur = file.NewDataPageV1(buf, n, enc, parquet.Encoding(h.defEnc), parquet.Encoding(h.repEnc), int32(h.raw))
	case pageDataV2:
		c.cur = file.NewDataPageV2(buf, n, int32(h.nulls), int32(h.rows), enc, int32(h.defLen), int32(h.repLen),
			int32(h.raw), false)
	}
	if c.seen += h.values; c.seen > c.values {
		return fmt.Errorf("%w: the pages hold more than the %d values that the footer states", ErrCorrupt, c.values)
	}
	return c.checkPage()
}

// header reads the next page's header, a little at first and more where it is long.
func (c *Pages) header() (pageHeader, error) {
	for n := int64(512); ; n *= 8 {
		left := c.end - c.at
		if left <= 0 {
			return pageHeader{}, fmt.Errorf("%w: the pages end after %d of the %d values that the footer states",
				ErrCorrupt, c.seen, c.values)
		}
		c.head = resize(c.head, int(min(n, left)))
		if _, err := c.in.ReadAt(c.head, c.at); err != nil && err != io.EOF {
			return pageHeader{}, err
		}
		h, short, err := readPageHeader(c.head)
		if !short || n >= left || n >= maxHeader {
			return h, err
		}
	}
}

func resize(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}

// decompress returns the page's h.raw bytes: levels of version 2 are never compressed.
func (c *Pages) decompress(h *pageHeader) ([]byte, error) {
	levels := int64(0)
	if h.typ == pageDataV2 {
		if levels = h.defLen + h.repLen; levels > h.packed || levels > h.raw {
			return nil, fmt.Errorf("%w: levels of %d bytes in a page of %d", ErrCorrupt, levels, h.raw)
		}
	}
	plain := c.codec == compress.Codecs.Uncompressed || h.plain
	if plain && h.raw != h.packed {
		return nil, fmt.Errorf("%w: an uncompressed page of %d bytes claims %d", ErrCorrupt, h.packed, h.raw)
	}
	var raw []byte
	if c.alias || h.typ == pageDictionary {
		raw = make([]byte, h.raw)
	} else {
		c.raw = resize(c.raw, int(h.raw))
		raw = c.raw
	}
	copy(raw, c.packed[:levels])
	if plain {
		copy(raw, c.packed)
		return raw, nil
	}
	if err := decompress(c.codec, raw[levels:], c.packed[levels:]); err != nil {
		return nil, fmt.Errorf("%w: a page that is compressed with %s: %w", ErrCorrupt, c.codec, err)
	}
	return raw, nil
}

var errSize = errors.New("it holds another number of bytes than its header says")

var zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxMemory(maxPage))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
})

// decompress fills dst, to the byte, from src; nothing but dst and the codec's window is allocated, whatever src
// claims.
func decompress(codec compress.Compression, dst, src []byte) error {
	if len(dst) == 0 && len(src) == 0 {
		return nil
	}
	switch codec {
	case compress.Codecs.Snappy:
		if n, err := snappy.DecodedLen(src); err != nil || n != len(dst) {
			return errors.Join(errSize, err)
		}
		_, err := snappy.Decode(dst, src)
		return err
	case compress.Codecs.Zstd:
		out, err := zstdDecoder().DecodeAll(src, dst[:0:len(dst)])
		if err == nil && len(out) != len(dst) {
			err = errSize
		}
		return err
	case compress.Codecs.Gzip:
		r, err := gzip.NewReader(bytes.NewReader(src))
		if err != nil {
			return err
		}
		return fillExactly(dst, r)
	case compress.Codecs.Brotli:
		return fillExactly(dst, brotli.NewReader(bytes.NewReader(src)))
	case compress.Codecs.Lz4Raw:
		return lz4Block(dst, src)
	case compress.Codecs.Lz4:
		if hadoopLZ4(dst, src) == nil {
			return nil
		}
		return lz4Block(dst, src)
	}
	return fmt.Errorf("this codec is not read: write the file again with zstd")
}

func fillExactly(dst []byte, r io.Reader) error {
	if _, err := io.ReadFull(r, dst); err != nil {
		return errors.Join(errSize, err)
	}
	if n, err := r.Read(make([]byte, 1)); n > 0 {
		return errSize
	} else if err != nil && err != io.EOF {
		return err // the stream's own checksum comes at its end
	}
	return nil
}

func lz4Block(dst, src []byte) error {
	n, err := lz4.UncompressBlock(src, dst)
	if err == nil && n != len(dst) {
		err = errSize
	}
	return err
}

// hadoopLZ4 reads the old codec LZ4: frames of uncompressed size, compressed size (both big endian) and a block.
func hadoopLZ4(dst, src []byte) error {
	for len(src) > 0 {
		if len(src) < 8 {
			return errSize
		}
		raw, packed := int64(binary.BigEndian.Uint32(src)), int64(binary.BigEndian.Uint32(src[4:]))
		if raw > int64(len(dst)) || packed > int64(len(src)-8) {
			return errSize
		}
		if err := lz4Block(dst[:raw], src[8:8+packed]); err != nil {
			return err
		}
		dst, src = dst[raw:], src[8+packed:]
	}
	if len(dst) > 0 {
		return errSize
	}
	return nil
}

func (c *Pages) checkPage() error {
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
// decoders come to an end by counting those.) Kept whole: it is the table of encodings, one case each.
func (c *Pages) checkValues(data []byte, enc parquet.Encoding, n int) error {
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
		return checkPlain(data, c.descr, n)
	}
	return nil
}

// checkPlain makes sure that a page of plain values holds n of them and nothing else.
func checkPlain(data []byte, d *schema.Column, n int) error {
	size := n * plainWidth(d)
	switch d.PhysicalType() {
	case parquet.Types.Boolean:
		size = (n + 7) / 8
	case parquet.Types.ByteArray: // each behind its length
		size = 0
		for i := 0; i < n && size <= len(data)-4; i++ {
			size += 4 + int(binary.LittleEndian.Uint32(data[size:]))
		}
	}
	if len(data) != size {
		return fmt.Errorf("%w: a page of %d plain values has %d bytes instead of %d", ErrCorrupt, n, len(data), size)
	}
	return nil
}

// plainWidth is how many bytes each plain value of a column has; 0 where values differ in length.
func plainWidth(d *schema.Column) int {
	switch d.PhysicalType() {
	case parquet.Types.Int32, parquet.Types.Float:
		return 4
	case parquet.Types.Int64, parquet.Types.Double:
		return 8
	case parquet.Types.Int96:
		return parquet.Int96SizeBytes
	case parquet.Types.FixedLenByteArray:
		return d.TypeLength()
	}
	return 0
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
	k := int64(binary.LittleEndian.Uint32(data))
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
