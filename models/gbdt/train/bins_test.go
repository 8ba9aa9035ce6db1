package train

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestBetweenSeparatesInSinglePrecision: values that differ as float32 numbers are on different sides of their cut,
// also when they and the cut are rounded: the values to the nearest float32, the cut to the largest that is not above
// it, as the exports do.
func TestBetweenSeparatesInSinglePrecision(t *testing.T) {
	down := func(x float64) float32 {
		s := float32(x)
		if float64(s) > x {
			s = math.Nextafter32(s, float32(math.Inf(-1)))
		}
		return s
	}
	r := rand.New(rand.NewPCG(1, 2))
	check := func(a, b float64) {
		t.Helper()
		cut := between(a, b)
		if !(a <= cut && cut < b) {
			t.Fatalf("between(%.17g, %.17g) = %.17g", a, b, cut)
		}
		if lower, upper := float32(a), float32(b); lower < upper && !(lower <= down(cut) && down(cut) < upper) {
			t.Fatalf("between(%.17g, %.17g) = %.17g; rounded %v, %v and %v", a, b, cut, lower, upper, down(cut))
		}
	}
	for range 200_000 {
		x := math.Ldexp(1+r.Float64(), r.IntN(40)-20) * float64(1-2*r.IntN(2))
		step := math.Abs(float64(math.Nextafter32(float32(x), 0)) - float64(float32(x)))
		check(x, x+step*(0.01+4*r.Float64()))                                 // anything within four steps
		check(float64(float32(x)), float64(float32(x))+step*(r.Float64()+.1)) // from a float32 number
	}
	check(math.MaxFloat32, 1e300)
	check(-math.MaxFloat64, math.MaxFloat64)
	if got := between(3, math.Inf(1)); got != 3 {
		t.Errorf("between(3, +Inf) = %v, want 3", got)
	}
	if got := between(math.Inf(-1), 3); got != math.Inf(-1) {
		t.Errorf("between(-Inf, 3) = %v, want -Inf", got)
	}
}
