package train

import (
	"math"
	"math/rand/v2"
)

// heNormal draws in x out weights of variance 2/in (He et al. 2015, equation 10), row-major.
func heNormal(rng *rand.Rand, in, out int) []float64 {
	w := make([]float64, in*out)
	sd := math.Sqrt(2 / float64(in))
	for i := range w {
		w[i] = sd * rng.NormFloat64()
	}
	return w
}

// xavier draws in x out weights, uniform with variance 2/(in+out) (Glorot and Bengio 2010, equation 16): for the last
// layer, behind which no ReLU halves the variance.
func xavier(rng *rand.Rand, in, out int) []float64 {
	w := make([]float64, in*out)
	limit := math.Sqrt(6 / float64(in+out))
	for i := range w {
		w[i] = limit * (2*rng.Float64() - 1)
	}
	return w
}
