package eval

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

const (
	shares  = 20 // runs whose epochs differ are looked at after 0, 1/20, ... 20/20 of their length
	fewRuns = 10 // a pool of fewer runs is joined with the other small ones
)

// placeMetrics is the order of a place score's statistics.
var placeMetrics = []string{MetricPlaceR2, MetricPlaceTau, MetricEndR2, MetricEndTau, MetricRunRMSE}

// pool is runs that are compared with each other.
type pool struct {
	trials []int
	cells  []cell          // one a place of the run, where not all truths are the same
	chosen []weightedEpoch // those that the bootstrap looks at
	final  cell            // every run at its own last point
	places int             // all of them; the weight of a cell is 1/places, so that every run counts the same
}

// placeSet is the pools that one set of figures rests on.
type placeSet struct {
	trials []int
	pools  []pool    // that R2 and tau are made of
	mse    []float64 // per trial: mean squared error over its places

	few, joined   int // small pools that were joined, and their runs
	alone         int // runs that are in no pool, because all small pools together have too few
	equal, places int // places at which all runs of a pool have the same truth, of all
}

// newPool arranges the kept runs of a pool, and writes their mean squared errors.
func newPool(trials []int, kept []CurveTrial, mse []float64) pool {
	p := pool{trials: trials}
	p.final.grow(len(trials))
	byShare := slices.ContainsFunc(trials, func(i int) bool {
		return !slices.Equal(kept[i].Epochs,
			kept[trials[0]].Epochs)
	})
	for j, i := range trials {
		t := kept[i]
		if byShare {
			t = t.atShares()
		}
		if j == 0 {
			for _, epoch := range t.Epochs { // all runs have each of them
				p.cells = append(p.cells, cell{epoch: epoch, trials: trials, truth: make([]float64, len(trials)),
					pred: make([]float64, len(trials))})
			}
		}
		for k := range t.Epochs {
			p.cells[k].truth[j], p.cells[k].pred[j] = t.Truth[k], t.Pred[k]
		}
		last := len(t.Epochs) - 1
		p.final.add(i, t.Truth[last], t.Pred[last])
		s := t.errorSums()
		mse[i] = s.squared / s.points
	}
	p.places = len(p.cells)
	p.cells = slices.DeleteFunc(p.cells, func(c cell) bool { return constant(c.truth) && !hasNaN(c.truth) })
	return p
}

// atShares returns the run at shares of its length, truth and prediction interpolated linearly between its points. The
// Epochs of the result are the shares. A run of one point has its value everywhere.
func (t CurveTrial) atShares() CurveTrial {
	n := len(t.Epochs)
	first, last := t.Epochs[0], t.Epochs[n-1]
	out := t
	out.Epochs, out.Truth, out.Pred = make([]float64, shares+1), make([]float64, shares+1), make([]float64, shares+1)
	for k := range out.Epochs {
		share := float64(k) / shares
		e := first + share*(last-first)
		j, _ := slices.BinarySearch(t.Epochs, e) // the first point at or behind e
		j = min(j, n-1)
		w := 0.0 // of the point before
		if j > 0 {
			w = (t.Epochs[j] - e) / (t.Epochs[j] - t.Epochs[j-1])
		}
		between := func(v []float64) float64 {
			if w <= 0 {
				return v[j]
			}
			return w*v[j-1] + (1-w)*v[j]
		}
		out.Epochs[k], out.Truth[k], out.Pred[k] = share, between(t.Truth), between(t.Pred)
	}
	return out
}

// newPlaceSet makes pools of the given runs by their names. Pools of fewer than fewRuns runs become one; with fewer
// than minTrials runs even that is left out of R2 and tau.
func newPlaceSet(trials []int, kept []CurveTrial, name func(i int) string, minTrials int) placeSet {
	s := placeSet{trials: trials, mse: make([]float64, len(kept))}
	members := map[string][]int{}
	for _, i := range trials {
		members[name(i)] = append(members[name(i)], i)
	}
	var rest []int
	for _, n := range slices.Sorted(maps.Keys(members)) {
		if m := members[n]; len(m) < fewRuns && len(members) > 1 {
			s.few++
			rest = append(rest, m...)
		} else {
			s.add(newPool(m, kept, s.mse))
		}
	}
	if len(rest) == 0 {
		return s
	}
	slices.Sort(rest)
	s.joined = len(rest)
	if p := newPool(rest, kept, s.mse); len(rest) >= minTrials {
		s.add(p)
	} else {
		s.alone = len(rest)
	}
	return s
}

func (s *placeSet) add(p pool) {
	s.pools = append(s.pools, p)
	s.equal += p.places - len(p.cells)
	s.places += p.places
}

