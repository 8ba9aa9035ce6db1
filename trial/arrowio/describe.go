package arrowio

import (
	"context"
	"fmt"
	"math"

	"eahas/features"
)

// ColumnInfo describes one column of one or more files with the same columns.
type ColumnInfo struct {
	Name    string // path: struct members joined by dots
	Type    string // the file's word for it
	Kind    string // number, integer, boolean, text or unsupported
	List    bool   // a list a row
	Rows    int64
	Nulls   int64   // rows that are null
	NaNs    int64   // elements that are NaN or infinite
	Min     float64 // of the finite elements of numbers and booleans; NaN when there are none
	Max     float64
	Short   int              // fewest elements of a list
	Long    int              // most elements of a list
	Rising  bool             // every list increases strictly: epochs or times
	Whole   bool             // all finite elements are whole numbers
	Values  []features.Value // the distinct values of scalars, in order of appearance; at most MaxDistinct
	Many    bool             // there are more than that
	NotRead string           // why an unsupported column cannot be read
}

// MaxDistinct is the number of distinct values that Describe keeps for a column.
const MaxDistinct = 64

// Describe reads the files that the paths name (file, folder or glob, relative to dataDir) and describes their columns,
// in the order of the first file. All files must have the same columns.
func Describe(ctx context.Context, paths []string, dataDir string) ([]ColumnInfo, error) {
	files, err := list(paths, dataDir)
	if err != nil {
		return nil, err
	}
	var out []ColumnInfo
	var seen []map[features.Value]bool
	for i := range files {
		f := &files[i]
		err := withSource(f, func(src source) error {
			leaves := src.leaves()
			if out == nil {
				for _, l := range leaves {
					c := ColumnInfo{Name: l.name, Type: l.typ, Kind: l.kind.String(), List: l.list, Min: math.NaN(), Max: math.NaN(), Rising: l.list, Whole: true}
					if l.use != nil {
						c.NotRead = l.use.Error()
					}
					out = append(out, c)
					seen = append(seen, map[features.Value]bool{})
				}
			}
			if len(leaves) != len(out) {
				return fmt.Errorf("%w: it has %d columns, %s has %d", ErrColumn, len(leaves), files[0].show, len(out))
			}
			var want []int
			for k, l := range leaves {
				if l.name != out[k].Name || l.kind.String() != out[k].Kind || l.list != out[k].List {
					return fmt.Errorf("%w: column %d is %s (%s), in %s it is %s (%s)", ErrColumn, k, l.name, l.typ, files[0].show, out[k].Name, out[k].Type)
				}
				if l.use == nil {
					want = append(want, k)
				}
			}
			return src.scan(ctx, want, func(b *batch) error {
				for j, c := range b.cols {
					out[want[j]].take(c, seen[want[j]])
				}
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	for i := range out {
		c := &out[i]
		c.Whole = c.Whole && !math.IsNaN(c.Min)
		c.Rising = c.Rising && c.Long > 0
	}
	return out, nil
}

// take adds a batch of the column.
func (i *ColumnInfo) take(c *column, seen map[features.Value]bool) {
	first := i.Rows == 0
	i.Rows += int64(c.n)
	for e := range c.elements() {
		if c.isNull(e) {
			if !c.list {
				i.Nulls++
			}
			continue
		}
		if c.kind != kindText {
			i.number(c.number(e))
		}
		if !c.list && !i.Many {
			v := c.value(e)
			if !seen[v] && !v.IsMissing() {
				if len(i.Values) == MaxDistinct {
					i.Many = true
					continue
				}
				seen[v] = true
				i.Values = append(i.Values, v)
			}
		}
	}
	if !c.list {
		return
	}
	for r := range c.n {
		if c.isAbsent(r) {
			i.Nulls++
			continue
		}
		lo, hi := c.span(r)
		if n := hi - lo; first && r == 0 {
			i.Short, i.Long = n, n
		} else {
			i.Short, i.Long = min(i.Short, n), max(i.Long, n)
		}
		for e := lo + 1; e < hi && i.Rising; e++ {
			i.Rising = c.number(e) > c.number(e-1)
		}
	}
}

func (i *ColumnInfo) number(x float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		i.NaNs++
		return
	}
	if !(x >= i.Min) {
		i.Min = x
	}
	if !(x <= i.Max) {
		i.Max = x
	}
	if x != math.Trunc(x) {
		i.Whole = false
	}
}
