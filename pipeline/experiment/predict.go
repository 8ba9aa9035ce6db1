package experiment

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/models"
	"eahas/models/interval"
	"eahas/pipeline/dataset"
	"eahas/pipeline/stage"
	"eahas/trial"
	"eahas/trial/target"
)

// Predictions is what a surrogate says about some trials of a table. All slices have an element for each of Rows; a
// curve is nil where there is none, a cost NaN where nothing is predicted.
type Predictions struct {
	Rows  []int       // of the table
	Curve [][]float64 // the prediction at the trial's own epochs
	Floor [][]float64 // the true curve through the representation and back, no regression; nil for trivial answers
	// of every target that has one number
	Cost  stage.Map[target.Target, []float64]
	Own   stage.Map[target.Target, OwnCurves] // of curves of one's own
	Falls []bool                              // the cumulative energy or time falls from one epoch to a later one
	Clips int                                 // curve points that had to be moved into 0..100

	Frozen []artifacts.FrozenHead // what predicted; kept for the fold that Worth and Explain ask, else nil

	// of a run that was cut the prediction at interval.CurveKnots of the planned run; nil for a whole one
	CurveKnots [][]float64
	// how unsure the model is at interval.CurveKnots; nil where it does not say or was not asked
	CurveSpread [][]float64
	// how unsure, of the logarithm; NaN where it does not say or was not asked
	CostSpread stage.Map[target.Target, []float64]
}

// Series gives the curves: a stage keeps them in a file of their own where there are many.
func (p *Predictions) Series(each func(list *[]float64)) {
	all := func(lists [][]float64) {
		for i := range lists {
			each(&lists[i])
		}
	}
	for _, lists := range [][][]float64{p.Curve, p.Floor, p.CurveKnots, p.CurveSpread} {
		all(lists)
	}
	for _, t := range slices.Sorted(maps.Keys(p.Own)) {
		own := p.Own[t]
		all(own.Curve)
		all(own.Floor)
		all(own.Spread)
	}
}

// OwnCurves are the predictions of a further curve, as Predictions has those of the main one; under a logarithmic
// scale all are logarithms.
type OwnCurves struct{ Curve, Floor, Spread [][]float64 }

// as are the predictions in which those of a curve stand in the place of the main one's.
func (p *Predictions) as(t target.Target) *Predictions {
	if t == target.Curve {
		return p
	}
	out, own := *p, p.Own[t]
	out.Curve, out.Floor, out.CurveSpread = own.Curve, own.Floor, own.Spread
	out.CurveKnots = make([][]float64, len(p.Rows))
	return &out
}

// Surrogate puts heads that were trained on the table together; support may be nil.
func Surrogate(t *dataset.Table, heads []artifacts.Head, support *features.Support) (*artifacts.Surrogate, error) {
	return artifacts.New(artifacts.Spec{Space: t.Space, Own: t.Own, Encoder: t.Encoder, Support: support,
		Epochs: t.Epochs,
		Metric: artifacts.Metric{Name: t.Metric.Column, Kind: t.Metric.Kind, Unit: t.Metric.Unit,
			HigherBetter: t.Metric.HigherIsBetter}}, heads)
}

// Spread says whether models are asked how sure they are. That can take longer than the answers, so only those who make
// intervals ask.
type Spread bool

// The two kinds of asking.
const (
	NoSpread   Spread = false
	WithSpread Spread = true
)

// Predict answers for each of the given rows as a user's query would.
func Predict(ctx context.Context, t *dataset.Table, s *artifacts.Surrogate, rows []int, spread Spread) (*Predictions,
	error) {
	n := len(rows)
	out := &Predictions{Rows: rows, Curve: make([][]float64, n), Floor: make([][]float64, n), Falls: make([]bool, n),
		CurveKnots: make([][]float64, n), CurveSpread: make([][]float64, n),
		Cost: stage.Map[target.Target, []float64]{}, CostSpread: stage.Map[target.Target, []float64]{},
		Own: stage.Map[target.Target, OwnCurves]{}}
	views := map[target.Target]*dataset.Table{}
	for _, of := range t.Own.Curves() {
		if s.Head(of) != nil {
			views[of] = t.As(of)
			out.Own[of] = OwnCurves{make([][]float64, n), make([][]float64, n), make([][]float64, n)}
		}
	}
	var a artifacts.Answer
	config := features.Config{}
	for k, i := range rows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		one := &t.Trials[i]
		ask := asking{surrogate: s, answer: &a, spread: spread}
		err := s.QueryInto(&a, one.Config.Into(config), artifacts.Whole)
		if err == nil {
			out.addCosts(k, ask)
			err = out.addCurve(k, ask, one, t.Planned(i))
		}
		for _, of := range t.Own.Curves() {
			if view := views[of]; view != nil && err == nil {
				err = out.addOwn(k, ask, of, &view.Trials[i], t.RunEpochs(i))
			}
		}
		if err != nil {
			return nil, fmt.Errorf("trial %s (%s row %d): %w", one.ID, one.Source.File, one.Source.Row, err)
		}
	}
	return out, nil
}

