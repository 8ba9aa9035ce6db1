package interval

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"eahas/models/internal/order"
)

// Family is one Model a source, all from the same trials.
type Family struct {
	Models []*Model  // in the order of Sources; those that the trials and the settings allow
	Scores []float64 // of each: the mean interval score over points and levels, cross-fitted; lower is better
	chosen int
}

// Chosen returns the model to use: the first, but where others have a really lower score (choose.go) the one with the
// lowest.
func (f *Family) Chosen() *Model { return f.Models[f.chosen] }

// Of returns the model of a source, or nil.
func (f *Family) Of(s Source) *Model {
	for _, m := range f.Models {
		if m.source == s {
			return m
		}
	}
	return nil
}

// family calibrates every source on the trials outside of one part (none: on all). A trial is scored by what was learnt
// without its own part.
func (p *problem) family(part int) *Family {
	var rows []int
	for i, own := range p.part {
		if own != part {
			rows = append(rows, i)
		}
	}
	f := new(Family)
	var sums [][]float64
	var noise Noise
	for k, source := range p.sources {
		locals := make([]Local, len(rows))
		for j, i := range rows {
			locals[j] = p.local(source, part, i)
		}
		m := p.model(source, leaving(part, none))
		if k == 0 { // the size of residuals is the same for every source
			noise = m.noiseOf(p.trials, rows, locals)
		}
		m.calibrate(p.trials, rows, locals)
		m.noise = noise
		f.Models, sums = append(f.Models, m), append(sums, p.score(m, rows, locals))
	}
	f.choose(p, rows, sums)
	return f
}

// model is a source's model before its calibration.
func (p *problem) model(source Source, w without) *Model {
	m := &Model{source: source, levels: p.levels, knots: p.knots, columns: p.columns}
	all := p.learnt[w]
	m.parts.size = all.size
	switch source {
	case Quantiles:
		m.parts.ends = all.ends
	case Spread:
		m.parts.floor, m.parts.usual = all.floor, all.usual
	case ResidualSpread:
		m.parts.informed = all.informed
	}
	return m
}

// noiseOf learns the noise from rows, by locals of models that had not seen them.
func (m *Model) noiseOf(trials []Trial, rows []int, locals []Local) Noise {
	of, scores := make([]Trial, len(rows)), make([][]float64, len(rows))
	for j, i := range rows {
		of[j] = trials[i]
		scores[j] = locals[j].standardise(of[j].Time, of[j].Residual)
	}
	return m.fitNoise(of, scores)
}

// score sums the interval scores of each row's calibrated bounds over its points, averaged over the levels.
func (p *problem) score(m *Model, rows []int, locals []Local) []float64 {
	out := make([]float64, len(rows))
	for j, i := range rows {
		t, l := &p.trials[i], locals[j].with(m)
		for c, u := range t.Time {
			pred := 0.0
			if p.Range != nil {
				pred = t.Pred[c]
			}
			y := pred + t.Residual[c]
			for k, level := range m.levels {
				low, high := l.ends(k, u)
				low, high = p.cut(pred+low), p.cut(pred+high)
				score := high - low + 2/(1-level)*(max(0, low-y)+max(0, y-high)) // eval.IntervalScore
				out[j] += score / float64(len(m.levels))
			}
		}
	}
	return out
}

// calibrate fills low and high: signed quantiles of the scores at each knot. A score is the residual divided by the
// local scale, or for Quantiles the residual less each of the trees' ends, all from locals of models that had not seen
// the trial.
func (m *Model) calibrate(trials []Trial, rows []int, locals []Local) {
	levels, knots := len(m.levels), len(m.knots)
	points, independent := m.segments(trials, rows)
	lists := 1 // one list of scores serves all levels and ends
	if m.source == Quantiles {
		lists = 2 * levels
	}
	scores := make([][]float64, knots)
	for k, n := range points {
		scores[k] = make([]float64, 0, n)
	}
	m.low, m.high = make([]float64, levels*knots), make([]float64, levels*knots)
	for l := range lists {
		for k := range scores {
			scores[k] = scores[k][:0]
		}
		for j, row := range rows {
			m.appendScores(scores, &trials[row], &locals[j], l)
		}
		for k, s := range scores {
			if len(s) > 0 { // else filled from a neighbour below
				m.setEnds(s, independent[k], l, k)
			}
		}
	}
	for l := range levels {
		fillEmpty(m.low[l*knots:(l+1)*knots], independent)
		fillEmpty(m.high[l*knots:(l+1)*knots], independent)
	}
}

