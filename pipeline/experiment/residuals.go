package experiment

import (
	"math"
	"slices"

	"eahas/eval"
	"eahas/models/interval"
	"eahas/models/interval/trees"
	"eahas/pipeline/dataset"
	"eahas/trial/target"
)

// intervalParts is how many parts the trials are cut into to check the intervals: each part is scored by intervals that
// were made from the held-out residuals of the other parts.
const intervalParts = 5

// residuals is what one target's held-out predictions missed.
type residuals struct {
	trials []interval.Trial
	truth  [][]float64 // of each trial, at its times; on a logarithmic scale: logarithms
	low    float64     // bounds of the values
	high   float64
}

// residuals gathers what held-out predictions missed.
func (p Plan) residuals(out *Predictions, t target.Target) residuals {
	if p.isCurve(t) {
		return p.as(t).curveResiduals(out.as(t))
	}
	table, part := p.Table, intervalPart(p.Table)
	res := residuals{low: math.Inf(-1), high: math.Inf(1)}
	def := p.definition(t)
	if def.Scale == target.Bounded {
		res.low, res.high = def.Low, def.High
	}
	places, rows := calibrating(out.Labelled(table, t))
	for j, i := range rows {
		k := places[j]
		truth, pred := dataset.Label(t, &table.Trials[i]), out.Cost[t][k]
		if def.Scale == target.Log {
			truth, pred = math.Log(truth), math.Log(pred)
		}
		if math.IsNaN(pred) || math.IsInf(pred, 0) {
			continue
		}
		one := interval.Trial{X: table.X.Row(i), Guess: []float64{pred}, Time: []float64{0},
			Residual: []float64{truth - pred}, Group: table.Independent(i), Fold: part[i]}
		if s := out.CostSpread[t][k]; !math.IsNaN(s) {
			one.Spread = []float64{s}
		}
		res.trials = append(res.trials, one)
		res.truth = append(res.truth, []float64{truth})
	}
	return res
}

func (p Plan) curveResiduals(out *Predictions) residuals {
	table, part := p.Table, intervalPart(p.Table)
	res := residuals{low: math.Inf(-1), high: math.Inf(1)}
	if table.Percent() {
		res.low, res.high = 0, 100
	}
	places, rows := calibrating(out.Labelled(table, target.Curve))
	times := timesOf{}
	for j, i := range rows {
		c, pred := table.Trials[i].Curve, out.Curve[places[j]]
		if len(pred) != len(c.Epochs) {
			continue
		}
		one := interval.Trial{X: table.X.Row(i), Guess: out.knots(places[j], c.Epochs),
			Spread: out.CurveSpread[places[j]], Group: table.Independent(i), Fold: part[i]}
		from, _ := slices.BinarySearch(c.Epochs, p.Scoring.FromEpoch)
		truth := c.Values[from:]
		if len(truth) == 0 {
			continue
		}
		one.Pred, one.Residual = pred[from:], make([]float64, len(truth))
		one.Time = times.of(c.Epochs[0], table.Planned(i), c.Epochs[from:])
		for j, y := range truth {
			one.Residual[j] = y - one.Pred[j]
		}
		res.trials, res.truth = append(res.trials, one), append(res.truth, truth)
	}
	return res
}

// maxCalibrating is how many held-out trials intervals are made from at most: with so many, what is observed lies
// within a third of a point of the level (two standard errors of 95 %), and more trials only cost time.
const maxCalibrating = 20_000

// Calibrating is how many of n held-out trials with a label intervals are made from.
func Calibrating(n int) int { return min(n, maxCalibrating) }

// calibrating chooses evenly from trials with a label, of which there are more than intervals are made from. They are
// in the order of the folds, which keep their shares.
func calibrating(places, rows []int) (somePlaces, someRows []int) {
	n := len(rows)
	use := Calibrating(n)
	return evenly(places, n, use), evenly(rows, n, use)
}

// knots are the predicted curve of the trial at place k at the knots of the intervals; epochs are those of its log.
func (p *Predictions) knots(k int, epochs []float64) []float64 {
	if of := p.CurveKnots[k]; of != nil {
		return of
	}
	out := knotsOf(epochs)
	for j, e := range out {
		out[j] = interpolate(epochs, p.Curve[k], e)
	}
	return out
}

