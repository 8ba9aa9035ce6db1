package train

import (
	"math"
	"slices"

	"eahas/features"
	"eahas/internal/par"
)

// stat is what one pass over the table tells of a column.
type stat struct {
	odd  uint64 // not 0: there are values other than 0 and 1
	ones int    // number of ones, if odd is 0
	nan  bool   // there are missing values
}

// columnStats reads the table once.
func columnStats(x *features.Frame, workers int) []stat {
	parts := make([][]stat, (x.N+rowBlock-1)/rowBlock)
	par.For(len(parts), workers, func(k int) {
		part := make([]stat, x.P())
		for i := k * rowBlock; i < min(x.N, (k+1)*rowBlock); i++ {
			row := x.Row(i)
			for c := range part {
				part[c].add(row[c])
			}
		}
		parts[k] = part
	})
	out := make([]stat, x.P())
	for _, part := range parts {
		for c, s := range part {
			out[c].odd |= s.odd
			out[c].ones += s.ones
			out[c].nan = out[c].nan || s.nan
		}
	}
	return out
}

// add counts a value. It does not branch on 0 and 1.
func (s *stat) add(v float64) {
	const bitsOfOne = 0x3ff << 52
	one := oneBit(v)
	s.odd |= math.Float64bits(v) ^ one*bitsOfOne
	s.ones += int(one)
	if v != v {
		s.nan = true
	}
}

// sampleRows is the number of rows that cuts are chosen from at most.
const sampleRows = 200_000

// columnValues returns the distinct values of column c, ascending and without NaN, and how often each occurs in a
// sample of at most about sampleRows rows at equal steps.
func columnValues(x *features.Frame, c int) (distinct []float64, counts []int) {
	var t tally
	step, p := max(1, x.N/sampleRows), x.P()
	for i := 0; i < x.N; i += step {
		v := x.Data[i*p+c]
		if v != v {
			continue
		}
		if !t.add(v + 0) { // -0 becomes 0
			return sortedValues(x, c, step)
		}
	}
	order := make([]int, len(t.values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if t.values[a] < t.values[b] {
			return -1
		}
		return 1
	})
	for _, i := range order {
		distinct, counts = append(distinct, t.values[i]), append(counts, t.counts[i])
	}
	return distinct, counts
}

// sortedValues is columnValues for columns of many different values.
func sortedValues(x *features.Frame, c, step int) (distinct []float64, counts []int) {
	p := x.P()
	values := make([]float64, 0, x.N/step+1)
	for i := 0; i < x.N; i += step {
		if v := x.Data[i*p+c]; v == v {
			values = append(values, v+0)
		}
	}
	slices.Sort(values)
	for i := 0; i < len(values); {
		j := i + 1
		for j < len(values) && values[j] == values[i] {
			j++
		}
		distinct = append(distinct, values[i])
		counts = append(counts, j-i)
		i = j
	}
	return distinct, counts
}

// tally counts the values of a column that has few.
type tally struct {
	values []float64
	counts []int
	at     [4096]uint16 // open hash table: index into values plus 1, 0: free
}

// add counts v and reports false when there are too many different values.
func (t *tally) add(v float64) bool {
	bits := math.Float64bits(v)
	for h := bits * 0x9e3779b97f4a7c15 >> 52; ; h = (h + 1) % uint64(len(t.at)) {
		switch i := t.at[h]; {
		case i == 0:
			if len(t.values) == len(t.at)/2 {
				return false
			}
			t.values, t.counts = append(t.values, v), append(t.counts, 1)
			t.at[h] = uint16(len(t.values))
			return true
		case t.values[i-1] == v:
			t.counts[i-1]++
			return true
		}
	}
}
