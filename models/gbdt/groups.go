package gbdt

import (
	"math"

	"eahas/features"
)

// maxGroup is the largest one-hot group that becomes one feature: its bins, an all-zero and a missing one must fit a byte.
const maxGroup = maxBins - 2

// oneHotGroups returns the column sets that can be merged into one feature without changing the split space:
// in every row exactly one of the columns is 1 and the others are 0, or all are 0, or all are NaN.
// Declared groups (Column.Group >= 0) may hold all-zero and missing rows; undeclared runs of neighbouring
// columns are taken when each row sums to 1. Columns in taken are left alone.
func oneHotGroups(x *features.Frame, taken []bool) [][]int {
	binary := binaryColumns(x, taken)
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
	var out [][]int
	for _, g := range declared {
		if len(g) > 1 && len(g) <= maxGroup && atMostOne(x, g) {
			out = append(out, g)
			for _, c := range g {
				binary[c] = false
			}
		}
	}
	return append(out, runs(x, binary)...)
}

// binaryColumns marks the columns whose values are all 0, 1 or NaN.
func binaryColumns(x *features.Frame, taken []bool) []bool {
	p := x.P()
	binary := make([]bool, p)
	live := make([]int, 0, p)
	for c := range binary {
		binary[c] = !taken[c]
		if binary[c] {
			live = append(live, c)
		}
	}
	for i := 0; i < x.N && len(live) > 0; i++ {
		row := x.Row(i)
		for j := 0; j < len(live); j++ {
			if v := row[live[j]]; v == v && v != 0 && v != 1 {
				binary[live[j]] = false
				live = append(live[:j], live[j+1:]...)
				j--
			}
		}
	}
	return binary
}

// atMostOne reports whether every row of the columns is one-hot, all zero, or all NaN.
func atMostOne(x *features.Frame, columns []int) bool {
	for i := range x.N {
		row := x.Row(i)
		ones, nans := 0, 0
		for _, c := range columns {
			if row[c] == 1 {
				ones++
			} else if math.IsNaN(row[c]) {
				nans++
			}
		}
		if ones > 1 || nans != 0 && nans != len(columns) {
			return false
		}
	}
	return true
}

// runs finds undeclared one-hot groups: maximal-free runs of neighbouring binary columns that sum to 1 in each row.
func runs(x *features.Frame, binary []bool) [][]int {
	var out [][]int
	for c := 0; c < len(binary); c++ {
		if !binary[c] || x.Columns[c].Group >= 0 {
			continue
		}
		if end := runFrom(x, binary, c); end > c+1 {
			g := make([]int, 0, end-c)
			for k := c; k < end; k++ {
				g = append(g, k)
			}
			out = append(out, g)
			c = end - 1
		}
	}
	return out
}

// runFrom returns the end of the one-hot run that starts at column c, or 0 if there is none.
func runFrom(x *features.Frame, binary []bool, c int) int {
	hot := make([]bool, x.N)
	covered := 0
	for k := c; k < len(binary) && k-c < maxGroup && binary[k] && x.Columns[k].Group < 0; k++ {
		for i := range x.N {
			switch v := x.Data[i*len(binary)+k]; {
			case math.IsNaN(v), v == 1 && hot[i]:
				return 0
			case v == 1:
				hot[i] = true
				covered++
			}
		}
		if covered == x.N {
			return k + 1
		}
	}
	return 0
}
