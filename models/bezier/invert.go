package bezier

import "math"

// inverse solves x(t) = x for one planar curve whose x control points are in order, for a row of increasing x.
type inverse struct {
	n    int
	a, d row // coefficients of x(t) and of its derivative, by powers of t
	// The answer before: while x increases it is the lower end of the bracket, and a good first guess.
	x, t, slope float64
}

// newInverse takes the n+1 x control points, in order, the first 0 and the last 1.
func newInverse(v *inverse, control []float64) {
	v.n = len(control) - 1
	powers(&v.a, control)
	for k := 1; k <= v.n; k++ {
		v.d[k-1] = float64(k) * v.a[k]
	}
	v.restart()
}

func (v *inverse) restart() { v.x, v.t, v.slope = 0, 0, v.d[0] }

// at returns the t in 0..1 with x(t) = x, within a few units of rounding of x. Newton's method from the answer before;
// a step that leaves the bracket is replaced by halving it, so the loop ends for every monotone x(t).
func (v *inverse) at(x float64) float64 {
	if !(x > 0) {
		return 0
	}
	if x >= 1 {
		return 1
	}
	if x < v.x {
		v.restart()
	}
	lo, hi, t, slope := v.t, 1.0, v.t, v.slope
	if guess := t + (x-v.x)/slope; guess < 1 {
		t = guess
	}
	for range 100 {
		var f float64
		f, slope = v.eval(t)
		f -= x
		if f > 0 {
			hi = t
		} else {
			lo = t
		}
		before := t
		t -= f / slope
		if !(t >= lo && t <= hi) {
			t = lo + (hi-lo)/2
			if hi-lo <= 1e-15*hi {
				break
			}
			continue
		}
		// Newton's error after a step of relative size d is about n*d*d: this one was the last that could be seen.
		if math.Abs(t-before) <= 1e-8*before {
			break
		}
	}
	v.x, v.t, v.slope = x, t, slope
	return t
}

// eval returns x(t) and its derivative.
func (v *inverse) eval(t float64) (x, slope float64) {
	x, slope = v.a[v.n], v.d[v.n-1]
	for k := v.n - 1; k > 0; k-- {
		x = x*t + v.a[k]
		slope = slope*t + v.d[k-1]
	}
	return x * t, slope // a[0] is x0 = 0
}
