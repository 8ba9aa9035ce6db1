package eval

import (
	"math"
	"slices"
)

// maxCostWork bounds resamples times trials; above it fewer resamples are drawn, but at least minResamples.
const (
	maxCostWork  = 20_000_000
	minResamples = 40
)

// bootstrap returns the statistics of each resample in the order of costMetrics, and the number of clusters.
func (g *costGroup) bootstrap(o Options) ([][]float64, int) {
	r := newResampler(g.clusters, nil, o.Seed)
	n := len(g.truth)
	resamples := costResamples(o, n)
	if resamples == 0 || r.clusters < 2 {
		return nil, r.clusters
	}
	trials := make([]int, n)
	sums := make([]errorSums, n)
	relative := make([]float64, n)
	for i := range trials {
		trials[i] = i
		d := g.truth[i] - g.pred[i]
		sums[i] = errorSums{d * d, math.Abs(d), 1}
		relative[i] = math.Abs(d / g.truth[i])
	}
	plain := newWeightedPairs(trials, g.truth, g.pred)
	logs := newWeightedPairs(trials, logOf(g.truth), logOf(g.pred))
	byRelative := slices.DeleteFunc(sortedOrder(relative), func(i int) bool { return g.truth[i] == 0 })
	return r.resample(resamples, len(costMetrics), o.Workers, func(dst []float64, counts []int32, s *scratch) {
		var total errorSums
		for i, c := range counts {
			if c > 0 {
				total.add(sums[i], float64(c))
			}
		}
		dst[0], dst[1] = plain.r2(counts), logs.r2(counts)
		dst[2], dst[3] = plain.tau(counts, s), plain.spearman(counts, s)
		dst[4], dst[5] = total.rmse(), total.mae()
		dst[6], dst[7] = weightedMeanMedian(relative, byRelative, counts)
	}), r.clusters
}

// costResamples is how many resamples of n trials are drawn.
func costResamples(o Options, n int) int {
	if o.Resamples*n > maxCostWork {
		return max(minResamples, maxCostWork/n)
	}
	return o.Resamples
}

func logOf(xs []float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = math.Log(x) // NaN or -Inf where it is not positive: the resample's R2 is then undefined
	}
	return out
}

// weightedMeanMedian returns the mean and the median of xs, each value counted counts[i] times; order sorts xs.
func weightedMeanMedian(xs []float64, order []int, counts []int32) (mean, median float64) {
	var sum float64
	var n int64
	for _, i := range order {
		sum += float64(counts[i]) * xs[i]
		n += int64(counts[i])
	}
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	var lower float64
	seen := int64(0)
	for _, i := range order {
		before := seen
		seen += int64(counts[i])
		if before < (n+1)/2 && seen >= (n+1)/2 {
			lower = xs[i]
		}
		if seen >= n/2+1 {
			return sum / float64(n), (lower + xs[i]) / 2
		}
	}
	return sum / float64(n), math.NaN()
}
