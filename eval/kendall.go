package eval

import (
	"math"
	"slices"
)

// KendallTauB returns Kendall's rank correlation with the correction for ties in both slices, in -1..1, in
// O(n log n). It equals scipy.stats.kendalltau (variant "b"). NaN for n < 2, a constant slice, or a NaN value;
// infinities are ranked like other numbers.
//
// Knight, "A computer method for calculating Kendall's tau with ungrouped data", JASA 61 (1966): sort by x and then y;
// the discordant pairs are the inversions that remain in y.
func KendallTauB(x, y []float64) float64 {
	mustMatch(x, y)
	n := len(x)
	if n < 2 || hasNaN(x) || hasNaN(y) {
		return math.NaN()
	}
	type pair struct{ x, y float64 }
	pairs := make([]pair, n)
	for i := range pairs {
		pairs[i] = pair{x[i], y[i]}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		switch {
		case a.x < b.x:
			return -1
		case a.x > b.x:
			return 1
		case a.y < b.y:
			return -1
		case a.y > b.y:
			return 1
		}
		return 0
	})
	var xTies, xyTies int64
	runX, runXY := int64(0), int64(0)
	for i := 1; i < n; i++ {
		runX++
		runXY++
		if pairs[i].x != pairs[i-1].x {
			runX = 0
		}
		if pairs[i] != pairs[i-1] {
			runXY = 0
		}
		xTies += runX // the i-th member of a run of ties makes i pairs with those before it
		xyTies += runXY
	}
	ys := make([]float64, n)
	for i, p := range pairs {
		ys[i] = p.y
	}
	discordant := sortCountingInversions(ys, make([]float64, n))
	var yTies, runY int64
	for i := 1; i < n; i++ {
		runY++
		if ys[i] != ys[i-1] {
			runY = 0
		}
		yTies += runY
	}
	return tauB(int64(n), xTies, yTies, xyTies, discordant)
}

// tauB assembles the coefficient of n observations from numbers of pairs: tied in x, in y, in both, and discordant.
func tauB(n, xTies, yTies, xyTies, discordant int64) float64 {
	pairs := n * (n - 1) / 2
	if pairs == xTies || pairs == yTies {
		return math.NaN()
	}
	difference := pairs - xTies - yTies + xyTies - 2*discordant // concordant less discordant
	scale := float64(pairs - xTies)
	if xTies != yTies {
		scale = math.Sqrt(scale) * math.Sqrt(float64(pairs-yTies))
	}
	return min(1, max(-1, float64(difference)/scale))
}

// sortCountingInversions sorts xs in place by merging and returns the number of pairs i < j with xs[i] > xs[j].
// buf has the same length as xs.
func sortCountingInversions(xs, buf []float64) int64 {
	n := len(xs)
	if n < 16 {
		return insertionSortCounting(xs)
	}
	mid := n / 2
	count := sortCountingInversions(xs[:mid], buf[:mid]) + sortCountingInversions(xs[mid:], buf[mid:])
	copy(buf, xs)
	left, right := buf[:mid], buf[mid:n]
	i, j := 0, 0
	for k := range xs {
		if j == len(right) || i < len(left) && left[i] <= right[j] {
			xs[k] = left[i]
			i++
			continue
		}
		xs[k] = right[j]
		j++
		count += int64(len(left) - i)
	}
	return count
}

func insertionSortCounting(xs []float64) (count int64) {
	for i := 1; i < len(xs); i++ {
		x, j := xs[i], i
		for ; j > 0 && xs[j-1] > x; j-- {
			xs[j] = xs[j-1]
			count++
		}
		xs[j] = x
	}
	return count
}
