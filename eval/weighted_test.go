package eval

import (
	"testing"

	"pgregory.net/rapid"
)

// Every weighted metric must equal the plain one on the resample written out.
func TestWeightedMetricsEqualWrittenOutResample(t *testing.T) {
	var s scratch // shared over the cases on purpose: leftovers must not matter
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		distinct := rapid.IntRange(0, 12).Draw(t, "distinct")
		truth, pred, trials, counts := make([]float64, n), make([]float64, n), make([]int, n), make([]int32, n)
		var y, p []float64
		for i := range n {
			trials[i] = i
			truth[i] = float64(rapid.IntRange(0, distinct).Draw(t, "truth"))
			pred[i] = float64(rapid.IntRange(0, distinct).Draw(t, "pred"))
			counts[i] = int32(rapid.IntRange(0, 3).Draw(t, "count"))
			for range counts[i] {
				y, p = append(y, truth[i]), append(p, pred[i])
			}
		}
		w := newWeightedPairs(trials, truth, pred)
		for _, c := range []struct {
			name      string
			got, want float64
		}{
			{"R2", w.r2(counts), R2(y, p)},
			{"tau", w.tau(counts, &s), rankScore(KendallTauB, y, p)},
			{"spearman", w.spearman(counts, &s), rankScore(Spearman, y, p)},
		} {
			if !same(c.got, c.want) && !(c.name == "R2" && same(1-c.got, 1-c.want)) {
				t.Fatalf("%s = %v, want %v (truth %v, pred %v, counts %v)", c.name, c.got, c.want, truth, pred, counts)
			}
		}
		relative := relativeErrors(truth, pred)
		var nonzero []int32
		for i := range n {
			if truth[i] != 0 {
				nonzero = append(nonzero, counts[i])
			}
		}
		mean, med := weightedMeanMedian(relative, sortedOrder(relative), nonzero)
		if !same(mean, MAPE(y, p)) || !same(med, MedianAPE(y, p)) {
			t.Fatalf("mape %v, medape %v; want %v, %v", mean, med, MAPE(y, p), MedianAPE(y, p))
		}
	})
}
