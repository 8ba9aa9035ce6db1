// Package curve holds what every representation of learning curves does alike: refuse bad curves, map epochs onto 0..1,
// and keep numbers finite.
package curve

import (
	"errors"
	"fmt"
	"math"
)

// ErrBad is returned by Check.
var ErrBad = errors.New("models: bad learning curve")

// Limit is the largest magnitude of a target or a decoded value: sums of a few thousand such terms stay finite.
const Limit = 1e300

// Check returns an error that wraps ErrBad and names the point, unless the curve has at least one point, as many epochs
// as values, finite numbers only, and epochs that increase strictly.
func Check(epochs, values []float64) error {
	if len(epochs) == 0 || len(epochs) != len(values) {
		return fmt.Errorf("%w: %d epochs and %d values", ErrBad, len(epochs), len(values))
	}
	for i, e := range epochs {
		switch {
		case !Finite(e) || !Finite(values[i]):
			return fmt.Errorf("%w: point %d is (%v, %v)", ErrBad, i, e, values[i])
		case i > 0 && e <= epochs[i-1]:
			return fmt.Errorf("%w: epoch %v at point %d follows %v", ErrBad, e, i, epochs[i-1])
		}
	}
	return nil
}

// Finite reports whether v is neither NaN nor an infinity.
func Finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Clip limits a magnitude to Limit; NaN becomes 0.
func Clip(v float64) float64 {
	if v != v {
		return 0
	}
	return min(max(v, -Limit), Limit)
}

// Unit maps an epoch of a run from first to last onto 0..1. Epochs outside are clipped, NaN counts as first, and a run
// of one epoch has only 0.
func Unit(epoch, first, last float64) float64 {
	x := (epoch/2 - first/2) / (last/2 - first/2) // halves: differences of huge numbers stay finite
	if !(x > 0) || last <= first {
		return 0
	}
	return min(x, 1)
}

// Range returns max - min of the values (length >= 1), at most the largest float64; 1 if they are all equal, so that
// one can divide by it.
func Range(values []float64) float64 {
	lo, hi := values[0], values[0]
	for _, v := range values {
		lo, hi = min(lo, v), max(hi, v)
	}
	if hi == lo {
		return 1
	}
	return min(hi-lo, math.MaxFloat64)
}

// Sized returns dst if it has length n, a new slice for nil, and panics otherwise.
func Sized(dst []float64, n int) []float64 {
	if dst == nil {
		return make([]float64, n)
	}
	if len(dst) != n {
		panic("models: dst has the wrong length")
	}
	return dst
}
