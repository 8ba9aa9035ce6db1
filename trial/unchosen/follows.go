package unchosen

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

const (
	byChance = 0.001 // how seldom chance alone may look like it, over all columns of a table
	share    = 0.2   // of the variance of its ranks that the other column explains, beyond what chance does
	strong   = 0.5   // the same, of two results of one run
	// correlation of a column's ranks with those of the row before, from which on the table is sorted by it
	sorted = 0.95
)

// follows reports whether a column's numbers follow another column: their ranks differ between its values, where these
// are few; or rise or fall with its numbers, where it has its own for most runs, too. columns is among how many the
// other one was looked for. With twins, it must be another such column, and strongly so.
func (v *values) follows(other *values, columns int, twins bool) bool {
	if twins && !other.own {
		return false
	}
	var x, y []float64
	var groups []int
	for k := range v.numbers {
		if math.IsNaN(v.numbers[k]) || other.codes[k] < 0 {
			continue
		}
		y = append(y, v.numbers[k])
		groups = append(groups, other.codes[k])
		if other.numbers != nil {
			x = append(x, other.numbers[k])
		}
	}
	n := float64(len(y))
	if n < fewestRuns {
		return false
	}
	ranks(y)
	switch chance := byChance / float64(columns); {
	case other.groups >= 2 && 2*other.groups <= other.runs:
		return between(y, groups, other.groups, chance)
	case other.own && x != nil:
		ranks(x)
		r := stat.Correlation(x, y, nil)
		if !(r*r > share) || twins && !(r*r > strong) {
			return false
		}
		return byChanceAlone(r, n) < chance && !drift(x, y, chance)
	}
	return false
}

// drift reports whether ranks follow each other only because both move as the table goes on, as settings do that a
// search narrows down: then their steps from row to row do not, beyond chance. In a table that is sorted by one of them
// steps say nothing.
func drift(x, y []float64, chance float64) bool {
	n := len(x) - 1
	if stat.Correlation(x[:n], x[1:], nil) > sorted || stat.Correlation(y[:n], y[1:], nil) > sorted {
		return false
	}
	dx, dy := make([]float64, n), make([]float64, n)
	for i := range n {
		dx[i], dy[i] = x[i+1]-x[i], y[i+1]-y[i]
	}
	r := stat.Correlation(dx, dy, nil)
	return !(r*r > share) || byChanceAlone(r, float64(n)) > chance
}

// byChanceAlone is how often chance gives n pairs of numbers such a correlation, or a stronger one.
func byChanceAlone(r, n float64) float64 {
	t := math.Sqrt(r * r * (n - 2) / math.Max(1-r*r, 1e-12))
	return 2 * (1 - distuv.StudentsT{Sigma: 1, Nu: n - 2}.CDF(t))
}

// between is the analysis of variance of ranks between groups (Kruskal and Wallis, with F in place of chi squared).
func between(y []float64, groups []int, k int, chance float64) bool {
	sums, counts := make([]float64, k), make([]float64, k)
	mean, n := stat.Mean(y, nil), float64(len(y))
	total := 0.0
	for i, x := range y {
		sums[groups[i]] += x - mean
		counts[groups[i]]++
		total += (x - mean) * (x - mean)
	}
	told, used := 0.0, 0.0
	for g := range sums {
		if counts[g] > 0 {
			told += sums[g] * sums[g] / counts[g]
			used++
		}
	}
	free := n - used
	if used < 2 || free < 3 || !(total > 0) {
		return false
	}
	rest := math.Max(total-told, 1e-12*total)
	if beyond := 1 - rest/free/(total/(n-1)); beyond < share {
		return false
	}
	f := told / (used - 1) / (rest / free)
	return 1-distuv.F{D1: used - 1, D2: free}.CDF(f) < chance
}

// ranks puts ranks in the place of numbers; equal ones share the mean of theirs.
func ranks(x []float64) {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	out := make([]float64, len(x))
	for lo := 0; lo < len(order); {
		hi := lo
		for hi < len(order) && x[order[hi]] == x[order[lo]] {
			hi++
		}
		for _, i := range order[lo:hi] {
			out[i] = float64(lo+hi-1) / 2
		}
		lo = hi
	}
	copy(x, out)
}
