package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
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
	Floor [][]float64 // the true curve through the representation and back, no regression
	// of every target that has one number
	Cost  stage.Map[target.Target, []float64]
	Falls []bool // the cumulative energy or time falls from one epoch to a later one
	Clips int    // curve points that had to be moved into 0..100

	Frozen []artifacts.FrozenHead // what predicted; kept for the fold that Worth and Explain ask, else nil

	// of a run that was cut the prediction at interval.CurveKnots of the planned run; nil for a whole one
	CurveKnots [][]float64
	// how unsure the model is at interval.CurveKnots; nil where it does not say or was not asked
	CurveSpread [][]float64
	// how unsure, of the logarithm; NaN where it does not say or was not asked
	CostSpread stage.Map[target.Target, []float64]
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
		Cost: stage.Map[target.Target, []float64]{}, CostSpread: stage.Map[target.Target, []float64]{}}
	var a artifacts.Answer
	for k, i := range rows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		one := &t.Trials[i]
		err := s.QueryInto(&a, one.Config, artifacts.Whole)
		if err == nil {
			out.addCosts(k, s, &a, spread)
			err = out.addCurve(k, s, &a, one, t.Planned(i), spread)
		}
		if err != nil {
			return nil, fmt.Errorf("trial %s (%s row %d): %w", one.ID, one.Source.File, one.Source.Row, err)
		}
	}
	return out, nil
}

// addCosts keeps the costs of the answer for row k.
func (p *Predictions) addCosts(k int, s *artifacts.Surrogate, a *artifacts.Answer, ask Spread) {
	values := map[target.Target]float64{target.EnergyPerEpoch: a.EnergyPerEpoch, target.TimePerEpoch: a.TimePerEpoch,
		target.InferenceEnergy: a.InferenceEnergy, target.EnergyTotal: a.EnergyTotal, target.TimeTotal: a.TimeTotal}
	for _, n := range a.Own {
		values[n.Target] = n.Value
	}
	for t, x := range values {
		spread := math.NaN()
		if ask {
			if v := s.Spread(a, t, nil); v != nil {
				spread = v[0]
			}
		}
		p.Cost[t], p.CostSpread[t] = append(p.Cost[t], x), append(p.CostSpread[t], spread)
	}
	p.Falls[k] = eval.ImpossibleCumulative(a.Energy).Falling+eval.ImpossibleCumulative(a.Time).Falling > 0
}

// addCurve asks for the curve at the true one's epochs, if there is one, as a part of a run to the planned epoch.
func (p *Predictions) addCurve(k int, s *artifacts.Surrogate, a *artifacts.Answer, one *trial.Trial, planned float64,
	ask Spread) error {
	h := s.Head(artifacts.Curve)
	m := len(one.Curve.Epochs)
	if h == nil || m == 0 {
		return nil
	}
	epochs := one.Curve.Epochs
	if planned > epochs[m-1] {
		epochs = append(slices.Clone(epochs), planned)
	}
	if err := s.QueryAt(a, one.Config, epochs); err != nil {
		return err
	}
	p.Curve[k] = append([]float64(nil), a.Curve[:m]...)
	p.Clips += a.Clips
	if ask {
		p.CurveSpread[k] = s.Spread(a, artifacts.Curve, interval.CurveKnots)
	}
	if len(epochs) > m {
		if err := s.QueryAt(a, one.Config, knotsOf(epochs)); err != nil {
			return err
		}
		p.CurveKnots[k] = append([]float64(nil), a.Curve...)
	}
	var err error
	p.Floor[k], err = representationAlone(h, one.Curve.Epochs, one.Curve.Values)
	return err
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
	out := &Predictions{Cost: stage.Map[target.Target, []float64]{}, CostSpread: stage.Map[target.Target, []float64]{}}
	for _, f := range folds {
		out.Rows = append(out.Rows, f.Rows...)
		out.Curve, out.Floor = append(out.Curve, f.Curve...), append(out.Floor, f.Floor...)
		out.CurveKnots, out.CurveSpread = append(out.CurveKnots, f.CurveKnots...),
			append(out.CurveSpread, f.CurveSpread...)
		out.Falls = append(out.Falls, f.Falls...)
		out.Clips += f.Clips
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
	if of == target.Curve {
		return slices.ContainsFunc(p.Curve, func(c []float64) bool { return len(c) > 0 })
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
	out, wanted := &Predictions{Cost: stage.Map[target.Target, []float64]{}}, map[int]bool{}
	for _, i := range rows {
		wanted[i] = true
	}
	for k, i := range p.Rows {
		if !wanted[i] {
			continue
		}
		out.Rows, out.Curve, out.Floor = append(out.Rows, i), append(out.Curve, p.Curve[k]), append(out.Floor,
			p.Floor[k])
		out.Falls = append(out.Falls, p.Falls[k])
		for t, x := range p.Cost {
			out.Cost[t] = append(out.Cost[t], x[k])
		}
	}
	return out
}
