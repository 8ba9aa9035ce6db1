package arrowio

import (
	"bytes"
	"fmt"
	"io"

	arrow18 "github.com/apache/arrow-go/v18/arrow"
	ipc18 "github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
)

// parquetWriter writes tables as Parquet. They are built by arrow v15 and encoded by the Parquet package of arrow v18,
// for the two Parquet packages cannot be linked into one program; in between a batch is an Arrow IPC stream, which is
// the same in both versions.
type parquetWriter struct {
	w      io.Writer
	props  *parquet.WriterProperties
	schema *arrow.Schema
	pq     *pqarrow.FileWriter // nil before the schema has gone through
	buf    bytes.Buffer
}

// noClose keeps the library's writer from closing the file, which is still to be renamed.
type noClose struct{ io.Writer }

func newParquetWriter(w io.Writer, schema *arrow.Schema, compression string) (*parquetWriter, error) {
	codecs := map[string]compress.Compression{"": compress.Codecs.Zstd, "zstd": compress.Codecs.Zstd,
		"snappy": compress.Codecs.Snappy, "none": compress.Codecs.Uncompressed}
	codec, ok := codecs[compression]
	if !ok {
		return nil, fmt.Errorf("%w: compression %q of Parquet; want none, snappy or zstd", ErrFormat, compression)
	}
	return &parquetWriter{w: noClose{w}, schema: schema,
		props: parquet.NewWriterProperties(parquet.WithCompression(codec),
			parquet.WithRootRepetition(parquet.Repetitions.Required), parquet.WithMaxRowGroupLength(maxGroupRows))}, nil
}

// Write writes one batch as a row group.
func (p *parquetWriter) Write(rec arrow.Record) error { return p.through(rec) }

// Close writes the footer; a table without rows has a schema all the same.
func (p *parquetWriter) Close() error {
	if p.pq == nil {
		if err := p.through(nil); err != nil {
			return err
		}
	}
	return p.pq.Close()
}

// through hands a batch, or the schema alone, from one version to the other.
func (p *parquetWriter) through(rec arrow.Record) error {
	p.buf.Reset()
	out := ipc.NewWriter(&p.buf, ipc.WithSchema(p.schema))
	if rec != nil {
		if err := out.Write(rec); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	in, err := ipc18.NewReader(&p.buf)
	if err != nil {
		return err
	}
	defer in.Release()
	if p.pq == nil {
		props := pqarrow.DefaultWriterProps()
		// the columns' own metadata live in the Arrow schema that Parquet keeps beside its own
		if in.Schema().HasMetadata() {
			props = pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema())
		}
		if p.pq, err = pqarrow.NewFileWriter(in.Schema(), p.w, p.props, props); err != nil {
			return err
		}
	}
	for in.Next() {
		if err := p.pq.Write(arrow18.RecordBatch(in.RecordBatch())); err != nil {
			return err
		}
	}
	return in.Err()
}
