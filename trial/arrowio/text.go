package arrowio

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"eahas/internal/plaintext"
)

// textFile is a table written as text: CSV, TSV (and semicolons), JSON lines or a JSON array of objects; each also
// compressed with gzip, zstd, bzip2 or zip. It is told apart by its content.
//
// All cells of CSV are texts, an empty one is null; what a use makes of a text is the binding's affair (form.go), the
// same for a Parquet column that holds numbers as texts. Row numbers of CSV and JSON lines count physical lines, so
// that a row is found again in an editor: line = row + 1 + the header's lines.
type textFile struct {
	r      reading
	size   int64
	packed compression
	csv    *csvForm
	ls     []*leaf
	shape  textShape
	whole  []member // of shapeJSONWhole, while the file is opened
}

type textShape uint8

const (
	shapeCSV textShape = iota
	shapeJSONLines
	shapeJSONArray
	shapeJSONWhole // one object that holds all rows
)

type compression uint8

const (
	notCompressed compression = iota
	gzipped
	zstandard
	bzipped
	zipped // an archive with one file in it, as pandas writes
)

// headBytes are looked at to tell forms apart.
const headBytes = 64 << 10

// maxLine is the longest line, and the longest record, of a text table.
const maxLine = 16 << 20

// maxColumns is the largest number of columns of a text table.
const maxColumns = 100_000

// openText opens a table that is written as text.
func openText(r reading, size int64, packed compression) (source, error) {
	t := &textFile{r: r, size: size, packed: packed}
	in, _, err := t.stream()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	b := bufio.NewReaderSize(in, headBytes)
	head, err := b.Peek(headBytes)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if packed != notCompressed && (bytes.HasPrefix(head, parquetMagic) || bytes.HasPrefix(head, arrowMagic)) {
		return nil, fmt.Errorf("%w: a compressed Parquet or Arrow file; decompress it first (gunzip, zstd -d, unzip): "+
			"these formats compress inside", ErrFormat)
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, fmt.Errorf("%w: it begins with %q", ErrFormat, head[:min(8, len(head))])
	}
	first := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(first) == 0:
		return nil, fmt.Errorf("%w: the file is empty", ErrCorrupt)
	case first[0] == '{':
		if t.shape = shapeJSONLines; isWhole(head, err == nil) && t.isWhole() {
			t.shape = shapeJSONWhole
		}
		err := t.readShape()
		t.whole = nil
		return t, err
	case first[0] == '[':
		t.shape = shapeJSONArray
		return t, t.readShape()
	}
	if t.csv, err = csvHeader(head); err != nil {
		return nil, err
	}
	for _, name := range t.csv.names {
		t.ls = append(t.ls, &leaf{name: name, typ: "text", kind: kindText})
	}
	return t, nil
}

func (t *textFile) leaves() []*leaf { return t.ls }
func (t *textFile) close()          {}

// firstLine is the line of row 0, counted from 1; 0 where rows are not lines.
func (t *textFile) firstLine() int64 {
	switch t.shape {
	case shapeCSV:
		return 2 + int64(t.csv.lead)
	case shapeJSONLines:
		return 1
	}
	return 0
}

func (t *textFile) scan(ctx context.Context, want []int, each func(*batch) error) error {
	if t.shape == shapeCSV {
		return t.scanCSV(ctx, want, each)
	}
	return t.scanJSON(ctx, want, each)
}

// stream begins to read the file from its first byte, decompressed and as UTF-8. at tells how much of the file is read.
func (t *textFile) stream() (in io.ReadCloser, at *counted, err error) {
	if in, at, err = t.unpacked(); err == nil {
		in = decoded{plaintext.Reader(in), in}
	}
	return in, at, err
}

