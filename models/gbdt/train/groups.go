package train

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
	ones := make([]int, len(binary)) // per column; -1: it cannot be in a run
	for c := range ones {
		switch {
		case !binary[c] || x.Columns[c].Group >= 0 || stats[c].nan:
			ones[c] = -1
		case stats[c].odd != 0: // 0 is written as -0 in places
			for i := c; i < len(x.Data); i += len(binary) {
				ones[c] += int(oneBit(x.Data[i]))
			}
		default:
			ones[c] = stats[c].ones
		}
	}
	not := make([]bool, len(binary)) // no run starts here, although the counts would fit
	for {
		list := candidateRuns(ones, not, x.N)
		sound := exactlyOne(x, list)
		var out []group
		for k, g := range list {
			if sound[k] {
				out = append(out, g)
			} else {
				not[g.columns[0]] = true
			}
		}
		if len(out) == len(list) {
			return out
		}
	}
}

// candidateRuns finds runs of two columns at least whose ones add up to the number of rows. From a column on there is
// one at most.
func candidateRuns(ones []int, not []bool, rows int) []group {
	var out []group
	for c := 0; c < len(ones); c++ {
		sum := 0
		for k := c; !not[c] && k < len(ones) && k-c < maxGroup && ones[k] >= 0 && sum < rows; k++ {
			if sum += ones[k]; sum == rows && k > c {
				g := group{}
				for ; c <= k; c++ {
					g.columns = append(g.columns, c)
				}
				c = k
				out = append(out, g)
				break
			}
		}
	}
	return out
}

// exactlyOne reports for each run of columns, which hold 0 and 1 alone, whether they sum to 1 in each row.
func exactlyOne(x *features.Frame, list []group) []bool {
	wrong := make([]uint64, len(list))
	for i := range x.N {
		row := x.Row(i)
		for k, g := range list {
			ones := uint64(0)
			for _, v := range row[g.columns[0] : g.columns[0]+len(g.columns)] {
				ones += oneBit(v)
			}
			wrong[k] |= ones ^ 1
		}
	}
	sound := make([]bool, len(list))
	for k, w := range wrong {
		sound[k] = w == 0
	}
	return sound
}
