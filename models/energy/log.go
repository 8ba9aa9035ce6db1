package energy

import (
	"fmt"
	"math"
)

// logLimit bounds the logarithms that Back accepts: exp(+-700) is finite and > 0.
const logLimit = 700

// Log is the transform of cost targets: natural logarithm and back. The zero value returns to the median of the predicted
// distribution (the plain exponential). It is a value; nothing changes it.
type Log struct {
	Smear float64 // factor on the way back, > 0: estimates the mean instead of the median (see Smearing); 0 means 1
}

// Forward writes the natural logarithms of the costs y (length n, joules or seconds) into dst (length n; nil allocates; may
// be y itself). For a cost that is not > 0 and finite it returns ErrNotPositive with its index and value.
func (Log) Forward(dst, y []float64) ([]float64, error) {
	dst = sized(dst, len(y))
	for i, v := range y {
		if !(v > 0) || math.IsInf(v, 1) {
			return nil, fmt.Errorf("%w: %v at index %d", ErrNotPositive, v, i)
		}
		dst[i] = math.Log(v)
	}
	return dst, nil
}

// Back returns the cost of a predicted logarithm: exp(v) x Smear. Logarithms are clipped to -700..700, so that every v
// but NaN gives a finite cost > 0; NaN gives NaN.
func (l Log) Back(v float64) float64 {
	y := math.Exp(min(max(v, -logLimit), logLimit))
	if l.Smear > 0 {
		y *= l.Smear
	}
	return y
}

// Smearing returns the factor that turns the exponential of a predicted logarithm, which estimates the median cost, into an
// estimate of the mean cost: the mean of exp(residual) over held-out or training residuals log(y) - prediction
// (Duan, "Smearing estimate: a nonparametric retransformation method", JASA 78, 1983, equation 2.2).
// It is 1 for no residuals; residuals are clipped to -700..700.
func Smearing(residuals []float64) float64 {
	if len(residuals) == 0 {
		return 1
	}
	sum := 0.0
	for _, r := range residuals {
		sum += math.Exp(min(max(r, -logLimit), logLimit)) / float64(len(residuals))
	}
	return sum
}

// sized returns dst if it has length n, a new slice for nil, and panics otherwise.
func sized(dst []float64, n int) []float64 {
	if dst == nil {
		return make([]float64, n)
	}
	if len(dst) != n {
		panic("energy: dst has the wrong length")
	}
	return dst
}