// knotsOf are the epochs of the intervals' knots in a run with these first and last epochs.
func knotsOf(epochs []float64) []float64 {
	out := make([]float64, 0, len(interval.CurveKnots))
	first, last := epochs[0], epochs[len(epochs)-1]
	for _, u := range interval.CurveKnots {
		out = append(out, first+u*(last-first))
	}
	return out
}

// normalised is the time of epoch e in a run: 0 at the first epoch, 1 at the last.
func normalised(first, last, e float64) float64 {
	if last > first {
		return (e - first) / (last - first)
	}
	return 0
}

// timesOf keeps the normalised times of runs of the same epochs once.
type timesOf map[[3]float64][][2][]float64

// of are the normalised times of epochs in a run. Callers share them.
func (t timesOf) of(first, last float64, epochs []float64) []float64 {
	key := [3]float64{first, last, float64(len(epochs))}
	for _, known := range t[key] {
		if slices.Equal(known[0], epochs) {
			return known[1]
		}
	}
	out := make([]float64, len(epochs))
	for j, e := range epochs {
		out[j] = normalised(first, last, e)
	}
	if len(t[key]) < maxTimesAlike { // logs without common epochs
		t[key] = append(t[key], [2][]float64{epochs, out})
	}
	return out
}

// maxTimesAlike bounds the lists that timesOf compares with.
const maxTimesAlike = 8

// intervalPart returns the part of every trial: its fold where there are enough folds, else by the number of what is
// independent (dataset.Table.Independent).
func intervalPart(t *dataset.Table) []int {
	out := make([]int, len(t.Trials))
	for i := range out {
		out[i] = max(0, t.Fold[i]) % intervalParts
		if t.Folds < 3 {
			out[i] = t.Independent(i) % intervalParts
		}
	}
	return out
}

// interpolate returns the value at x between the points (xs increasing), constant beyond the ends.
func interpolate(xs, ys []float64, x float64) float64 {
	if x <= xs[0] {
		return ys[0]
	}
	for j := 1; j < len(xs); j++ {
		if x <= xs[j] {
			w := (x - xs[j-1]) / (xs[j] - xs[j-1])
			return ys[j-1] + w*(ys[j]-ys[j-1])
		}
	}
	return ys[len(ys)-1]
}

// settings are those of a target's intervals.
func (res residuals) settings(curve bool, source interval.Source) interval.Settings {
	if !curve {
		return interval.Settings{Source: source, Knots: interval.CostKnots, Grow: trees.Grow}
	}
	s := interval.Settings{Source: source, Knots: interval.CurveKnots, Grow: trees.Grow}
	if !math.IsInf(res.low, 0) {
		s.Range = []float64{res.low, res.high}
	}
	return s
}

// check returns how often truths lie inside intervals that were made from the other parts' residuals, by the model that
// use takes of those.
func (res residuals) check(fit *interval.Nested, use func(*interval.Family) *interval.Model) []eval.Coverage {
	byLevel := make([]eval.CoverageSums, len(interval.DefaultLevels))
	for l, level := range interval.DefaultLevels {
		byLevel[l].Level = level
	}
	for part, f := range fit.Parts {
		m := use(f)
		if m == nil { // too few of the others have what the source needs
			continue
		}
		for i, t := range res.trials {
			if fit.Part[i] != part {
				continue
			}
			local := m.At(t.X, t.Guess, t.Spread)
			for j, u := range t.Time {
				pred := res.truth[i][j] - t.Residual[j]
				for l := range byLevel {
					low, high, _ := local.Bounds(interval.DefaultLevels[l], u) // the levels are those of every model
					byLevel[l].Add(res.truth[i][j], max(res.low, min(res.high, pred+low)),
						max(res.low, min(res.high, pred+high)))
				}
			}
		}
	}
	var out []eval.Coverage
	for l := range byLevel {
		out = append(out, byLevel[l].Coverage())
	}
	return out
}
