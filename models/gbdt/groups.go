package gbdt

import (
	"math"

	"eahas/features"
)

// maxGroup is the largest one-hot group that becomes one feature: its bins, an all-zero and a missing one must fit a byte.
const maxGroup = maxBins - 2

// group is a set of columns that can be merged into one feature without changing the split space.
type group struct {
	columns []int
	rest    bool // some rows are all zero
	missing bool // some rows are all NaN
}

// oneHotGroups returns the groups: in every row exactly one of the columns is 1 and the others are 0, or all are 0, or
// all are NaN. Declared groups (Column.Group >= 0) may hold all-zero and missing rows; undeclared runs of neighbouring
// columns are taken when each row sums to 1. Columns in taken are left alone.
func oneHotGroups(x *features.Frame, stats []stat, taken []bool) []group {
	binary := binaryColumns(x, stats, taken)
	declared := make([][]int, 0, 8)
	at := map[int]int{}
	for c, col := range x.Columns {
		if col.Group < 0 || !binary[c] {
			continue
		}
		g, ok := at[col.Group]
		if !ok {
			g = len(declared)
			at[col.Group] = g
			declared = append(declared, nil)
		}
		declared[g] = append(declared[g], c)
	}
	var out []group
	for _, columns := range declared {
		if len(columns) < 2 || len(columns) > maxGroup {
			continue
		}
		if g, ok := atMostOne(x, columns); ok {
			out = append(out, g)
			for _, c := range columns {
				binary[c] = false
			}
		}
	}
	return append(out, runs(x, stats, binary)...)
}

// binaryColumns marks the columns whose values are all 0, 1 or NaN.
func binaryColumns(x *features.Frame, stats []stat, taken []bool) []bool {
	p := x.P()
	binary := make([]bool, p)
	for c := range binary {
		binary[c] = !taken[c]
		for i := c; binary[c] && stats[c].odd != 0 && i < len(x.Data); i += p {
			v := x.Data[i]
			binary[c] = v != v || v == 0 || v == 1
		}
	}
	return binary
}

// atMostOne reports whether every row of the columns is one-hot, all zero, or all NaN.
func atMostOne(x *features.Frame, columns []int) (group, bool) {
	g := group{columns: columns}
	for i := range x.N {
		row := x.Row(i)
		var s stat
		for _, c := range columns {
			s.add(row[c])
		}
		if s.odd == 0 && s.ones == 1 {
			continue
		}
		ones, nans := 0, 0
		for _, c := range columns {
			if row[c] == 1 {
				ones++
			} else if math.IsNaN(row[c]) {
				nans++
			}
		}
		if ones > 1 || nans != 0 && nans != len(columns) {
			return g, false
		}
		g.missing = g.missing || nans > 0
		g.rest = g.rest || ones+nans == 0
	}
	return g, true
}

// runs finds undeclared one-hot groups: neighbouring binary columns that sum to 1 in each row.
func runs(x *features.Frame, stats []stat, binary []bool) []group {
	var out []group
	for c := 0; c < len(binary); c++ {
		if end := runFrom(x, stats, binary, c); end > c+1 {
			g := group{}
			for k := c; k < end; k++ {
				g.columns = append(g.columns, k)
			}
			out = append(out, g)
			c = end - 1
		}
	}
	return out
}

// runFrom returns the end of the one-hot run that starts at column c, or 0 if there is none. There is one at most: the
// ones of its columns must add up to the number of rows.
func runFrom(x *features.Frame, stats []stat, binary []bool, c int) int {
	ones := 0
	for k := c; k < len(binary) && k-c < maxGroup && binary[k] && x.Columns[k].Group < 0 && !stats[k].nan; k++ {
		if stats[k].odd != 0 { // 0 is written as -0 in places
			for i := range x.N {
				if x.Data[i*len(binary)+k] == 1 {
					ones++
				}
			}
		} else {
			ones += stats[k].ones
		}
		if ones > x.N {
			return 0
		}
		if ones == x.N {
			if exactlyOne(x, c, k+1) {
				return k + 1
			}
			return 0
		}
	}
	return 0
}

// exactlyOne reports whether columns first..end-1, which hold 0 and 1 alone, sum to 1 in each row.
func exactlyOne(x *features.Frame, first, end int) bool {
	for i := range x.N {
		ones := uint64(0)
		for _, v := range x.Row(i)[first:end] {
			ones += oneBit(v)
		}
		if ones != 1 {
			return false
		}
	}
	return true
}
