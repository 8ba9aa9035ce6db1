package arrowio

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// source is one open log file.
type source interface {
	// leaves lists the columns in the file's order.
	leaves() []*leaf
	// scan reads the wanted leaves (indices into leaves) from the first row to the last and hands them to each in
	// parts of bounded size. The columns are valid until each returns. share is the part of the file, 0..1, that is
	// read after this batch.
	scan(ctx context.Context, want []int, each func(b *batch) error) error
	// rows returns the number of rows, or -1 when only reading tells.
	rows() int64
	close()
}

// batch is a run of consecutive rows of a file.
type batch struct {
	first int64     // row of the file
	n     int       // rows
	cols  []*column // by position in want
	share float64   // part of the file that is read after this batch, 0..1
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

var (
	parquetMagic = []byte("PAR1")
	arrowMagic   = []byte("ARROW1")
	feather1     = []byte("FEA1")
)

// openReader opens a log of the given size by its first bytes.
func openReader(r reading, size int64, mem memory.Allocator) (s source, err error) {
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
		return nil, fmt.Errorf("%w: this is Feather V1; write it again as V2 (Arrow IPC)", ErrFormat)
	case len(head) == 8 && head[0] == 0xff && head[1] == 0xff && head[2] == 0xff && head[3] == 0xff:
		return openIPC(r, size, false, mem)
	case n == 0:
		return nil, fmt.Errorf("%w: the file is empty", ErrCorrupt)
	}
	return nil, fmt.Errorf("%w: it begins with %q", ErrFormat, head)
}
