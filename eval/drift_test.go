package eval

import (
	"math"
	"testing"
)

// TestKolmogorovSmirnov: d as scipy 1.17.1's ks_2samp, p as its special.kolmogorov(d sqrt(nm/(n+m))).
func TestKolmogorovSmirnov(t *testing.T) {
	sample := func(n, step, modulus int, square bool, divisor, shift float64) []float64 {
		out := make([]float64, n)
		for i := range out {
			x := i * step % modulus
			if square {
				x = i * i % modulus
			}
			out[i] = float64(x)/divisor + shift
		}
		return out
	}
	for _, c := range []struct {
		n, m        int
		shift, d, p float64
	}{{40, 25, 1, 0.305, 0.11425219259662292}, {200, 150, 0.5, 0.24833333333333332, 5.125191466406169e-05}} {
		d, p := KolmogorovSmirnov(sample(c.n, 0, 17, true, 3, 0), sample(c.m, 7, 23, false, 4, c.shift))
		if math.Abs(d-c.d) > 1e-12 || math.Abs(p-c.p) > 1e-9*c.p {
			t.Errorf("d %.17g, p %.17g, want %g and %g", d, p, c.d, c.p)
		}
	}
	same := []float64{3, 1, 2}
	if d, p := KolmogorovSmirnov(same, same); d != 0 || p != 1 || same[0] != 3 {
		t.Errorf("a sample and itself: %g, %g", d, p)
	}
	if d, p := KolmogorovSmirnov(same, nil); !math.IsNaN(d) || !math.IsNaN(p) {
		t.Errorf("an empty sample: %g, %g", d, p)
	}
}

// TestMoreOften: as scipy 1.17.1's binomtest(k, n, .05, alternative="greater").
func TestMoreOften(t *testing.T) {
	for _, c := range []struct {
		k, n int
		p    float64
	}{{5, 40, 0.0480282602542153}, {1, 3, 0.142625}, {30, 200, 8.709270943980009e-08}, {0, 9, 1}} {
		if p := MoreOften(c.k, c.n, 0.05); math.Abs(p-c.p) > 1e-9*c.p {
			t.Errorf("%d of %d: %.17g, want %g", c.k, c.n, p, c.p)
		}
	}
}
