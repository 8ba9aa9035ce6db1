package arrowio

import (
	"fmt"
	"io"
	"iter"

	"eahas/internal/atomicfile"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Format is a file format for logs.
type Format struct {
	Kind        string // "parquet" (default), "feather" (Arrow IPC file) or "stream" (Arrow IPC stream)
	Compression string // "none", "zstd" (default), "lz4" (Arrow only) or "snappy" (Parquet only)
}

// Ext returns the usual extension of the format.
func (f Format) Ext() string {
	switch f.Kind {
	case "feather":
		return ".feather"
	case "stream":
		return ".arrows"
	}
	return ".parquet"
}

// field is one column of a table that is written from rows of type R: scalars, lists or structs of fields.
type field[R any] struct {
	name   string
	typ    arrow.DataType
	append func(b array.Builder, r R)
	sub    []field[R]
	meta   map[string]string // of the column; nil for none
}

func (f field[R]) arrow() arrow.Field {
	if f.sub == nil {
		return arrow.Field{Name: f.name, Type: f.typ, Nullable: true, Metadata: arrow.MetadataFrom(f.meta)}
	}
	fs := make([]arrow.Field, len(f.sub))
	for i, s := range f.sub {
		fs[i] = s.arrow()
	}
	return arrow.Field{Name: f.name, Type: arrow.StructOf(fs...), Nullable: true}
}

func (f field[R]) add(b array.Builder, r R) {
	if f.sub == nil {
		f.append(b, r)
		return
	}
	st := b.(*array.StructBuilder)
	st.Append(true)
	for i, s := range f.sub {
		s.add(st.FieldBuilder(i), r)
	}
}

// maxGroupRows are the rows of a Parquet row group: the library's level encoding is quadratic in it.
const maxGroupRows = 5000

// maxGroupElements bounds the list elements of a row group for the same reason.
const maxGroupElements = 100_000

// writeTable writes rows to path, by way of a temporary file in the same folder. width is the number of list elements
// of a row, for choosing the size of batches.
func writeTable[R any](path string, f Format, width int, fields []field[R], rows iter.Seq[R]) error {
	return writeSource(path, f, width, fields, sure(rows))
}

// sure are rows that no error ends.
func sure[R any](rows iter.Seq[R]) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// writeSource is writeTable of rows that an error may end: then there is no file.
func writeSource[R any](path string, f Format, width int, fields []field[R], rows func(func(R, error) bool)) error {
	af := make([]arrow.Field, len(fields))
	for i, x := range fields {
		af[i] = x.arrow()
	}
	schema := arrow.NewSchema(af, nil)
	return atomicfile.WriteWith(path, func(out io.WriteSeeker) error {
		return writeRows(out, schema, f, width, fields, rows)
	})
}

func writeRows[R any](out io.WriteSeeker, schema *arrow.Schema, f Format, width int, fields []field[R],
	rows iter.Seq2[R, error]) error {
	w, err := newTableWriter(out, schema, f)
	if err != nil {
		return err
	}
	rb := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer rb.Release()
	limit := min(maxGroupRows, max(1, maxGroupElements/max(1, width)))
	n := 0
	flush := func() error {
		if n == 0 {
			return nil
		}
		rec := rb.NewRecord()
		defer rec.Release()
		n = 0
		return w.Write(rec)
	}
	for r, err := range rows {
		if err != nil {
			return err
		}
		for i, x := range fields {
			x.add(rb.Field(i), r)
		}
		if n++; n == limit {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return w.Close()
}

// tableWriter is what the writers of both formats have in common.
type tableWriter interface {
	Write(arrow.Record) error
	Close() error
}

func newTableWriter(w io.WriteSeeker, schema *arrow.Schema, f Format) (tableWriter, error) {
	switch f.Kind {
	case "", "parquet":
		return newParquetWriter(w, schema, f.Compression)
	case "feather", "stream":
		opts := []ipc.Option{ipc.WithSchema(schema)}
		switch f.Compression {
		case "", "zstd":
			opts = append(opts, ipc.WithZstd())
		case "lz4":
			opts = append(opts, ipc.WithLZ4())
		case "none":
		default:
			return nil, fmt.Errorf("%w: compression %q; want none, lz4 or zstd", ErrFormat, f.Compression)
		}
		if f.Kind == "stream" {
			return ipc.NewWriter(w, opts...), nil
		}
		return ipc.NewFileWriter(w, opts...)
	}
	return nil, fmt.Errorf("%w: %q; want parquet, feather or stream", ErrFormat, f.Kind)
}
