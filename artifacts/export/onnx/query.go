package onnx

import (
	"encoding/json"
	"fmt"

	"eahas/artifacts"
	"eahas/trial/target"
)

// The outputs of a query's graph. Those that the surrogate does not know are left out.
const (
	Accepted        = "accepted"                     // bool, batch x 1
	LastEpoch       = "last_epoch"                   // number of the run's last epoch
	Epoch           = "epoch"                        // batch x points: the epochs' numbers
	LearningCurve   = "learning_curve"               // batch x points
	EnergyPerEpoch  = string(target.EnergyPerEpoch)  // joules
	EnergyTotal     = string(target.EnergyTotal)     // joules
	TimePerEpoch    = string(target.TimePerEpoch)    // seconds
	TimeTotal       = string(target.TimeTotal)       // seconds
	InferenceEnergy = string(target.InferenceEnergy) // joules
)

// query is a graph that answers like a surrogate.
type query struct {
	*graph
	s    *artifacts.Surrogate
	row  value // encoded, batch x columns
	run  run
	axes map[string]*axis
}

// Query returns the content of a file that answers whole queries: one input an axis, by its name (batch x 1; float, or
// text where choices are texts; missing is NaN or the empty text), and the outputs named above. Numbers are double,
// batch x 1 or batch x points. Rows of configurations outside of the space are NaN and not accepted. Behind a run's
// last epoch a series is NaN.
//
// The error wraps ErrUnsupported for models and representations that the graph has no word for, and ErrName for axes
// called like an output.
func Query(s *artifacts.Surrogate, version string) ([]byte, error) {
	q := &query{graph: newGraph(), s: s}
	if err := q.prepare(); err != nil {
		return nil, err
	}
	if err := q.outputs(); err != nil {
		return nil, err
	}
	properties, err := q.properties()
	if err != nil {
		return nil, err
	}
	return q.encode("eahas", version, s.Spec().Notice, properties), nil
}

// prepare reads the inputs, checks and encodes them and lays out the epochs: everything before the first output.
func (q *query) prepare() error {
	spec := q.s.Spec()
	for i := range spec.Space.Params {
		if p := &spec.Space.Params[i]; p.Zero {
			return fmt.Errorf("onnx: %w: axis %q has 0 beside a logarithm", ErrUnsupported, p.Name)
		}
	}
	var err error
	if q.axes, err = q.graph.axes(&spec.Space); err != nil {
		return err
	}
	q.row = q.encoded(&spec.Space, q.axes)
	accepted := q.accepted(&spec.Space, q.axes)
	scales := spec.Encoder.DerivedScales()
	if len(scales) > 0 || len(spec.Space.Constraints) > 0 {
		n, err := q.network(&spec.Space, q.axes)
		if err != nil {
			return err
		}
		if len(scales) > 0 {
			q.row = q.concat(q.row, q.derived(n, scales))
		}
		if len(spec.Space.Constraints) > 0 {
			ok, err := q.within(n, spec.Space.Constraints)
			if err != nil {
				return err
			}
			accepted = q.op("And", accepted, ok)
		}
	}
	if len(spec.Space.Known) > 0 {
		columns, ok, err := q.knownColumns(&spec.Space, q.axes)
		if err != nil {
			return err
		}
		q.row, accepted = q.concat(append([]value{q.row}, columns...)...), q.op("And", accepted, ok)
	}
	q.run, err = q.graph.run(q.s, q.axes, accepted, q.row)
	return err
}

// outputs adds all outputs.
func (q *query) outputs() error {
	if err := q.output(Accepted, q.run.accepted, bools, "the configuration belongs to the space", "batch",
		1); err != nil {
		return err
	}
	if q.run.last != "" {
		if err := q.scalar(LastEpoch, q.run.last, "number of the run's last epoch"); err != nil {
			return err
		}
		if err := q.series(Epoch, q.run.epochs, "numbers of the epochs"); err != nil {
			return err
		}
	}
	if h := q.s.Head(artifacts.Curve); h != nil {
		v, err := q.head(h)
		if err != nil {
			return err
		}
		y, err := q.curve(q.run, q.s.Spec().Epochs.First, h.Representation, v)
		if err != nil {
			return err
		}
		y = q.value(h, y)
		if err := q.series(LearningCurve, y, q.s.Spec().Metric.Name+" ["+q.s.Spec().Metric.Unit+"]"); err != nil {
			return err
		}
	}
	if err := q.costs(target.EnergyPerEpoch, target.EnergyTotal); err != nil {
		return err
	}
	if err := q.costs(target.TimePerEpoch, target.TimeTotal); err != nil {
		return err
	}
	if err := q.headAlone(artifacts.InferenceEnergy, "one pass over the evaluation set [J]"); err != nil {
		return err
	}
	for _, d := range q.s.Spec().Own {
		if d.Span == target.EveryEpoch {
			if err := q.ownCurve(d); err != nil {
				return err
			}
			continue
		}
		if err := q.headAlone(d.Name, d.InWords()+" ["+d.Unit+"]"); err != nil {
			return err
		}
	}
	return nil
}

