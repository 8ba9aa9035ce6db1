package arrowio

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"eahas/features"
	"eahas/trial"
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
	Apart   string           // what the texts hold, where their settings are columns of their own; "" for all others
	// the unit that the type knows (s, ms, us, ns); the values are in seconds. "" for all others
	Unit    string
	Instant bool // points in time, in seconds since 1970
	// the unit that stands behind the numbers of a column of texts ("69.32 W", "85 %"), s for hours:minutes:seconds; ""
	// for all others. Min and Max are then in joules, seconds, watts or percent
	Suffix string
	Clock  bool // texts of hours, minutes and seconds
	// cells of a column of texts that are no numbers, with or without a unit, where most others are (1 in 3 at most):
	// broken cells, or the words of a setting that is mostly a number. Kind is "text", and Min, Max and Whole are those
	// of the numbers; 0 for all other columns
	Strays    int
	FewStrays bool // they are 1 cell in 20 at most

	texts, numbers, words int    // texts that were looked at, and those that are numbers and booleans
	suffixed, clocks      int    // those that are numbers with a unit, and with several
	base                  string // of the units: J, s, W or %
	mixed                 bool   // units of several bases
}

// MaxDistinct is the number of distinct values that Describe keeps for a column.
const MaxDistinct = 64

// Describe reads the files that the paths name (file, folder or glob, relative to dataDir) and describes their columns,
// in the order in which they appear. A column need not be in every file, but it has to be of the same kind wherever it
// is; whole numbers in one file and others in another are numbers. Columns of texts that are all numbers are described
// as numbers. The columns of graphs make a column of texts more, behind the others, where a file has them.
func Describe(ctx context.Context, paths []string, dataDir string,
	graphs ...trial.GraphColumns) ([]ColumnInfo, error) {
	files, err := list(paths, dataDir)
	if err != nil {
		return nil, err
	}
	var out []ColumnInfo
	var seen []map[features.Value]bool
	index := map[string]int{}
	for i := range files {
		f := &files[i]
		f.graphs = graphs
		err := withSource(f, func(src source) error {
			var want, at []int
			for k, l := range src.leaves() {
				i, ok := index[l.name]
				if !ok {
					i = len(out)
					index[l.name] = i
					out = append(out, columnInfo(l))
					seen = append(seen, map[features.Value]bool{})
				} else if err := out[i].merge(l); err != nil {
					return err
				}
				if l.use == nil {
					want, at = append(want, k), append(at, i)
				}
			}
			return src.scan(ctx, want, func(b *batch) error {
				for j, c := range b.cols {
					out[at[j]].take(c, seen[at[j]])
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
		c.readTexts()
	}
	return out, nil
}

func columnInfo(l *leaf) ColumnInfo {
	c := ColumnInfo{Name: l.name, Type: l.typ, Kind: l.kind.String(), List: l.list, Unit: l.ownUnit, Instant: l.instant,
		Min: math.NaN(), Max: math.NaN(), Rising: l.list, Whole: true}
	if l.use != nil {
		c.NotRead = l.use.Error()
	}
	c.Apart = l.apartInWords()
	return c
}

// merge makes sure that a column of a further file is of the same kind.
func (i *ColumnInfo) merge(l *leaf) error {
	a, b := i.Kind, l.kind.String()
	if a == b && i.List == l.list {
		return nil
	}
	if (a == "number" || a == "integer") && (b == "number" || b == "integer") && i.List == l.list {
		i.Kind = "number"
		return nil
	}
	return fmt.Errorf("%w: column %q is %s here and %s in a file before", ErrType, l.name, l.typ, i.Type)
}

// How many cells a column has at least for each text that is no number, to be one of numbers all the same: a broken
// cell must not hide a curve. Where its name says that it is measured (package guess), there may be more such texts.
const (
	fewStrays  = 20
	someStrays = 3
)

// strayStart is how many texts that are no numbers are passed over before there are numbers enough to tell.
const strayStart = 100

// readTexts makes a column of texts that are all numbers, or all booleans, one of numbers or booleans.
func (i *ColumnInfo) readTexts() {
	switch {
	case i.Kind != "text" || i.texts == 0:
	case i.numbers == i.texts && i.Whole:
		i.Kind = "integer"
	case i.numbers == i.texts:
		i.Kind = "number"
	case i.words == i.texts:
		i.Kind = "boolean"
	case i.numbers+i.suffixed == i.texts && !i.mixed && 2*i.suffixed > i.texts:
		i.Kind, i.Clock = "number", i.clocks > 0
	case !i.List && !i.mixed && someStrays*(i.texts-i.numbers-i.suffixed) <= i.texts &&
		(i.suffixed == 0 || 2*i.suffixed > i.texts):
		i.Strays, i.Clock = i.texts-i.numbers-i.suffixed, i.clocks > 0
		i.FewStrays = fewStrays*i.Strays <= i.texts
		return
	}
	if i.Kind == "text" {
		i.Suffix = ""
		i.Min, i.Max, i.Whole = math.NaN(), math.NaN(), false
	}
}

// text looks whether a text is a number or a boolean.
func (i *ColumnInfo) text(s string) {
	i.texts++
	s = trimCell(s)
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		y, ok := nonFiniteText(s)
		if !ok {
			switch s {
			case "true", "false", "True", "False", "TRUE", "FALSE":
				i.words++
			}
			i.quantity(s)
			return
		}
		x = y
	}
	i.numbers++
	i.number(x)
}

// distinct adds a value that was not seen before, unless there are too many.
func (i *ColumnInfo) distinct(v features.Value, seen map[features.Value]bool) {
	if seen[v] || v.IsMissing() {
		return
	}
	if len(i.Values) == MaxDistinct {
		i.Many = true
		return
	}
	seen[v] = true
	i.Values = append(i.Values, v)
}

// quantity looks whether a text is a number with a unit.
func (i *ColumnInfo) quantity(s string) {
	x, unit, clock, ok := quantity(s)
	if ok && unit == "" { // a multiplier
		i.numbers++
		i.number(x)
		return
	}
	factor, base := toBase(unit)
	if !ok || base == "" {
		return
	}
	if i.suffixed == 0 {
		i.Suffix, i.base = unit, base
	}
	if i.mixed = i.mixed || i.base != base; i.Suffix != unit {
		i.Suffix = base
	}
	if i.suffixed++; clock {
		i.clocks++
	}
	i.number(x * factor)
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
		} else if i.texts-i.numbers-i.suffixed <= i.texts/someStrays+strayStart || i.texts == i.words {
			i.text(c.texts[e]) // else it is a text already
		}
		if !c.list && !i.Many {
			i.distinct(c.value(e), seen)
		}
	}
	if c.list {
		i.takeLists(c, first)
	}
}

// takeLists adds the lengths of a batch's lists, and whether each rises; first says that no batch came before.
func (i *ColumnInfo) takeLists(c *column, first bool) {
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
