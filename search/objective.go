package search

import (
	"fmt"
	"slices"

	"eahas/artifacts"
	"eahas/trial/target"
)

// objectives are those of a bundle's own targets that a task searches by.
type objectives struct {
	metric *target.Definition // in place of the main curve, a number or another curve; nil: the main curve
	second *target.Definition // beside the loss, of scale log; of a curve its last value; nil: the cost
}

// newObjectives looks the names up; empty ones name nothing. ErrTask: the bundle does not answer such a target.
func newObjectives(s *artifacts.Surrogate, o BundleOptions) (out objectives, err error) {
	spec := s.Spec()
	find := func(what, name string) *target.Definition {
		if name == "" || err != nil {
			return nil
		}
		d, _ := spec.Own.Of(target.Target(name))
		if !spec.Own.Has(d.Name) || s.Head(d.Name) == nil {
			err = fmt.Errorf("%w: %s: bundle %q has no target %q of its own; it has %v", ErrTask, what, spec.Name, name,
				spec.Own.Names())
			return nil
		}
		return &d
	}
	out.metric, out.second = find("metric", o.Metric), find("second", o.Second)
	if err == nil && out.second != nil && out.second.Scale != target.Log {
		err = fmt.Errorf("%w: second: %q has the scale %s; the front needs numbers above 0, of scale %s", ErrTask,
			o.Second, out.second.Scale, target.Log)
	}
	return out, err
}

// ObjectivesOf returns the metric of a bundle's own target, that of the curve for "", and the target that is held low
// (of a throughput: high) beside it, nil for "". ErrTask: the bundle has no such target, or the second is not of scale
// log.
func ObjectivesOf(s *artifacts.Surrogate, metric, second string) (Metric, *target.Definition, error) {
	out, err := newObjectives(s, BundleOptions{Metric: metric, Second: second})
	if err != nil || out.metric == nil {
		return Metric{s.Spec().Metric}, out.second, err
	}
	return Metric{metricOf(out.metric)}, out.second, nil
}

// metricOf is the metric that a target of the bundle's own is.
func metricOf(d *target.Definition) artifacts.Metric {
	m := artifacts.Metric{Name: string(d.Name), Kind: artifacts.Score, Unit: d.Unit, HigherBetter: !d.LowerBetter()}
	switch percent := d.Unit == "percent" && d.Scale == target.Bounded && d.Low >= 0 && d.High <= 100; {
	case percent && m.HigherBetter:
		m.Kind = artifacts.Accuracy
	case percent:
		m.Kind = artifacts.Error
	case d.LowerBetter():
		m.Kind = artifacts.Loss
	}
	return m
}

// truth puts what is true of a run into it: the values by epoch, and the second objective of the whole run.
func (o objectives) truth(r *Run, a *artifacts.Answer) {
	r.Truth = o.series(a)
	if o.second != nil {
		r.Second = answered(a, o.second)
		if !o.second.LowerBetter() {
			r.Second = 1 / r.Second
		}
	}
}

// shown puts what the search sees of a run into it. A number of the whole run is known when the run has ended, so the
// run has one checkpoint then.
func (o objectives) shown(r *Run, a *artifacts.Answer) {
	r.Values = o.series(a)
	if o.metric == nil || o.metric.Span == target.EveryEpoch {
		return
	}
	for _, v := range []*[]float64{&r.Trained, &r.Joules, &r.Seconds, &r.Cost} {
		if n := len(*v); n > 1 {
			*v = (*v)[n-1:]
		}
	}
}

// series returns the values that are searched by, in memory of their own: a curve, or one number.
func (o objectives) series(a *artifacts.Answer) []float64 {
	switch {
	case o.metric == nil:
		return slices.Clone(a.Curve)
	case o.metric.Span == target.EveryEpoch:
		return slices.Clone(a.CurveOf(o.metric.Name))
	}
	return []float64{answered(a, o.metric)}
}

func answered(a *artifacts.Answer, d *target.Definition) float64 {
	x, ok := a.Of(d.Name)
	if !ok {
		panic("search: the answer lacks a target that the bundle has")
	}
	return x
}
