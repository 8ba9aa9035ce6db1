package eval

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Pearson returns the linear correlation. NaN for n < 2, a constant slice, or a NaN value.
func Pearson(x, y []float64) float64 {
	mustMatch(x, y)
	if len(x) < 2 || constant(x) || constant(y) {
		return math.NaN()
	}
	return min(1, max(-1, stat.Correlation(x, y, nil)))
}

// Spearman returns the rank correlation: Pearson of the average ranks, equal to scipy.stats.spearmanr.
// NaN for n < 2, a constant slice, or a NaN value.
func Spearman(x, y []float64) float64 {
	mustMatch(x, y)
	if hasNaN(x) || hasNaN(y) {
		return math.NaN()
	}
	return Pearson(averageRanks(x), averageRanks(y))
}

// averageRanks returns the 1-based rank of every value; equal values share the mean of the ranks they cover.
func averageRanks(x []float64) []float64 {
	order := sortedOrder(x)
	ranks := make([]float64, len(x))
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && x[order[hi]] == x[order[lo]] {
			hi++
		}
		for _, i := range order[lo:hi] {
			ranks[i] = float64(lo+1+hi) / 2
		}
		lo = hi
	}
	return ranks
}

// denseRanks returns ranks 0..d-1 of the d distinct values, and d.
func denseRanks(x []float64) (ranks []int32, distinct int) {
	order := sortedOrder(x)
	ranks = make([]int32, len(x))
	for k, i := range order {
		if k > 0 && x[i] != x[order[k-1]] {
			distinct++
		}
		ranks[i] = int32(distinct)
	}
	if len(x) > 0 {
		distinct++
	}
	return ranks, distinct
}

// sortedOrder returns the indices of x in ascending order of value, equal values in ascending order of index.
func sortedOrder(x []float64) []int {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case x[a] < x[b]:
			return -1
		case x[a] > x[b]:
			return 1
		}
		return a - b
	})
	return order
}