// ownCurve adds one of the bundle's own curves: a series under its name.
func (q *query) ownCurve(d target.Definition) error {
	h := q.s.Head(d.Name)
	if h == nil {
		return nil
	}
	v, err := q.head(h)
	if err != nil {
		return err
	}
	y, err := q.curve(q.run, q.s.Spec().Epochs.First, h.Representation, v)
	if err != nil {
		return err
	}
	return q.series(string(d.Name), q.value(h, y), d.InWords()+" ["+d.Unit+"]")
}

// headAlone adds the answer of a head that stands for itself, if there is one.
func (q *query) headAlone(t target.Target, doc string) error {
	h := q.s.Head(t)
	if h == nil {
		return nil
	}
	v, err := q.cost(h, q.row)
	if err != nil {
		return err
	}
	return q.scalar(string(t), v, doc)
}

// costs adds a cost per epoch and its total.
func (q *query) costs(perEpoch, whole target.Target) error {
	per, total, err := q.rates(perEpoch, whole)
	if err != nil {
		return err
	}
	if per != "" {
		if err := q.scalar(string(perEpoch), per, "per epoch of training ["+perEpoch.Unit()+"]"); err != nil {
			return err
		}
	}
	if total != "" {
		return q.scalar(string(whole), total, "whole training ["+whole.Unit()+"]")
	}
	return nil
}

// rates gives a cost per epoch and its total, which always agree: either follows from the other. Empty means unknown.
func (q *query) rates(perEpoch, whole target.Target) (per, total value, err error) {
	var trained value
	if q.run.last != "" {
		trained = q.trained(q.run.last)
	}
	if h := q.s.Head(perEpoch); h != nil {
		if per, err = q.cost(h, q.row); err != nil {
			return "", "", err
		}
		if trained != "" {
			total = q.mul(per, trained)
		}
	} else if h := q.s.Head(whole); h != nil {
		if total, err = q.cost(h, q.row); err != nil {
			return "", "", err
		}
		if trained != "" {
			per = q.where(q.op("Greater", trained, q.number(0)), q.div(total, trained), q.nan())
		}
	}
	return per, total, nil
}

// trained is artifacts.EpochRule.Trained.
func (q *query) trained(epoch value) value {
	return q.op("Max", q.add(epoch, q.number(q.s.Spec().Epochs.Offset)), q.number(0))
}

func (q *query) head(h *artifacts.Head) (value, error) {
	return q.graph.headOutput(h, q.row)
}

// headOutput runs a head's model: batch x k.
func (g *graph) headOutput(h *artifacts.Head, row value) (value, error) {
	if h.Columns != nil {
		cs := make([]int64, len(h.Columns))
		for i, c := range h.Columns {
			cs[i] = int64(c)
		}
		row = g.columns(row, cs...)
	}
	v, err := g.predictor(row, h.Predictor)
	if err != nil {
		return "", fmt.Errorf("head %s: %w", h.Target, err)
	}
	return v, nil
}

// cost gives the value of a head with one output: batch x 1.
func (g *graph) cost(h *artifacts.Head, row value) (value, error) {
	v, err := g.headOutput(h, row)
	if err != nil {
		return "", err
	}
	return g.value(h, v), nil
}

// value applies the head's transform and clip.
func (g *graph) value(h *artifacts.Head, v value) value {
	if h.Transform == artifacts.Log {
		v = g.op("Exp", g.bound(v, -700, 700)) // as artifacts has it
	}
	if h.Clip != nil {
		v = g.bound(v, h.Clip.Low, h.Clip.High)
	}
	return v
}

// scalar adds an output of batch x 1; refused rows are NaN.
func (q *query) scalar(name string, v value, doc string) error {
	return q.output(name, q.where(q.run.accepted, v, q.nan()), float64s, doc, "batch", 1)
}

// series adds an output of batch x points; NaN behind the run's last epoch.
func (q *query) series(name string, v value, doc string) error {
	return q.output(name, q.where(q.run.real, v, q.nan()), float64s, doc, "batch", q.run.points)
}

// properties describes the graph in its metadata.
func (q *query) properties() ([]Property, error) {
	spec := q.s.Spec()
	axes, err := json.Marshal(spec.Space.Params)
	if err != nil {
		return nil, err
	}
	epochs, err := json.Marshal(spec.Epochs)
	if err != nil {
		return nil, err
	}
	metric, err := json.Marshal(spec.Metric)
	if err != nil {
		return nil, err
	}
	unitOf := map[string]string{
		LearningCurve: spec.Metric.Unit, EnergyPerEpoch: "J", EnergyTotal: "J", TimePerEpoch: "s", TimeTotal: "s",
		InferenceEnergy: "J",
	}
	for _, d := range spec.Own {
		unitOf[string(d.Name)] = d.Unit
	}
	units, err := json.Marshal(unitOf) // sorted by key
	if err != nil {
		return nil, err
	}
	return []Property{
		{"bundle", spec.Name}, {"notice", spec.Notice}, {"space", spec.Space.Name}, {"axes", string(axes)},
		{"units", string(units)}, {"metric", string(metric)}, {"epochs", string(epochs)},
	}, nil
}
