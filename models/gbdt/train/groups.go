package train

import (
	"math"
	"slices"

	"eahas/features"
	"eahas/internal/par"
)

// maxGroup is the largest one-hot group that becomes one feature: its bins, an all-zero and a missing one must fit a
// byte.
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
func oneHotGroups(x *features.Frame, stats []stat, taken []bool, workers int) []group {
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
	declared = slices.DeleteFunc(declared, func(g []int) bool { return len(g) < 2 || len(g) > maxGroup })
	var out []group
	for k, seen := range atMostOne(x, declared, workers) {
		if seen.many {
			continue
		}
		out = append(out, group{columns: declared[k], rest: seen.none, missing: seen.missing})
		for _, c := range declared[k] {
			binary[c] = false
		}
	}
	return append(out, runs(x, stats, binary, workers)...)
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

// sums is what the rows of a declared group are like.
type sums struct {
	many    bool // some row is neither one-hot, all zero, nor all NaN
	none    bool // some row is all zero
	missing bool // some row is all NaN
}

// rowBlock is the number of rows that are looked at together.
const rowBlock = 1 << 14

// atMostOne looks at each row of the groups once. Their columns hold 0, 1 and NaN alone.
func atMostOne(x *features.Frame, groups [][]int, workers int) []sums {
	blocks := make([][]sums, (x.N+rowBlock-1)/rowBlock)
	par.For(len(blocks), workers, func(b int) {
		seen := make([]sums, len(groups))
		for i := b * rowBlock; i < min(x.N, (b+1)*rowBlock); i++ {
			row := x.Row(i)
			for k, columns := range groups {
				seen[k].look(row, columns)
			}
		}
		blocks[b] = seen
	})
	out := make([]sums, len(groups))
	for _, seen := range blocks {
		for k, s := range seen {
			out[k].many = out[k].many || s.many
			out[k].none = out[k].none || s.none
			out[k].missing = out[k].missing || s.missing
		}
	}
	return out
}

// look looks at one row.
func (s *sums) look(row []float64, columns []int) {
	const bitsOfOne = 0x3ff << 52
	var odd, ones uint64
	for _, c := range columns {
		one := oneBit(row[c])
		odd |= math.Float64bits(row[c]) ^ one*bitsOfOne
		ones += one
	}
	if odd == 0 && ones == 1 {
		return
	}
	ones = 0
	nans := 0
	for _, c := range columns {
		if row[c] == 1 {
			ones++
		} else if math.IsNaN(row[c]) {
			nans++
		}
	}
	s.many = s.many || ones > 1 || nans != 0 && nans != len(columns)
	s.missing = s.missing || nans > 0
	s.none = s.none || ones+uint64(nans) == 0
}

// runs finds undeclared one-hot groups: neighbouring binary columns that sum to 1 in each row.
func runs(x *features.Frame, stats []stat, binary []bool, workers int) []group {
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
		sound := exactlyOne(x, list, workers)
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
func exactlyOne(x *features.Frame, list []group, workers int) []bool {
	blocks := make([][]uint64, (x.N+rowBlock-1)/rowBlock)
	par.For(len(blocks), workers, func(b int) {
		wrong := make([]uint64, len(list))
		for i := b * rowBlock; i < min(x.N, (b+1)*rowBlock); i++ {
			row := x.Row(i)
			for k, g := range list {
				ones := uint64(0)
				for _, v := range row[g.columns[0] : g.columns[0]+len(g.columns)] {
					ones += oneBit(v)
				}
				wrong[k] |= ones ^ 1
			}
		}
		blocks[b] = wrong
	})
	sound := make([]bool, len(list))
	for k := range sound {
		sound[k] = !slices.ContainsFunc(blocks, func(wrong []uint64) bool { return wrong[k] != 0 })
	}
	return sound
}
