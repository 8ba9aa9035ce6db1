package arrowio

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"

	"eahas/features"
	"eahas/trial"
)

// Table is one file of rows and columns, of any format that a log may have: Parquet, Arrow IPC (Feather V2), CSV, TSV,
// JSON lines or a JSON array of objects, the texts also compressed with gzip or zstd. The format is told by the
// content, never by the name. It is for readers of other tools' logs; [Ingest] reads tables by a mapping.
type Table struct {
	name string
	src  source
}

// TableColumn describes one column of a Table.
type TableColumn struct {
	Name string // names of nested structs or objects joined by dots
	Type string // the file's word for it
	Kind string // number, integer, boolean, text or unsupported; columns of CSV are text until their cells are read
	List bool   // a list a row; a list of structs is a list column for each member
	Unit string // the unit that the type knows (s, ms, us, ns); the values are handed out in seconds. "" for all others
	Time bool   // points in time, in seconds since 1970

	Meta map[string]string // what the field's metadata say under keys that begin with "eahas." (docs/log.md)
}

// Rows are some consecutive rows of a Table. They are valid until the function that they were handed to returns.
type Rows struct {
	b    *batch
	name string
}

// OpenTable opens a file. The caller closes the table. An error wraps ErrFormat or ErrCorrupt.
func OpenTable(path string) (*Table, error) {
	src, err := open(path, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &Table{name: path, src: src}, nil
}

// ReadTable opens a table that lies in r, size bytes long, such as a member of an archive. name is for messages. r has
// to stay as it is until the table is closed.
func ReadTable(r io.ReaderAt, size int64, name string) (*Table, error) {
	src, err := openReader(io.NewSectionReader(r, 0, size), size, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &Table{name: name, src: src}, nil
}

// TableOf opens a table whose bytes lie in memory.
func TableOf(b []byte, name string) (*Table, error) {
	return ReadTable(bytes.NewReader(b), int64(len(b)), name)
}

// Close closes the file.
func (t *Table) Close() { t.src.close() }

// Columns lists the columns in the file's order.
func (t *Table) Columns() []TableColumn {
	var out []TableColumn
	for _, l := range t.src.leaves() {
		out = append(out, TableColumn{Name: l.name, Type: l.typ, Kind: l.kind.String(), List: l.list, Unit: l.ownUnit,
			Time: l.instant, Meta: l.meta})
	}
	return out
}

// Meta returns what the table's own metadata say under keys that begin with "eahas."; nil for nothing, as of texts.
func (t *Table) Meta() map[string]string {
	src := t.src
	if c, ok := src.(closing); ok {
		src = c.source
	}
	if d, ok := src.(described); ok {
		return d.about()
	}
	return nil
}

// Scan reads the named columns and hands the rows out in parts of bounded size, in the file's order; column i of a part
// is columns[i]. Rows that cannot be read are in no part: Rows.Broken names them. An error of each ends the scan and is
// returned.
func (t *Table) Scan(ctx context.Context, columns []string, each func(*Rows) error) error {
	var want []int
	ls := t.src.leaves()
	for _, name := range columns {
		at := -1
		for i, l := range ls {
			if l.name == name {
				at = i
				break
			}
		}
		if at < 0 {
			return fmt.Errorf("%s: %w: %q%s", t.name, ErrColumn, name, suggest(name, ls))
		}
		if err := ls[at].use; err != nil {
			return fmt.Errorf("%s: column %q: %w", t.name, name, err)
		}
		want = append(want, at)
	}
	err := t.src.scan(ctx, want, func(b *batch) error { return each(&Rows{b, t.name}) })
	if err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	return nil
}

// Len returns the number of rows.
func (r *Rows) Len() int { return r.b.n }

// File is what messages call the file that the rows are from.
func (r *Rows) File() string { return r.name }

// Number returns the number in the file of row i of the part, from 0; of CSV and JSON lines it counts lines.
func (r *Rows) Number(i int) int64 { return r.b.row(i) }

// Broken lists the rows of the file that could not be read, with the reason; File is the table's name.
func (r *Rows) Broken() []trial.Rejection { return r.b.rejections(&logFile{show: r.name}) }

// Null reports whether the cell is null: absent, or what a text table writes for it (an empty cell, NA, [N/A], None).
func (r *Rows) Null(col, row int) bool {
	c := r.b.cols[col]
	if c.list {
		return c.isAbsent(row)
	}
	return c.isNull(row)
}

// Value returns the cell of a column that is no list, in canonical form: numbers written as texts are numbers. Null and
// NaN are the missing value.
func (r *Rows) Value(col, row int) features.Value { return r.b.cols[col].value(row) }

// Text returns the cell of a column that is no list as it is written, "" for null.
func (r *Rows) Text(col, row int) string {
	s, _ := r.b.cols[col].text(row)
	return s
}

// Float returns the number in a cell of a column that is no list; NaN for null and for what is no number. Texts are
// read as numbers, NaN and infinities among them. Times are in seconds.
func (r *Rows) Float(col, row int) float64 {
	c := r.b.cols[col]
	if c.kind != kindText {
		return c.number(row)
	}
	s, ok := c.text(row)
	if !ok {
		return math.NaN()
	}
	x, _ := plainNumber.parse(trimCell(s))
	return x
}

// Floats appends the numbers of a list's cell to dst; null elements are NaN.
func (r *Rows) Floats(dst []float64, col, row int) []float64 {
	c := r.b.cols[col]
	if c.kind != kindText {
		return c.appendNumbers(dst, row)
	}
	for lo, hi := c.span(row); lo < hi; lo++ {
		s, _ := c.text(lo)
		x, _ := plainNumber.parse(trimCell(s))
		dst = append(dst, x)
	}
	return dst
}

// plainNumber reads numbers; of those with a unit what they are in joules, seconds or watts.
var plainNumber = &form{what: "it", factor: 1}
