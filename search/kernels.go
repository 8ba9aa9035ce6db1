package search

import (
	"math"
	"math/rand/v2"
)

// kernels is a product kernel density on the unit coordinates of a domain, as statsmodels' KDEMultivariate with
// normal_reference widths has it and HpBandSter 0.7.4 uses it: normal kernels on ordered axes, Aitchison-Aitken ones on
// unordered axes: 1-h on the point's own value, h/(K-1) on each other of the K that are declared. It is not safe for
// concurrent use.
type kernels struct {
	axes   []Axis
	points [][]float64 // n x d
	width  []float64   // per axis
	own    []float64   // per axis: ln of a kernel at its point
	other  []float64   // per unordered axis: ln of a kernel at another value
	room   []float64   // n
}

// leastWidth is the narrowest kernel: points that agree on an axis do not forbid its other values.
const leastWidth = 1e-3

// newKernels makes the density of n >= 1 points: widths 1.06 sd n^(-1/(4+d)).
func newKernels(axes []Axis, points [][]float64) *kernels {
	k := &kernels{axes: axes, points: points, width: make([]float64, len(axes)), own: make([]float64, len(axes)),
		other: make([]float64, len(axes)), room: make([]float64, len(points))}
	n := float64(len(points))
	shrink := 1.06 * math.Pow(n, -1/(4+float64(len(axes))))
	for j := range axes {
		mean, squares := 0.0, 0.0
		for _, p := range points {
			mean += p[j] / n
		}
		for _, p := range points {
			squares += (p[j] - mean) * (p[j] - mean) / n
		}
		k.width[j] = max(leastWidth, shrink*math.Sqrt(squares))
		if !axes[j].Ordered {
			declared := float64(len(axes[j].Values))
			k.width[j] = min(k.width[j], (declared-1)/declared)
			k.own[j], k.other[j] = math.Log(1-k.width[j]), math.Log(k.width[j]/(declared-1))
			continue
		}
		k.own[j] = -math.Log(k.width[j] * math.Sqrt(2*math.Pi))
	}
	return k
}

// draw draws around a random point: normals inside 0..1 with the widths times widen on ordered axes; on unordered ones
// the point's own value, or with probability h any.
func (k *kernels) draw(rng *rand.Rand, widen float64) []float64 {
	p := k.points[rng.IntN(len(k.points))]
	out := make([]float64, len(k.axes))
	for j := range k.axes {
		a := &k.axes[j]
		switch {
		case a.Ordered:
			out[j] = truncatedNormal(rng, p[j], k.width[j]*widen, 0, 1)
		case rng.Float64() < 1-k.width[j]:
			out[j] = p[j]
		default:
			out[j] = float64(rng.IntN(len(a.Values)))
		}
	}
	return out
}

// logDensity returns the logarithm of the density at u. Coordinates that are NaN (axes that do not exist) do not count.
func (k *kernels) logDensity(u []float64) float64 {
	logs := k.room
	clear(logs)
	for j := range k.axes {
		if u[j] != u[j] {
			continue
		}
		if !k.axes[j].Ordered {
			for i, p := range k.points {
				if p[j] == u[j] {
					logs[i] += k.own[j]
				} else {
					logs[i] += k.other[j]
				}
			}
			continue
		}
		for i, p := range k.points {
			z := (u[j] - p[j]) / k.width[j]
			logs[i] += k.own[j] - z*z/2
		}
	}
	return logSum(logs) - math.Log(float64(len(k.points)))
}
