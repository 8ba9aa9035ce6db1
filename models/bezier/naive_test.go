package bezier

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// naiveBernstein is the definition (Farin 2002, equation 5.1) with math.Pow and a factorial.
func naiveBernstein(n, k int, t float64) float64 {
	return factorial(n) / (factorial(k) * factorial(n-k)) * math.Pow(t, float64(k)) * math.Pow(1-t, float64(n-k))
}

func factorial(n int) float64 {
	f := 1.0
	for i := 2; i <= n; i++ {
		f *= float64(i)
	}
	return f
}

// naiveAt is the Bernstein sum.
func naiveAt(control []float64, t float64) float64 {
	n, y := len(control)-1, 0.0
	for k, c := range control {
		y += c * naiveBernstein(n, k, t)
	}
	return y
}

// naiveInverse bisects x(t) = x from scratch.
func naiveInverse(control []float64, x float64) float64 {
	lo, hi := 0.0, 1.0
	for range 200 {
		mid := (lo + hi) / 2
		if naiveAt(control, mid) < x {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// naiveDecode bisects for every epoch on its own.
func naiveDecode(c *Codec, v, epochs []float64, first, last float64) []float64 {
	n := c.degree
	out := make([]float64, len(epochs))
	for i, e := range epochs {
		x := (e - first) / (last - first)
		t := math.Log(1+c.warp*x) / math.Log(1+c.warp)
		if c.params == Chord {
			control := append([]float64{0}, v[n+1:]...)
			t = naiveInverse(append(control, 1), x)
		}
		out[i] = naiveAt(v[:n+1], t)
	}
	return out
}

// naiveFit solves the pinned least squares problem by QR, without the ridge. It needs at least len(p)-2 interior points
// with different parameters.
func naiveFit(n int, t, values []float64) []float64 {
	m := len(t)
	a, b := mat.NewDense(m, n-1, nil), mat.NewDense(m, 1, nil)
	for i := range m {
		for k := 1; k < n; k++ {
			a.Set(i, k-1, naiveBernstein(n, k, t[i]))
		}
		b.Set(i, 0, values[i]-values[0]*naiveBernstein(n, 0, t[i])-values[m-1]*naiveBernstein(n, n, t[i]))
	}
	var x mat.Dense
	if err := x.Solve(a, b); err != nil {
		panic(err)
	}
	p := append([]float64{values[0]}, mat.Col(nil, 0, &x)...)
	return append(p, values[m-1])
}

// naiveOrder projects onto the ordered vectors by the min-max formula of isotonic regression (Robertson, Wright,
// Dykstra, "Order Restricted Statistical Inference", 1988, section 1.4), then clips.
func naiveOrder(x []float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		best := math.Inf(-1)
		for s := 0; s <= i; s++ {
			least := math.Inf(1)
			for e := i; e < len(x); e++ {
				sum := 0.0
				for _, v := range x[s : e+1] {
					sum += v
				}
				least = min(least, sum/float64(e-s+1))
			}
			best = max(best, least)
		}
		out[i] = min(max(best, 0), 1)
	}
	return out
}