// segments counts, at each knot, the points in its segment and the groups of repeats that have one.
func (m *Model) segments(trials []Trial, rows []int) (points, independent []int) {
	points, independent = make([]int, len(m.knots)), make([]int, len(m.knots))
	seen := map[[2]int]bool{} // group and knot
	for _, row := range rows {
		t := &trials[row]
		for _, u := range t.Time {
			k := nearest(m.knots, u)
			points[k]++
			if at := [2]int{t.Group, k}; !seen[at] {
				seen[at] = true
				independent[k]++
			}
		}
	}
	return points, independent
}

// appendScores appends a trial's scores to those of their knots: the one list, or for Quantiles that of end l.
func (m *Model) appendScores(scores [][]float64, t *Trial, local *Local, l int) {
	knots := len(m.knots)
	for c, u := range t.Time {
		i, w := place(m.knots, u)
		s := t.Residual[c]
		if m.source == Quantiles {
			s -= between(local.quantiles[l*knots:(l+1)*knots], i, w)
		} else {
			s /= scale(local.bounds, i, w)
		}
		k := nearest(m.knots, u)
		scores[k] = append(scores[k], s)
	}
}

// setEnds fills what the scores of a knot calibrate: all levels, or for Quantiles end l. It changes their order.
func (m *Model) setEnds(scores []float64, independent, l, k int) {
	levels, knots := len(m.levels), len(m.knots)
	if m.source != Quantiles {
		for l, level := range m.levels {
			low, high := conformalEnds(scores, independent, level)
			m.low[l*knots+k], m.high[l*knots+k] = min(0, low), max(0, high)
		}
		return
	}
	low, high := conformalEnds(scores, independent, m.levels[l%levels])
	if l < levels {
		m.low[l*knots+k] = low
	} else {
		m.high[(l-levels)*knots+k] = high
	}
}

// conformalEnds returns the signed quantiles of scores, whose order it changes, between which a new score lies with at
// least the given probability: each tail holds at most (1-level)/2, with the correction (n+1)/n of split conformal
// prediction for n independent trials: repeats of one configuration miss alike and count as one. Where n is too small
// for the level, no quantile of the scores is far enough out: the ends are the extremes, times beyond.
func conformalEnds(scores []float64, n int, level float64) (low, high float64) {
	q := (1 + level) / 2 * float64(n+1) / float64(n)
	last := float64(len(scores) - 1)
	at := func(share float64) float64 { return order.Nth(scores, int(max(0, min(last, share)))) }
	rank := math.Ceil(q*float64(len(scores))) - 1
	low, high = at(last-rank), at(rank)
	if far := beyond(n, level); far > 1 {
		low, high = min(low, low*far), max(high, high*far)
	}
	return low, high
}

// fewest is the number of independent trials below which their spread is no guide.
const fewest = 5

// beyond is by how much an interval of a level for one more of n normal numbers is wider than the largest of them is
// far out, on average: t((1+level)/2; n-1) sqrt(1 + 1/n), over the normal quantile of (n - 3/8) / (n + 1/4). It is 1
// where n quantiles are enough. Of fewer than fewest it is that of fewest: nothing can be said about them.
//
// Source: G. Blom, Statistical Estimates and Transformed Beta-Variables (1958), for the expected largest.
func beyond(n int, level float64) float64 {
	x := float64(max(n, fewest))
	if (1+level)/2*(x+1)/x <= 1 {
		return 1
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: x - 1}.Quantile((1 + level) / 2)
	largest := distuv.UnitNormal.Quantile((x - 0.375) / (x + 0.25))
	return max(1, t*math.Sqrt(1+1/x)/largest)
}

// fillEmpty gives segments without a trial the value of the nearest segment before, else after.
func fillEmpty(v []float64, trials []int) {
	for step := range 2 {
		for j := range v {
			k, from := j, j-1
			if step == 1 {
				k = len(v) - 1 - j
				from = k + 1
			}
			if trials[k] == 0 && v[k] == 0 && from >= 0 && from < len(v) {
				v[k] = v[from]
			}
		}
	}
}
