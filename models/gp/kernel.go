package gp

import "math"

// Kernel is a covariance function of the scaled distance r between two rows, of variance 1 at r = 0.
type Kernel uint8

const (
	Matern32 Kernel = iota // (1 + a) exp(-a), a = sqrt(3) r; eq. 4.17
	Matern52               // (1 + a + a^2/3) exp(-a), a = sqrt(5) r; eq. 4.17
	RBF                    // exp(-r^2/2); eq. 4.9
)

// at returns the kernel and its derivative by the squared distance, at the squared distance s.
func (k Kernel) at(s float64) (value, slope float64) {
	switch k {
	case Matern52:
		a := math.Sqrt(5 * s)
		e := math.Exp(-a)
		return (1 + a + a*a/3) * e, -5. / 6 * (1 + a) * e
	case RBF:
		e := math.Exp(-s / 2)
		return e, -e / 2
	}
	a := math.Sqrt(3 * s)
	e := math.Exp(-a)
	return (1 + a) * e, -1.5 * e
}

// value is at without the derivative.
func (k Kernel) value(s float64) float64 {
	switch k {
	case Matern52:
		a := math.Sqrt(5 * s)
		return (1 + a + a*a/3) * math.Exp(-a)
	case RBF:
		return math.Exp(-s / 2)
	}
	a := math.Sqrt(3 * s)
	return (1 + a) * math.Exp(-a)
}
