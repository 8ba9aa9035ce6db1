package eval

import (
	"math"
	"slices"
)

// weightedPairs holds n pairs (truth, prediction) of trials, prepared so that metrics of a bootstrap resample, in which
// trial i occurs counts[i] times, cost O(n log n) without copying or sorting. The results equal the plain metrics on
// the written-out resample.
type weightedPairs struct {
	// All of length n, sorted by (truth rank, prediction rank).
	trials          []int32
	truthRank       []int32
	predRank        []int32
	centred         []float64 // truth less the mean of all truths, against cancellation
	squaredError    []float64
	truthDistinct   int
	predDistinct    int
	undefinedValues bool // a NaN or an infinity: every metric is NaN
}

func newWeightedPairs(trials []int, truth, pred []float64) weightedPairs {
	n := len(trials)
	w := weightedPairs{
		trials: make([]int32, n), truthRank: make([]int32, n), predRank: make([]int32, n),
		centred: make([]float64, n), squaredError: make([]float64, n),
		undefinedValues: !allFinite(truth) || !allFinite(pred),
	}
	tr, td := denseRanks(truth)
	pr, pd := denseRanks(pred)
	w.truthDistinct, w.predDistinct = td, pd
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if tr[a] != tr[b] {
			return int(tr[a] - tr[b])
		}
		return int(pr[a] - pr[b])
	})
	mean, _ := meanDefined(truth)
	for k, i := range order {
		w.trials[k] = int32(trials[i])
		w.truthRank[k], w.predRank[k] = tr[i], pr[i]
		w.centred[k] = truth[i] - mean
		w.squaredError[k] = (truth[i] - pred[i]) * (truth[i] - pred[i])
	}
	return w
}

// scratch is the memory of one worker; it grows to the largest need.
type scratch struct {
	counts   []int32 // per trial
	clusters []int32 // per cluster
	fenwick  []int64
	perRank  []int64
	ranks    []float64
}

// zeroed returns a slice of n zeros in the memory of *s.
func zeroed[T int32 | int64 | float64](s *[]T, n int) []T {
	if cap(*s) < n {
		*s = make([]T, n)
	}
	out := (*s)[:n]
	clear(out)
	return out
}

// r2 is R2 of the resample.
func (w *weightedPairs) r2(counts []int32) float64 {
	residual, squares, n := w.sums(counts)
	if n == 0 || squares == 0 {
		return math.NaN()
	}
	return 1 - residual/squares
}

// sums returns the sums of squared errors and of squared deviations from the resample's mean, and the trials in it.
// Both are NaN with undefined values; the deviations are exactly 0 where all truths are the same.
func (w *weightedPairs) sums(counts []int32) (residual, squares, n float64) {
	if w.undefinedValues {
		return math.NaN(), math.NaN(), math.NaN()
	}
	var sum float64
	firstRank, varied := int32(-1), false
	for k, t := range w.trials {
		c := counts[t]
		if c == 0 {
			continue
		}
		if firstRank < 0 {
			firstRank = w.truthRank[k]
		}
		varied = varied || w.truthRank[k] != firstRank
		f, d := float64(c), w.centred[k]
		n += f
		sum += f * d
		squares += f * d * d
		residual += f * w.squaredError[k]
	}
	if !varied {
		return residual, 0, n
	}
	return residual, squares - sum*sum/n, n
}

// tau is rankScore(KendallTauB) of the resample: copies of one trial are ties in both values.
func (w *weightedPairs) tau(counts []int32, s *scratch) float64 {
	if w.undefinedValues {
		return math.NaN()
	}
	tree := zeroed(&s.fenwick, w.predDistinct+1) // counts of the prediction ranks seen so far
	predCount := zeroed(&s.perRank, w.predDistinct)
	var n, truthTies, bothTies, predTies, discordant int64
	for lo := 0; lo < len(w.trials); {
		hi, run, joint, jointRank := lo, int64(0), int64(0), int32(-1)
		for ; hi < len(w.trials) && w.truthRank[hi] == w.truthRank[lo]; hi++ {
			c := int64(counts[w.trials[hi]])
			if c == 0 {
				continue
			}
			rank := w.predRank[hi]
			if rank != jointRank {
				bothTies += joint * (joint - 1) / 2
				joint, jointRank = 0, rank
			}
			joint += c
			run += c
			predCount[rank] += c
			discordant += c * (n - prefix(tree, rank))
		}
		bothTies += joint * (joint - 1) / 2
		truthTies += run * (run - 1) / 2
		for k := lo; k < hi; k++ {
			if c := int64(counts[w.trials[k]]); c > 0 {
				insert(tree, w.predRank[k], c)
			}
		}
		n += run
		lo = hi
	}
	for _, c := range predCount {
		predTies += c * (c - 1) / 2
	}
	pairs := n * (n - 1) / 2
	if n >= 2 && predTies == pairs && truthTies != pairs {
		return 0
	}
	return tauB(n, truthTies, predTies, bothTies, discordant)
}

// prefix returns the count of ranks <= rank in a Fenwick tree.
func prefix(tree []int64, rank int32) (sum int64) {
	for i := int(rank) + 1; i > 0; i &= i - 1 {
		sum += tree[i]
	}
	return sum
}

func insert(tree []int64, rank int32, count int64) {
	for i := int(rank) + 1; i < len(tree); i += i & -i {
		tree[i] += count
	}
}

// spearman is rankScore(Spearman) of the resample.
func (w *weightedPairs) spearman(counts []int32, s *scratch) float64 {
	if w.undefinedValues {
		return math.NaN()
	}
	mid := zeroed(&s.ranks, w.truthDistinct+w.predDistinct)
	truthMid, predMid := mid[:w.truthDistinct], mid[w.truthDistinct:]
	var n float64
	for k, t := range w.trials {
		c := float64(counts[t])
		truthMid[w.truthRank[k]] += c
		predMid[w.predRank[k]] += c
		n += c
	}
	truthVaries, predVaries := countsToMidRanks(truthMid, n), countsToMidRanks(predMid, n)
	if !truthVaries {
		return math.NaN()
	}
	if !predVaries {
		return 0
	}
	var xx, yy, xy float64
	for k, t := range w.trials {
		c := float64(counts[t])
		x, y := truthMid[w.truthRank[k]], predMid[w.predRank[k]]
		xx += c * x * x
		yy += c * y * y
		xy += c * x * y
	}
	return min(1, max(-1, xy/math.Sqrt(xx*yy)))
}

// countsToMidRanks replaces each count by the average rank of its members, less the mean rank of all n; it reports
// whether more than one count was above zero.
func countsToMidRanks(counts []float64, n float64) (varies bool) {
	var before float64
	for r, c := range counts {
		varies = varies || c > 0 && c < n
		counts[r] = before + (c+1)/2 - (n+1)/2
		before += c
	}
	return varies
}

func allFinite(xs []float64) bool {
	for _, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

// rankScore is a rank correlation as the rows count it: a prediction that is the same for all trials although the
// truth is not ranks nothing and scores 0, else it would profit from being left out of averages.
func rankScore(correlation func(x, y []float64) float64, truth, pred []float64) float64 {
	if len(truth) >= 2 && !hasNaN(truth) && !hasNaN(pred) && constant(pred) && !constant(truth) {
		return 0
	}
	return correlation(truth, pred)
}
