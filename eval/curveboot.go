package eval

import "math"

const (
	maxIntervalEpochs = 25         // epochs of a group that the bootstrap of avg_r2 and avg_tau looks at, at most
	minIntervalEpochs = 4          // and at least, however many trials there are
	intervalBudget    = 12_000_000 // values looked at in all resamples together, about
)

// chooseEpochs picks, for each group, evenly spaced cells for the bootstrap of the averages, first and last among
// them. Their number depends on the amount of data alone.
func (s *curveScore) chooseEpochs(o Options) {
	limit := maxIntervalEpochs
	if work := max(1, o.Resamples) * max(1, s.details.Trials); work*limit > intervalBudget {
		limit = max(minIntervalEpochs, intervalBudget/work)
	}
	s.chosen = make([][]int, len(s.groups))
	for g, group := range s.groups {
		n := len(group.cells)
		take := min(n, limit)
		chosen := make([]int, take)
		for k := range chosen {
			chosen[k] = k
			if take < n {
				chosen[k] = int(math.Round(float64(k) * float64(n-1) / float64(take-1)))
			}
		}
		s.chosen[g] = chosen
		s.details.IntervalEpochs = max(s.details.IntervalEpochs, take)
	}
}

// bootstrap returns the statistics of each resample, laid out like values.
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
		for _, k := range s.chosen[g] {
			c := group.cells[k]
			groups[g].epochs = append(groups[g].epochs, newWeightedPairs(c.trials, c.truth, c.pred))
		}
		groups[g].final = newWeightedPairs(group.final.trials, group.final.truth, group.final.pred)
	}
	width := len(curveMetrics)
	return r.resample(o.Resamples, len(s.values), o.Workers, func(dst []float64, counts []int32, w *scratch) {
		for g := range groups {
			var r2, tau runningMean
			for k := range groups[g].epochs {
				r2.add(groups[g].epochs[k].r2(counts))
				tau.add(groups[g].epochs[k].tau(counts, w))
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
		overGroups(dst, width)
	})
}

// runningMean is the mean of the values that are not NaN.
type runningMean struct {
	sum float64
	n   int
}

func (m *runningMean) add(x float64) {
	if !math.IsNaN(x) {
		m.sum += x
		m.n++
	}
}

func (m runningMean) mean() float64 { return m.sum / float64(m.n) }
