package search

import (
	"math"

	"eahas/artifacts"
	"eahas/features"
	"eahas/trial/target"
)

// Interval is where a training's last loss lies with a probability, as a surrogate says.
type Interval struct {
	Level     float64 // 0..1; 0: the surrogate does not know how sure it is
	Loss      float64 // of the whole run, without noise
	Low, High float64
}

// Holds reports whether a loss lies inside.
func (v Interval) Holds(loss float64) bool { return v.Level > 0 && v.Low <= loss && loss <= v.High }

// Sure is an Asker that says how sure it is of a configuration.
type Sure interface {
	// Interval returns where the loss of the whole run lies with the highest probability that the surrogate knows. The
	// error wraps ErrConfig.
	Interval(features.Config) (Interval, error)
}

// Interval implements Sure.
func (k *surrogateAsker) Interval(c features.Config) (Interval, error) {
	r, err := k.Ask(c, 0, false) // the answer is kept in k
	if err != nil {
		return Interval{}, err
	}
	t, m := k.task, k.task.Metric()
	v := Interval{Loss: m.Loss(r.Truth[len(r.Truth)-1])}
	levels := t.surrogate.Levels()
	if len(levels) == 0 {
		return v, nil
	}
	level := levels[len(levels)-1]
	if err := t.surrogate.Bounds(&k.answer, level); err != nil {
		return v, err
	}
	var of target.Target
	if d := t.objectives.metric; d != nil {
		of = d.Name
	}
	if low, high, ok := LossBounds(k.answer.Intervals, m, of); ok {
		v.Level, v.Low, v.High = level, low, high
	}
	return v, nil
}

// LossBounds returns between which losses the whole run of an answer ends, by a target of the bundle's own or, for "",
// by its main curve; ok is false, and they are NaN, when v, which may be nil, does not know.
func LossBounds(v *artifacts.Intervals, m Metric, of target.Target) (low, high float64, ok bool) {
	low, high = math.NaN(), math.NaN()
	switch {
	case v == nil:
	case of != "":
		low, high, ok = v.Of(of)
	case len(v.CurveLow) > 0:
		n := len(v.CurveLow)
		low, high, ok = v.CurveLow[n-1], v.CurveHigh[n-1], true
	}
	low, high = m.Loss(low), m.Loss(high)
	return min(low, high), max(low, high), ok
}

// IntervalAt returns how sure a surrogate is of a configuration's last value on its curve.
func IntervalAt(s *artifacts.Surrogate, c features.Config) (Interval, error) {
	t, err := NewSurrogateTask(s, nil, BundleOptions{Cost: Epochs})
	if err != nil {
		return Interval{}, err
	}
	return t.Asker().(Sure).Interval(c)
}