// asking is a surrogate that was asked about one configuration.
type asking struct {
	surrogate *artifacts.Surrogate
	answer    *artifacts.Answer // the last one
	spread    Spread
}

// at asks for some epochs.
func (q asking) at(epochs []float64) error { return q.surrogate.QueryMore(q.answer, epochs) }

// addCosts keeps the costs of the answer for row k.
func (p *Predictions) addCosts(k int, q asking) {
	a := q.answer
	values := map[target.Target]float64{target.EnergyPerEpoch: a.EnergyPerEpoch, target.TimePerEpoch: a.TimePerEpoch,
		target.InferenceEnergy: a.InferenceEnergy, target.EnergyTotal: a.EnergyTotal, target.TimeTotal: a.TimeTotal}
	for _, n := range a.Own {
		values[n.Target] = n.Value
	}
	for _, c := range a.Curves { // the last value stands for the curve where one number is asked for
		values[c.Target], _ = a.Of(c.Target)
	}
	for t, x := range values {
		spread := math.NaN()
		if q.spread {
			if v := q.surrogate.Spread(a, t, nil); len(v) > 0 {
				spread = v[0]
			}
		}
		p.Cost[t], p.CostSpread[t] = append(p.Cost[t], x), append(p.CostSpread[t], spread)
	}
	p.Falls[k] = eval.ImpossibleCumulative(a.Energy).Falling+eval.ImpossibleCumulative(a.Time).Falling > 0
}

// addCurve asks for the curve at the true one's epochs, if there is one, as a part of a run to the planned epoch.
func (p *Predictions) addCurve(k int, q asking, one *trial.Trial, planned float64) error {
	h, a := q.surrogate.Head(artifacts.Curve), q.answer
	m := len(one.Curve.Epochs)
	if h == nil || m == 0 {
		return nil
	}
	epochs := one.Curve.Epochs
	if planned > epochs[m-1] {
		epochs = append(slices.Clone(epochs), planned)
	}
	if err := q.at(epochs); err != nil {
		return err
	}
	p.Curve[k] = append([]float64(nil), a.Curve[:m]...)
	p.Clips += a.Clips
	if q.spread {
		p.CurveSpread[k] = q.surrogate.Spread(a, artifacts.Curve, interval.CurveKnots)
	}
	if len(epochs) > m {
		if err := q.at(knotsOf(epochs)); err != nil {
			return err
		}
		p.CurveKnots[k] = append([]float64(nil), a.Curve...)
	}
	var err error
	p.Floor[k], err = representationAlone(h, one.Curve.Epochs, one.Curve.Values)
	return err
}

// addOwn asks for a curve of one's own at the true one's epochs, in a run of the given ones.
func (p *Predictions) addOwn(k int, q asking, of target.Target, one *trial.Trial, run []float64) error {
	h, a, epochs := q.surrogate.Head(of), q.answer, one.Curve.Epochs
	if len(epochs) == 0 {
		return nil
	}
	if err := q.at(run); err != nil {
		return err
	}
	own, all := p.Own[of], a.CurveOf(of)
	for _, e := range epochs {
		at, _ := slices.BinarySearch(run, e)
		own.Curve[k] = append(own.Curve[k], h.Transform.Forward(all[at]))
	}
	if q.spread {
		own.Spread[k] = q.surrogate.Spread(a, of, interval.CurveKnots)
	}
	plain := *h
	plain.Transform = artifacts.Identity // one's values are those that are learnt
	if h.Transform == artifacts.Log {
		plain.Clip = nil
	}
	var err error
	whole := inRun(models.Curve{Epochs: epochs, Values: one.Curve.Values}, run)
	floor, err := representationAlone(&plain, whole.Epochs, whole.Values)
	if err != nil {
		return err
	}
	for _, e := range epochs {
		at, _ := slices.BinarySearch(whole.Epochs, e)
		own.Floor[k] = append(own.Floor[k], floor[at])
	}
	return nil
}