// unpacked begins to read the file from its first byte, decompressed.
func (t *textFile) unpacked() (in io.ReadCloser, at *counted, err error) {
	at = &counted{r: io.NewSectionReader(t.r, 0, t.size)}
	switch t.packed {
	case gzipped:
		z, err := gzip.NewReader(at)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: gzip: %w", ErrCorrupt, err)
		}
		return &bounded{ReadCloser: z, at: at, size: t.size}, at, nil
	case zstandard:
		z, err := zstd.NewReader(at, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20),
			zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, nil, fmt.Errorf("%w: zstd: %w", ErrCorrupt, err)
		}
		return &bounded{ReadCloser: z.IOReadCloser(), at: at, size: t.size}, at, nil
	case bzipped:
		return &bounded{ReadCloser: io.NopCloser(bzip2.NewReader(at)), at: at, size: t.size}, at, nil
	case zipped:
		z, err := t.unzipped()
		if err != nil {
			return nil, nil, err
		}
		at.n = t.size // zip reads where it likes
		return &bounded{ReadCloser: z, at: at, size: t.size}, at, nil
	}
	return io.NopCloser(at), at, nil
}

// unzipped opens the only file of a zip archive.
func (t *textFile) unzipped() (io.ReadCloser, error) {
	z, err := zip.NewReader(t.r, t.size)
	if err != nil {
		return nil, fmt.Errorf("%w: zip: %w", ErrCorrupt, err)
	}
	var only *zip.File
	n := 0
	for _, f := range z.File {
		if f.FileInfo().IsDir() || strings.HasPrefix(f.Name, "__MACOSX/") {
			continue
		}
		if n++; n == 1 {
			only = f
		}
	}
	if n != 1 {
		return nil, fmt.Errorf("%w: a zip archive of %d files; unpack it and give the folder", ErrFormat, n)
	}
	r, err := only.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: zip: %w", ErrCorrupt, err)
	}
	return r, nil
}

// decoded is a stream that is read as UTF-8.
type decoded struct {
	io.Reader
	io.Closer
}

// counted counts the bytes that are read.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// A compressed log of text is some 3 to 30 times smaller. More than maxTextRatio, beyond minTextBomb bytes, is an
// attack.
const (
	maxTextRatio = 200
	minTextBomb  = 64 << 20
)

// bounded ends a stream that decompresses to absurdly more than it was.
type bounded struct {
	io.ReadCloser
	at   *counted
	size int64
	n    int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.n += int64(n); b.n > minTextBomb && b.n > maxTextRatio*b.size {
		return n, fmt.Errorf("%w: %d bytes decompress to more than %d; decompress it yourself if that is what you want",
			ErrCorrupt, b.size, b.n)
	}
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return n, err
}

// lines reads a text line by line. A line is valid until the next one.
type lines struct {
	r    *bufio.Reader
	n    int64 // lines read
	long []byte
	back [][]byte // lines to hand out again, first the last one
}

var errLongLine = errors.New("the line is too long")

func newLines(in io.Reader) *lines {
	return &lines{r: bufio.NewReaderSize(in, 256<<10)}
}

// next returns the next line without its end; io.EOF after the last. A line of more than maxLine bytes is errLongLine,
// and the one after it comes next.
func (l *lines) next() ([]byte, error) {
	if k := len(l.back); k > 0 {
		b := l.back[k-1]
		l.back = l.back[:k-1]
		l.n++
		return b, nil
	}
	b, err := l.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		l.long = append(l.long[:0], b...)
		for err == bufio.ErrBufferFull {
			b, err = l.r.ReadSlice('\n')
			if len(l.long) <= maxLine {
				l.long = append(l.long, b...)
			}
		}
		b = l.long
	}
	if err == io.EOF && len(b) > 0 {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	l.n++
	if len(b) > maxLine {
		return nil, errLongLine
	}
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r")), nil
}

// unread hands lines out again, in their order. It keeps them.
func (l *lines) unread(b [][]byte) {
	for i := len(b) - 1; i >= 0; i-- {
		l.back = append(l.back, b[i])
	}
	l.n -= int64(len(b))
}

// isNullText says which cells of a text table hold nothing.
func isNullText(s string) bool {
	switch s {
	case "", "NA", "N/A", "n/a", "#N/A", "nil", "--", "—", "(null)", "[N/A]", "[Not Supported]", "null", "NULL",
		"None", "<NA>", "-":
		return true
	}
	return false
}

// trimCell takes the spaces around a cell away.
func trimCell(s string) string {
	if s == "" || s[0] > ' ' && s[len(s)-1] > ' ' {
		return s
	}
	return strings.TrimSpace(s)
}
