package eval

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"

	"eahas/internal/par"
)

// resampler draws bootstrap resamples of trials. Whole clusters are drawn with replacement, as many as there are, so
// repeats of one configuration come and go together. Resample b depends on the seed and b alone.
type resampler struct {
	clusterOf []int32 // per trial; -1 when the trial never takes part
	clusters  int
	seed      uint64
}

// newResampler numbers the clusters in order of appearance; the empty name is a cluster of its own each time.
// Trials for which used is false take no part (nil: all do).
func newResampler(names []string, used func(i int) bool, seed uint64) resampler {
	r := resampler{clusterOf: make([]int32, len(names)), seed: seed}
	number := map[string]int32{}
	for i, name := range names {
		if used != nil && !used(i) {
			r.clusterOf[i] = -1
			continue
		}
		c, known := number[name]
		if !known || name == "" {
			c = int32(r.clusters)
			number[name] = c
			r.clusters++
		}
		r.clusterOf[i] = c
	}
	return r
}

// draw writes into s.counts how often each trial occurs in resample b.
func (r resampler) draw(b int, s *scratch) []int32 {
	key := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, r.seed), uint64(b))
	rng := rand.New(rand.NewChaCha8(sha256.Sum256(key)))
	drawn := zeroed(&s.clusters, r.clusters)
	for range r.clusters {
		drawn[rng.IntN(r.clusters)]++
	}
	counts := zeroed(&s.counts, len(r.clusterOf))
	for i, c := range r.clusterOf {
		if c >= 0 {
			counts[i] = drawn[c]
		}
	}
	return counts
}

// resample evaluates a statistic vector of the given width on n resamples, in parallel with disjoint outputs.
// Row b of the result is resample b.
func (r resampler) resample(n, width, workers int, statistic func(dst []float64, counts []int32,
	s *scratch)) [][]float64 {
	flat := make([]float64, n*width)
	out := make([][]float64, n)
	for b := range out {
		out[b] = flat[b*width : (b+1)*width : (b+1)*width]
	}
	par.ForScratch(n, workers, func() *scratch { return new(scratch) }, func(b int, s *scratch) {
		statistic(out[b], r.draw(b, s), s)
	})
	return out
}

// interval returns the percentile interval of column j, moved by shift. Resamples without a defined value are left
// out; with fewer than half of them left, or fewer than ten, there is no interval (NaN).
func interval(samples [][]float64, j int, level, shift float64) (low, high float64) {
	xs := make([]float64, 0, len(samples))
	for _, s := range samples {
		if x := s[j]; !math.IsNaN(x) && !math.IsInf(x, 0) {
			xs = append(xs, x+shift)
		}
	}
	if len(xs) < 10 || 2*len(xs) < len(samples) || math.IsNaN(shift) || math.IsInf(shift, 0) {
		return math.NaN(), math.NaN()
	}
	slices.Sort(xs)
	return quantile(xs, (1-level)/2), quantile(xs, (1+level)/2)
}

// quantile interpolates linearly between the order statistics of sorted xs (numpy's default, Hyndman and Fan's type 7).
func quantile(xs []float64, p float64) float64 {
	h := p * float64(len(xs)-1)
	i := min(int(h), len(xs)-2)
	if i < 0 {
		return xs[0]
	}
	return xs[i] + (h-float64(i))*(xs[i+1]-xs[i])
}
