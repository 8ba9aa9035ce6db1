package search

import (
	"eahas/artifacts"
	"eahas/features"
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
	low, high, ok := k.lastBounds()
	if ok {
		low, high = m.Loss(low), m.Loss(high)
		v.Level, v.Low, v.High = level, min(low, high), max(low, high)
	}
	return v, nil
}

// lastBounds returns the bounds of the metric that the last answer holds.
func (k *surrogateAsker) lastBounds() (low, high float64, ok bool) {
	v := k.answer.Intervals
	if v == nil {
		return 0, 0, false
	}
	if d := k.task.objectives.metric; d != nil {
		for _, b := range v.Own {
			if b.Target == d.Name {
				return b.Low, b.High, true
			}
		}
		return 0, 0, false
	}
	n := len(v.CurveLow)
	if n == 0 {
		return 0, 0, false
	}
	return v.CurveLow[n-1], v.CurveHigh[n-1], true
}

// IntervalAt returns how sure a surrogate is of a configuration's last value on its curve.
func IntervalAt(s *artifacts.Surrogate, c features.Config) (Interval, error) {
	t, err := NewSurrogateTask(s, nil, BundleOptions{Cost: Epochs})
	if err != nil {
		return Interval{}, err
	}
	return t.Asker().(Sure).Interval(c)
}
