package eval

import (
	"math"
	"slices"
)

const (
	maxIntervalEpochs = 25         // epochs of a group that the bootstrap of avg_r2 and avg_tau looks at, at most
	minIntervalEpochs = 4          // and at least, however many trials there are
	intervalBudget    = 12_000_000 // values looked at in all resamples together, about
)

// chooseEpochs picks, for each group, the cells that the bootstrap of the averages looks at: half of them evenly
// spaced, half at geometrically growing distances from the start, where curves change fastest. Each stands for the
// cells that are nearer to it than to any other chosen one. Their number depends on the amount of data alone.
func (s *curveScore) chooseEpochs(o Options) {
	limit := s.intervalLimit(o)
	s.chosen = make([][]weightedEpoch, len(s.groups))
	for g, group := range s.groups {
		s.chosen[g] = spread(len(group.cells), limit)
		s.details.IntervalEpochs = max(s.details.IntervalEpochs, len(s.chosen[g]))
	}
}

// intervalLimit is how many epochs of a group the bootstrap looks at, at most.
func (s *curveScore) intervalLimit(o Options) int {
	limit := maxIntervalEpochs
	if work := max(1, o.Resamples) * max(1, s.details.Trials); work*limit > intervalBudget {
		limit = max(minIntervalEpochs, intervalBudget/work)
	}
	return limit
}

// weightedEpoch is a chosen cell of a group and how many cells it stands for.
type weightedEpoch struct {
	cell   int
	weight float64
}

// spread chooses at most limit of n cells, first and last among them; all of them, with weight 1, if they are few.
func spread(n, limit int) []weightedEpoch {
	var at []int
	if n <= limit {
		for k := range n {
			at = append(at, k)
		}
	} else {
		even := (limit + 1) / 2
		for k := range even {
			at = append(at, int(math.Round(float64(k*(n-1))/float64(even-1))))
		}
		for k, grow := 0, limit-even; k < grow; k++ {
			at = append(at, int(math.Round(math.Pow(float64(n), float64(k)/float64(grow))))-1)
		}
		slices.Sort(at)
		at = slices.Compact(at)
	}
	out := make([]weightedEpoch, len(at))
	for i, k := range at {
		from, to := -.5, float64(n)-.5
		if i > 0 {
			from = float64(at[i-1]+k) / 2
		}
		if i+1 < len(at) {
			to = float64(k+at[i+1]) / 2
		}
		out[i] = weightedEpoch{k, to - from}
	}
	return out
}

// bootstrap returns the statistics of each resample, laid out like values, and behind them those of placeMetrics for
// all groups.
func (s *curveScore) bootstrap(o Options) [][]float64 {
	r := newResampler(s.clusters, func(i int) bool { return s.sums[i].points > 0 }, o.Seed)
	s.details.Clusters = r.clusters
	if o.Resamples == 0 || r.clusters < 2 {
		return nil
	}
	type prepared struct {
		epochs []weightedPairs
		final  weightedPairs
	}
	groups := make([]prepared, len(s.groups))
	for g, group := range s.groups {
		for _, e := range s.chosen[g] {
			c := group.cells[e.cell]
			groups[g].epochs = append(groups[g].epochs, newWeightedPairs(c.trials, c.truth, c.pred))
		}
		groups[g].final = newWeightedPairs(group.final.trials, group.final.truth, group.final.pred)
	}
	width, places := len(curveMetrics), s.places.prepare()
	return r.resample(o.Resamples, len(s.values)+len(placeMetrics), o.Workers,
		func(dst []float64, counts []int32, w *scratch) {
			for g := range groups {
				var r2, tau runningMean
				for k := range groups[g].epochs {
					weight := s.chosen[g][k].weight
					r2.add(groups[g].epochs[k].r2(counts), weight)
					tau.add(groups[g].epochs[k].tau(counts, w), weight)
				}
				var sums errorSums
				for _, i := range s.groups[g].trials {
					if c := counts[i]; c > 0 {
						sums.add(s.sums[i], float64(c))
					}
				}
				v := dst[g*width : (g+1)*width]
				v[0], v[1] = r2.mean(), tau.mean()
				v[2], v[3] = groups[g].final.r2(counts), groups[g].final.tau(counts, w)
				v[4], v[5] = sums.rmse(), sums.mae()
			}
			overGroups(dst[:len(s.values)], width)
			s.places.resampled(dst[len(s.values):], places, counts, w)
		})
}

// runningMean is the weighted mean of the values that are not NaN.
type runningMean struct{ sum, weight float64 }

func (m *runningMean) add(x, weight float64) {
	if !math.IsNaN(x) {
		m.sum += weight * x
		m.weight += weight
	}
}

func (m runningMean) mean() float64 { return m.sum / m.weight }
