package arrowio

import (
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"eahas/internal/atomicfile"
)

// DescribedColumn is a column that says what it is, in the words of docs/log.md: eahas.role, eahas.unit and so on. One
// of Number and Text is set; each returns the value of a row, ok false where there is none (null). A NaN is a value.
type DescribedColumn struct {
	Name   string
	Meta   map[string]string
	Number func(row int) (x float64, ok bool)
	Text   func(row int) (s string, ok bool)
}

// WriteDescribed writes a table whose columns describe themselves to path, in place of what is there. meta is the
// table's own metadata; names must differ.
func WriteDescribed(path string, f Format, meta map[string]string, columns []DescribedColumn, rows int) error {
	seen := map[string]bool{}
	var fields []field[int]
	for _, c := range columns {
		if seen[c.Name] {
			return fmt.Errorf("%w: two columns are named %q", ErrColumn, c.Name)
		}
		seen[c.Name] = true
		fields = append(fields, c.field())
	}
	af := make([]arrow.Field, len(fields))
	for i, x := range fields {
		af[i] = x.arrow()
	}
	m := arrow.MetadataFrom(meta)
	schema := arrow.NewSchema(af, &m)
	return atomicfile.WriteWith(path, func(out io.WriteSeeker) error {
		return writeRows(out, schema, f, 1, fields, func(yield func(int, error) bool) {
			for r := range rows {
				if !yield(r, nil) {
					return
				}
			}
		})
	})
}

func (c DescribedColumn) field() field[int] {
	if c.Text != nil {
		return field[int]{name: c.Name, typ: arrow.BinaryTypes.String, meta: c.Meta,
			append: func(b array.Builder, r int) {
				if s, ok := c.Text(r); ok {
					b.(*array.StringBuilder).Append(s)
				} else {
					b.AppendNull()
				}
			}}
	}
	return field[int]{name: c.Name, typ: arrow.PrimitiveTypes.Float64, meta: c.Meta,
		append: func(b array.Builder, r int) {
			if x, ok := c.Number(r); ok {
				b.(*array.Float64Builder).Append(x)
			} else {
				b.AppendNull()
			}
		}}
}
