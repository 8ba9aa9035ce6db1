package artifacts

import (
	"fmt"
	"math"

	"eahas/trial/target"
)

// Number is the answer for one of the bundle's own targets.
type Number struct {
	Target target.Target
	Value  float64 // in the target's unit; NaN when the surrogate does not know it
}

// NumberBounds is an interval around a Number; NaN where it is not known.
type NumberBounds struct {
	Target    target.Target
	Low, High float64
}

// Series is the answer for one of the bundle's own curves.
type Series struct {
	Target target.Target
	Values []float64 // at each of the answer's epochs, in the target's unit
}

// SeriesBounds are intervals around a Series, each point for itself.
type SeriesBounds struct {
	Target    target.Target
	Low, High []float64
}

// CurveOf returns the answer for one of the bundle's own curves; nil when the answer has none.
func (a *Answer) CurveOf(t target.Target) []float64 {
	for _, c := range a.Curves {
		if c.Target == t {
			return c.Values
		}
	}
	return nil
}

// Of returns the answer for one of the bundle's own targets, of a curve its last value; ok is false when the answer has
// none.
func (a *Answer) Of(t target.Target) (x float64, ok bool) {
	for _, n := range a.Own {
		if n.Target == t {
			return n.Value, true
		}
	}
	if c := a.CurveOf(t); len(c) > 0 {
		return c[len(c)-1], true
	}
	return math.NaN(), false
}

// Of returns the bounds of one of the bundle's own targets, of a curve those of its last value; ok is false, and they
// are NaN, when the surrogate does not know them.
func (v *Intervals) Of(t target.Target) (low, high float64, ok bool) {
	low, high = math.NaN(), math.NaN()
	for _, b := range v.Own {
		if b.Target == t {
			low, high = b.Low, b.High
		}
	}
	for _, b := range v.Curves {
		if n := len(b.Low); b.Target == t && n > 0 {
			low, high = b.Low[n-1], b.High[n-1]
		}
	}
	return low, high, !math.IsNaN(low) && !math.IsNaN(high)
}

// checkOwn holds a bundle's own targets against the rules of the table and the axes' names.
func checkOwn(spec *Spec) error {
	if err := spec.Own.Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrSpec, err)
	}
	for _, d := range spec.Own {
		if spec.Space.Param(string(d.Name)) != nil {
			return fmt.Errorf("%w: target %q has the name of an axis", ErrSpec, d.Name)
		}
		if spec.Space.KnownNamed(string(d.Name)) != nil {
			return fmt.Errorf("%w: target %q has the name of a known quantity", ErrSpec, d.Name)
		}
	}
	return nil
}

// numbers fills the answers for the bundle's own targets, in their order.
func (s *Surrogate) numbers(a *Answer) error {
	for i := range s.spec.Own {
		if s.spec.Own[i].Span == target.EveryEpoch {
			continue
		}
		t := s.spec.Own[i].Name
		x, err := s.optional(a, t)
		if err != nil {
			return err
		}
		a.Own = append(a.Own, Number{t, x})
	}
	return nil
}

// logarithmic reports whether errors of a target are those of its logarithm: all costs, and what is learnt so.
func (s *Surrogate) logarithmic(t target.Target) bool {
	d, _ := s.spec.Own.Of(t)
	return d.Scale == target.Log
}

// floor is the least size that a difference of a target is taken relative to: a value that may be 0 has lost digits
// there.
func (s *Surrogate) floor(t target.Target) float64 {
	if s.logarithmic(t) {
		return 0
	}
	return 1
}

// measured is a value of a target on the scale on which its errors are measured.
func (s *Surrogate) measured(t target.Target, value float64) float64 {
	if s.logarithmic(t) {
		return math.Log(value)
	}
	return value
}

// moved is a value moved by d on the scale on which its target's errors are measured, inside the target's bounds.
func (s *Surrogate) moved(t target.Target, value, d float64) float64 {
	if s.logarithmic(t) {
		return value * math.Exp(d)
	}
	value += d
	if h := s.byTarget[t]; h != nil && h.Clip != nil {
		value = max(h.Clip.Low, min(h.Clip.High, value))
	}
	return value
}

// numberBounds fills the intervals of the bundle's own targets.
func (s *Surrogate) numberBounds(a *Answer, v *Intervals) error {
	for _, n := range a.Own {
		b := NumberBounds{n.Target, math.NaN(), math.NaN()}
		if m := s.boundsOf(a, n.Target); m != nil && !math.IsNaN(n.Value) {
			low, high, err := s.costLocal(a, m, n.Target, n.Value).Bounds(v.Level, 0)
			if err != nil {
				return err
			}
			b.Low, b.High = s.moved(n.Target, n.Value, low), s.moved(n.Target, n.Value, high)
		}
		v.Own = append(v.Own, b)
	}
	return nil
}

// numberNoise moves the answers for the bundle's own targets as repeats of a run differ.
func (s *Surrogate) numberNoise(a *Answer, seed uint64) {
	for i := range a.Own {
		n := &a.Own[i]
		if m := s.intervalOf(n.Target); m != nil && !math.IsNaN(n.Value) {
			n.Value = s.moved(n.Target, n.Value, s.noise(a, m, n.Target, n.Value, seed))
		}
	}
}
