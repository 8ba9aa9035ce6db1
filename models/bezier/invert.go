package bezier

import "math"

// inverse solves x(t) = x for one planar curve whose x control points are in order, for a row of increasing x.
type inverse struct {
	n    int
	a, d row     // coefficients of x(t) and of its derivative, by powers of t
	last float64 // the t found before: the lower end of the bracket while x increases
	from float64 // the x found before
}

// newInverse takes the n+1 x control points, in order, the first 0 and the last 1.
func newInverse(v *inverse, control []float64) {
	v.n = len(control) - 1
	v.last, v.from = 0, 0
	powers(&v.a, control)
	for k := 1; k <= v.n; k++ {
		v.d[k-1] = float64(k) * v.a[k]
	}
}

// at returns the t in 0..1 with x(t) = x, within a few units of rounding of x. Newton's method from the previous t; a step
// that leaves the bracket is replaced by halving it, so the loop ends for every monotone x(t).
func (v *inverse) at(x float64) float64 {
	if !(x > 0) {
		return 0
	}
	if x >= 1 {
		return 1
	}
	if x < v.from {
		v.last = 0
	}
	lo, hi, t := v.last, 1.0, v.last
	if slope := v.slope(t); slope > 0 {
		t = min(t+(x-v.from)/slope, 1)
	}
	for range 80 {
		f, slope := v.a[v.n], v.d[v.n-1]
		for k := v.n - 1; k > 0; k-- {
			f = f*t + v.a[k]
			slope = slope*t + v.d[k-1]
		}
		f = f*t - x
		if f > 0 {
			hi = t
		} else {
			lo = t
		}
		next := t - f/slope
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		if math.Abs(next-t) <= 1e-14 {
			t = next
			break
		}
		t = next
	}
	v.last, v.from = t, x
	return t
}

func (v *inverse) slope(t float64) float64 {
	s := v.d[v.n-1]
	for k := v.n - 2; k >= 0; k-- {
		s = s*t + v.d[k]
	}
	return s
}
