package eval

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"eahas/internal/stream"
)

// AverageRanks returns the ranks 1..n of the values, the lowest first; equal values share the mean of their ranks.
// There must be no NaN.
func AverageRanks(x []float64) []float64 { return averageRanks(x) }

// Friedman tests whether k treatments differ over n blocks, of which table[i] holds the k values of block i: the
// statistic, corrected for ties, and its probability under the chi-square distribution with k-1 degrees of freedom, as
// scipy.stats.friedmanchisquare gives them. NaN for n < 2, k < 3, or when all blocks are all ties.
func Friedman(table [][]float64) (statistic, p float64) {
	n := len(table)
	if n < 2 || len(table[0]) < 3 {
		return math.NaN(), math.NaN()
	}
	k := len(table[0])
	sums := make([]float64, k)
	ties := 0.0
	for _, block := range table {
		ranks := AverageRanks(block)
		for j, r := range ranks {
			sums[j] += r
		}
		ties += tieTerm(ranks)
	}
	c := 1 - ties/(float64(k)*float64(k*k-1)*float64(n))
	squares := 0.0
	for _, s := range sums {
		squares += s * s
	}
	statistic = (12/float64(k*n*(k+1))*squares - 3*float64(n*(k+1))) / c
	return statistic, distuv.ChiSquared{K: float64(k - 1)}.Survival(statistic)
}

// tieTerm returns the sum of t³-t over groups of t equal ranks.
func tieTerm(ranks []float64) float64 {
	counts := map[float64]float64{}
	for _, r := range ranks {
		counts[r]++
	}
	sum := 0.0
	for _, r := range slices.Sorted(maps.Keys(counts)) {
		t := counts[r]
		sum += t*t*t - t
	}
	return sum
}

// exactWilcoxon is the largest number of pairs whose distribution is counted out.
const exactWilcoxon = 50

// Wilcoxon returns the two-sided probability of the signed-rank test of n pairs; pairs that are equal are left out. Up
// to 50 pairs without ties it is exact, else the normal approximation with the correction for ties and none for
// continuity, as scipy.stats.wilcoxon has them (methods "exact" and "asymptotic"). 1 when no pair differs.
func Wilcoxon(x, y []float64) float64 {
	if len(x) != len(y) {
		panic("eval: pairs of different lengths")
	}
	var size []float64
	var up []bool
	for i := range x {
		if d := x[i] - y[i]; d != 0 {
			size, up = append(size, math.Abs(d)), append(up, d > 0)
		}
	}
	n := len(size)
	if n == 0 {
		return 1
	}
	ranks := AverageRanks(size)
	plus := 0.0
	for i, r := range ranks {
		if up[i] {
			plus += r
		}
	}
	ties := tieTerm(ranks)
	total := float64(n*(n+1)) / 2
	low := min(plus, total-plus)
	if ties == 0 && n <= exactWilcoxon && n == len(x) {
		return min(1, 2*signedRankTail(n, int(low)))
	}
	sd := math.Sqrt((float64(n*(n+1)*(2*n+1)) - ties/2) / 24)
	return min(1, 2*distuv.UnitNormal.CDF((low-total/2)/sd))
}

// signedRankTail returns the probability that the sum of the positive ranks of n pairs is at most w.
func signedRankTail(n, w int) float64 {
	counts := make([]float64, n*(n+1)/2+1)
	counts[0] = 1
	for r := 1; r <= n; r++ {
		for s := len(counts) - 1; s >= r; s-- {
			counts[s] += counts[s-r]
		}
	}
	sum := 0.0
	for s := 0; s <= w; s++ {
		sum += counts[s]
	}
	return sum / math.Pow(2, float64(n))
}

// Holm returns the probabilities adjusted for the number of tests: Holm, "A simple sequentially rejective multiple test
// procedure" (Scand. J. Statist. 1979).
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(p[a], p[b]), a-b) })
	out := make([]float64, len(p))
	top := 0.0
	for k, i := range order {
		top = max(top, min(1, float64(len(p)-k)*p[i]))
		out[i] = top
	}
	return out
}

// nemenyi holds q/sqrt(2) at .05 for 2..20 treatments, q the studentised range with infinitely many degrees of freedom:
// scipy.stats.studentized_range.ppf(.95, k, inf)/sqrt(2), scipy 1.17.1.
var nemenyi = [...]float64{1.960, 2.344, 2.569, 2.728, 2.850, 2.948, 3.031, 3.102, 3.164, 3.219, 3.268, 3.313, 3.354,
	3.391, 3.426, 3.458, 3.489, 3.517, 3.544}

// CriticalDifference returns how far the mean ranks of k treatments over n blocks must lie apart to differ at .05 by
// the Nemenyi test. Demšar, "Statistical comparisons of classifiers over multiple data sets" (JMLR 2006), section
// 3.2.2. The error says that k is not in 2..20 or n < 1.
func CriticalDifference(k, n int) (float64, error) {
	if k < 2 || k > len(nemenyi)+1 || n < 1 {
		return math.NaN(), fmt.Errorf("eval: critical difference of %d treatments over %d blocks: known for 2 to %d", k,
			n, len(nemenyi)+1)
	}
	return nemenyi[k-2] * math.Sqrt(float64(k*(k+1))/(6*float64(n))), nil
}

// BootstrapMedianDifference returns the median of b less the median of a, and a 95 % percentile interval of it over
// resamples of the n pairs (2,000 of them, by seed).
func BootstrapMedianDifference(a, b []float64, seed uint64) (diff, low, high float64) {
	if len(a) != len(b) {
		panic("eval: pairs of different lengths")
	}
	if len(a) == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	const resamples = 2000
	rng := stream.New(seed, "median difference")
	out := make([]float64, resamples)
	x, y := make([]float64, len(a)), make([]float64, len(a))
	for r := range out {
		for i := range x {
			k := rng.IntN(len(a))
			x[i], y[i] = a[k], b[k]
		}
		out[r] = Quantile(y, 0.5) - Quantile(x, 0.5)
	}
	return Quantile(b, 0.5) - Quantile(a, 0.5), Quantile(out, 0.025), Quantile(out, 0.975)
}

// Quantile returns the q-quantile, 0 <= q <= 1, of the values by linear interpolation between order statistics (R's
// type 7, numpy's default). NaN for no values or a NaN among them.
func Quantile(v []float64, q float64) float64 {
	if len(v) == 0 || slices.ContainsFunc(v, math.IsNaN) {
		return math.NaN()
	}
	s := slices.Clone(v)
	slices.Sort(s)
	return quantile(s, q)
}
