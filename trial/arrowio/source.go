package arrowio

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"eahas/trial"
)

// source is one open log file.
type source interface {
	// leaves lists the columns in the file's order.
	leaves() []*leaf
	// scan reads the wanted leaves (indices into leaves) from the first row to the last and hands them to each in
	// parts of bounded size. The columns are valid until each returns. share is the part of the file, 0..1, that is
	// read after this batch.
	scan(ctx context.Context, want []int, each func(b *batch) error) error
	close()
}

// batch is a run of consecutive rows of a file.
type batch struct {
	first int64     // row of the file
	n     int       // rows
	cols  []*column // by position in want
	share float64   // part of the file that is read after this batch, 0..1

	numbers []int64  // of each row, where they do not follow each other; nil when row r is first + r
	bad     []badRow // rows of the file that could not be read, valid as long as the batch
}

// badRow is a row that a source cannot read, and why.
type badRow struct {
	row int64
	problem
}

// row returns the number in the file of the batch's row r.
func (b *batch) row(r int) int64 {
	if b.numbers != nil {
		return b.numbers[r]
	}
	return b.first + int64(r)
}

// rejections lists the rows that could not be read.
func (b *batch) rejections(f *logFile) []trial.Rejection {
	out := make([]trial.Rejection, len(b.bad))
	for i, x := range b.bad {
		out[i] = trial.Rejection{File: f.show, Row: x.row, Column: x.column, Value: x.value, Reason: x.reason}
	}
	return out
}

// reading is what a source is read from: the bytes of a file.
type reading interface {
	io.ReaderAt
	io.ReadSeeker
}

// open opens a log file by its content. The caller closes the source.
func open(path string, mem memory.Allocator) (source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	s, err := openReader(f, st.Size(), mem)
	if err != nil {
		f.Close()
		return nil, err
	}
	return closing{s, f}, nil
}

type closing struct {
	source
	f *os.File
}

func (c closing) close() { c.source.close(); c.f.Close() }

func (c closing) firstLine() int64 { return firstLineOf(c.source) }

// firstLineOf is the line of a source's row 0; 0 where rows are not lines.
func firstLineOf(src source) int64 {
	if t, ok := src.(interface{ firstLine() int64 }); ok {
		return t.firstLine()
	}
	return 0
}

// refuseTwins marks columns of one name as unusable: which of them is meant cannot be told.
func refuseTwins(ls []*leaf) {
	first := map[string]*leaf{}
	for _, l := range ls {
		if twin := first[l.name]; twin != nil {
			l.use = fmt.Errorf("%w: the file has two columns of the name %q; rename one", ErrColumn, l.name)
			twin.use = l.use
			continue
		}
		first[l.name] = l
	}
}

// compressionOf tells how a text table is compressed, by its first bytes.
func compressionOf(head []byte) compression {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return gzipped
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return zstandard
	case bytes.HasPrefix(head, []byte("BZh")):
		return bzipped
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return zipped
	}
	return notCompressed
}

var (
	parquetMagic = []byte("PAR1")
	arrowMagic   = []byte("ARROW1")
	feather1     = []byte("FEA1")
)

// openReader opens a log of the given size by its first bytes, and takes columns apart that hold several settings.
func openReader(r reading, size int64, mem memory.Allocator) (source, error) {
	s, err := openPlain(r, size, mem)
	if err != nil {
		return nil, err
	}
	return takeApart(context.Background(), s)
}

// openPlain opens a log with the columns that the file has.
func openPlain(r reading, size int64, mem memory.Allocator) (s source, err error) {
	defer guard(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	head := make([]byte, 8)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, parquetMagic):
		return openParquet(r, size, mem)
	case bytes.HasPrefix(head, arrowMagic):
		return openIPC(r, size, true, mem)
	case bytes.HasPrefix(head, feather1):
		return nil, fmt.Errorf("%w: this is Feather V1; convert it: python -c \"import pyarrow.feather as f; "+
			"f.write_feather(f.read_table('IN'), 'OUT')\"", ErrFormat)
	case len(head) == 8 && head[0] == 0xff && head[1] == 0xff && head[2] == 0xff && head[3] == 0xff:
		return openIPC(r, size, false, mem)
	case n == 0:
		return nil, fmt.Errorf("%w: the file is empty", ErrCorrupt)
	}
	return openText(r, size, compressionOf(head))
}
