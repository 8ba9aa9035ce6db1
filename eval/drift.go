package eval

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// KolmogorovSmirnov compares two samples: d is the largest distance of their distribution functions, 0 (alike) to 1,
// and p the probability of one as large if both were drawn from one distribution, by Kolmogorov's limit
//
//	p = 2 sum_{j>=1} (-1)^(j-1) exp(-2 j² z²),   z = d sqrt(n m / (n + m))
//
// which is what scipy.stats.ks_2samp calls asymptotic, but for its correction of small samples; it errs towards large p
// there. The samples are not changed. NaN when one is empty.
func KolmogorovSmirnov(x, y []float64) (d, p float64) {
	if len(x) == 0 || len(y) == 0 {
		return math.NaN(), math.NaN()
	}
	x, y = slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y))
	d = stat.KolmogorovSmirnov(x, nil, y, nil)
	n, m := float64(len(x)), float64(len(y))
	z := d * math.Sqrt(n*m/(n+m))
	if z < 0.2 { // the series converges slowly, and p is 1 to 12 digits
		return d, 1
	}
	sign := 1.0
	for j := 1.0; j <= 100; j++ {
		term := math.Exp(-2 * j * j * z * z)
		p += 2 * sign * term
		if term < 1e-16 {
			break
		}
		sign = -sign
	}
	return d, min(1, max(0, p))
}

// MoreOften returns the probability of k or more of n events that are independent and have the probability share each:
// the one-sided exact binomial test of whether the share is larger.
func MoreOften(k, n int, share float64) float64 {
	if k <= 0 {
		return 1
	}
	return distuv.Binomial{N: float64(n), P: share}.Survival(float64(k - 1))
}

// Median returns the median of xs, of an even number the mean of the middle two; NaN of none.
func Median(xs []float64) float64 { return median(slices.Clone(xs)) }