// inRun continues a curve to the ends of its run, with its first and its last value: it may have been measured from
// another epoch on than the main one.
func inRun(c models.Curve, run []float64) models.Curve {
	first, last := run[0], run[len(run)-1]
	if n := len(c.Epochs); c.Epochs[n-1] < last {
		c.Epochs, c.Values = append(slices.Clone(c.Epochs), last), append(slices.Clone(c.Values), c.Values[n-1])
	}
	if c.Epochs[0] > first {
		c.Epochs, c.Values = append([]float64{first}, c.Epochs...), append([]float64{c.Values[0]}, c.Values...)
	}
	return c
}

// representationAlone encodes and decodes a true curve: what is lost here no regression can win back.
func representationAlone(h *artifacts.Head, epochs, values []float64) ([]float64, error) {
	v, err := h.Representation.Encode(nil, epochs, values)
	if err != nil {
		return nil, err
	}
	out := h.Representation.Decode(nil, v, epochs, epochs[0], epochs[len(epochs)-1])
	for i, y := range out {
		out[i] = h.Transform.Inverse(y)
		if h.Clip != nil {
			out[i] = max(h.Clip.Low, min(h.Clip.High, out[i]))
		}
	}
	return out, nil
}

// Join puts the predictions of several folds one behind the other.
func Join(folds []*Predictions) *Predictions {
	out := &Predictions{Cost: stage.Map[target.Target, []float64]{}, CostSpread: stage.Map[target.Target, []float64]{},
		Own: stage.Map[target.Target, OwnCurves]{}}
	for _, f := range folds {
		out.Rows = append(out.Rows, f.Rows...)
		out.Curve, out.Floor = append(out.Curve, f.Curve...), append(out.Floor, f.Floor...)
		out.CurveKnots, out.CurveSpread = append(out.CurveKnots, f.CurveKnots...),
			append(out.CurveSpread, f.CurveSpread...)
		out.Falls = append(out.Falls, f.Falls...)
		out.Clips += f.Clips
		for t, c := range f.Own {
			all := out.Own[t]
			out.Own[t] = OwnCurves{append(all.Curve, c.Curve...), append(all.Floor, c.Floor...),
				append(all.Spread, c.Spread...)}
		}
		for t := range f.Cost {
			out.Cost[t], out.CostSpread[t] = append(out.Cost[t], f.Cost[t]...),
				append(out.CostSpread[t], f.CostSpread[t]...)
		}
	}
	return out
}

// Answers reports whether the surrogate answers a target: for the curve with any curve, for a cost with a number for
// every trial that has a label.
func (p *Predictions) Answers(t *dataset.Table, of target.Target) bool {
	if t.Own.IsCurve(of) {
		return slices.ContainsFunc(p.as(of).Curve, func(c []float64) bool { return len(c) > 0 })
	}
	places, _ := p.Labelled(t, of)
	return !slices.ContainsFunc(places, func(k int) bool { return math.IsNaN(p.Cost[of][k]) })
}

// Labelled returns the places in Rows of the trials that have a label of the target, and those trials' rows.
func (p *Predictions) Labelled(t *dataset.Table, of target.Target) (places, rows []int) {
	rows = t.Labelled(of, p.Rows)
	k := 0
	for _, i := range rows { // rows is a part of p.Rows, in the same order
		for p.Rows[k] != i {
			k++
		}
		places = append(places, k)
		k++
	}
	return places, rows
}

// At returns what is predicted for some of the rows, in the order of Rows, without what only intervals need.
func (p *Predictions) At(rows []int) *Predictions {
	out, wanted := &Predictions{Cost: stage.Map[target.Target, []float64]{},
		Own: stage.Map[target.Target, OwnCurves]{}}, map[int]bool{}
	for _, i := range rows {
		wanted[i] = true
	}
	for k, i := range p.Rows {
		if !wanted[i] {
			continue
		}
		out.Rows, out.Curve = append(out.Rows, i), append(out.Curve, p.Curve[k])
		if p.Floor != nil {
			out.Floor = append(out.Floor, p.Floor[k])
		}
		out.Falls = append(out.Falls, p.Falls[k])
		for t, x := range p.Cost {
			out.Cost[t] = append(out.Cost[t], x[k])
		}
		for t, c := range p.Own {
			own := out.Own[t]
			out.Own[t] = OwnCurves{Curve: append(own.Curve, c.Curve[k]), Floor: append(own.Floor, c.Floor[k])}
		}
	}
	return out
}