// choose picks the places that the bootstrap looks at.
func (s *placeSet) choose(limit int) {
	for k := range s.pools {
		s.pools[k].chosen = spread(len(s.pools[k].cells), limit)
	}
}

// placeSums gathers pooled sums: of squared errors and squared deviations, and of tau weighted by runs.
type placeSums struct{ residual, squares, tau, weight float64 }

func (s *placeSums) add(residual, squares, tau, n, weight float64) {
	if squares == 0 { // the same truth everywhere, perhaps only in this resample
		return
	}
	s.residual += weight * residual
	s.squares += weight * squares
	if !math.IsNaN(tau) {
		s.tau += weight * n * tau
		s.weight += weight * n
	}
}

func (s placeSums) r2() float64      { return 1 - s.residual/s.squares }
func (s placeSums) meanTau() float64 { return s.tau / s.weight }

// addCell adds a cell with the exact sums.
func (s *placeSums) addCell(c *cell, weight float64) {
	mean, _ := meanDefined(c.truth)
	var residual, squares float64
	for k, y := range c.truth {
		residual += (y - c.pred[k]) * (y - c.pred[k])
		squares += (y - mean) * (y - mean)
	}
	s.add(residual, squares, c.tau(), float64(len(c.truth)), weight)
}

// values returns the exact statistics in the order of placeMetrics; with subset, place_r2 and place_tau are those of
// the chosen places.
func (s *placeSet) values(subset bool) []float64 {
	var along, end placeSums
	for k := range s.pools {
		p := &s.pools[k]
		chosen := spread(len(p.cells), len(p.cells))
		if subset {
			chosen = p.chosen
		}
		for _, c := range chosen {
			along.addCell(&p.cells[c.cell], c.weight/float64(p.places))
		}
		if !constant(p.final.truth) {
			end.addCell(&p.final, 1)
		}
	}
	var mse float64
	for _, i := range s.trials {
		mse += s.mse[i]
	}
	out := []float64{along.r2(), along.meanTau(), end.r2(), end.meanTau(), math.Sqrt(mse / float64(len(s.trials)))}
	if math.IsNaN(mse) || math.IsInf(mse, 0) {
		fillNaN(out)
	}
	return out
}

// preparedPool is a pool ready to be resampled.
type preparedPool struct {
	cells []weightedPairs
	final weightedPairs
}

func (s *placeSet) prepare() []preparedPool {
	out := make([]preparedPool, len(s.pools))
	for k, p := range s.pools {
		for _, c := range p.chosen {
			one := p.cells[c.cell]
			out[k].cells = append(out[k].cells, newWeightedPairs(one.trials, one.truth, one.pred))
		}
		out[k].final = newWeightedPairs(p.final.trials, p.final.truth, p.final.pred)
	}
	return out
}

// resampled writes the statistics of one resample into dst, in the order of placeMetrics.
func (s *placeSet) resampled(dst []float64, prepared []preparedPool, counts []int32, w *scratch) {
	var along, end placeSums
	for k := range prepared {
		p := &s.pools[k]
		for j := range prepared[k].cells {
			prepared[k].cells[j].addTo(&along, counts, w, p.chosen[j].weight/float64(p.places))
		}
		prepared[k].final.addTo(&end, counts, w, 1)
	}
	dst[0], dst[1], dst[2], dst[3] = along.r2(), along.meanTau(), end.r2(), end.meanTau()
	dst[4] = s.resampledRMSE(counts)
}

func (s *placeSet) resampledRMSE(counts []int32) float64 {
	var mse, n float64
	for _, i := range s.trials {
		if c := float64(counts[i]); c > 0 {
			mse += c * s.mse[i]
			n += c
		}
	}
	return math.Sqrt(mse / n)
}

// addTo adds the sums of a resample.
func (w *weightedPairs) addTo(s *placeSums, counts []int32, memory *scratch, weight float64) {
	residual, squares, n := w.sums(counts)
	if n > 0 && squares != 0 {
		s.add(residual, squares, w.tau(counts, memory), n, weight)
	}
}

// say puts what was joined and left out into words.
func (s *placeSet) say() []string {
	var out []string
	if s.few > 0 && s.alone == 0 {
		out = append(out, fmt.Sprintf("%d groups of fewer than %d runs (%d runs) are one group in place_r2, "+
			"place_tau, end_r2 and end_tau", s.few, fewRuns, s.joined))
	}
	if s.alone > 0 {
		out = append(out, fmt.Sprintf("%d runs are in groups of fewer than %d runs and too few to be one; they count "+
			"in run_rmse alone, not in place_r2, place_tau, end_r2 and end_tau",
			s.alone, fewRuns))
	}
	return out
}
