package search

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// parzen is a mixture of product kernels on the unit coordinates of a domain, one kernel for each of n points and one
// prior, as Optuna 5.0 has it (samplers/_tpe/parzen_estimator.py): truncated normals on ordered axes, where an axis of
// finitely many values has the mass of the value's cell; on unordered ones 1 on the point's own value and 1/(n+1) on
// each, scaled to a sum of 1.
type parzen struct {
	axes   []Axis
	weight []float64   // n+1, of sum 1; the last is the prior's
	points [][]float64 // n x d
	sd     [][]float64 // d x (n+1); nil for unordered axes
	mass   [][]float64 // d x (n+1): ln of what of each normal lies inside the axis
	// per axis and value: ln of the mass of its cell under each kernel, as they are first asked for
	cells [][][]float64
}

// newParzen makes the mixture of points (n x d, oldest first).
func newParzen(axes []Axis, points [][]float64) *parzen {
	n := len(points)
	z := &parzen{axes: axes, points: points, weight: append(rampWeights(n), 1)}
	sum := 0.0
	for _, w := range z.weight {
		sum += w
	}
	for i := range z.weight {
		z.weight[i] /= sum
	}
	z.sd, z.mass, z.cells = make([][]float64, len(axes)), make([][]float64, len(axes)), make([][][]float64, len(axes))
	for j := range axes {
		if axes[j].Ordered {
			z.widths(j)
		}
	}
	return z
}

// rampWeights returns 1 for the 25 latest points; the older ones rise from 1/n to 1.
func rampWeights(n int) []float64 {
	out := make([]float64, n)
	ramp := n - 25
	for i := range out {
		out[i] = 1
		if i < ramp {
			out[i] = 1 / float64(n)
			if ramp > 1 {
				out[i] += (1 - 1/float64(n)) * float64(i) / float64(ramp-1)
			}
		}
	}
	return out
}

// widths sets the standard deviations on axis j: the larger of the gaps to both neighbours, for the outermost points
// the gap to their only one, inside [span/min(100, n+2), span]; the prior's is the span.
func (z *parzen) widths(j int) {
	n := len(z.points)
	lo, hi := z.axes[j].ends()
	span := hi - lo
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(z.points[a][j], z.points[b][j]) })
	sd := make([]float64, n+1)
	for k, i := range order {
		left, right := z.points[i][j]-lo, hi-z.points[i][j]
		if k > 0 {
			left = z.points[i][j] - z.points[order[k-1]][j]
		}
		if k < n-1 {
			right = z.points[order[k+1]][j] - z.points[i][j]
		}
		switch {
		case n >= 2 && k == 0:
			left = right
		case n >= 2 && k == n-1:
			right = left
		}
		sd[i] = min(span, max(span/min(100, float64(n)+2), left, right))
	}
	sd[n] = span
	z.sd[j], z.mass[j] = sd, make([]float64, n+1)
	for i := range sd {
		z.mass[j][i] = math.Log(normalMass((lo-z.mean(i, j))/sd[i], (hi-z.mean(i, j))/sd[i]))
	}
}

// mean returns where kernel i stands on ordered axis j.
func (z *parzen) mean(i, j int) float64 {
	if i == len(z.points) {
		lo, hi := z.axes[j].ends()
		return (lo + hi) / 2
	}
	return z.points[i][j]
}

// draw draws the unit coordinates of one point. Ordered coordinates lie on the values of finite axes.
func (z *parzen) draw(rng *rand.Rand) []float64 {
	i, u := 0, rng.Float64()
	for ; i < len(z.weight)-1 && u >= z.weight[i]; i++ {
		u -= z.weight[i]
	}
	out := make([]float64, len(z.axes))
	for j := range z.axes {
		a := &z.axes[j]
		if a.Ordered {
			lo, hi := a.ends()
			out[j] = truncatedNormal(rng, z.mean(i, j), z.sd[j][i], lo, hi)
			if a.units != nil {
				out[j] = a.units[a.nearest(out[j])]
			}
			continue
		}
		k := len(a.Values)
		own := -1.0
		if i < len(z.points) {
			own = z.points[i][j]
		}
		out[j] = float64(rng.IntN(k))
		if n := float64(len(z.points)); own >= 0 && rng.Float64() < 1/(1+float64(k)/(n+1)) {
			out[j] = own
		}
	}
	return out
}

// logDensity returns the logarithm of the mixture's density (of finite axes: probability) at unit coordinates that draw
// or a domain gave. Coordinates that are NaN (axes that do not exist) do not count.
func (z *parzen) logDensity(u []float64) float64 {
	n := len(z.points)
	logs := make([]float64, n+1)
	for i := range logs {
		logs[i] = math.Log(z.weight[i])
	}
	for j := range z.axes {
		if u[j] != u[j] {
			continue
		}
		a := &z.axes[j]
		if !a.Ordered {
			k, m := float64(len(a.Values)), float64(n+1)
			for i := range logs {
				switch {
				case i == n:
					logs[i] -= math.Log(k)
				case z.points[i][j] == u[j]:
					logs[i] += math.Log((1 + 1/m) / (1 + k/m))
				default:
					logs[i] += math.Log((1 / m) / (1 + k/m))
				}
			}
			continue
		}
		if len(a.units) > 1 {
			for i, l := range z.cell(j, a.nearest(u[j])) {
				logs[i] += l
			}
			continue
		}
		for i := range logs {
			sd := z.sd[j][i]
			d := (u[j] - z.mean(i, j)) / sd
			logs[i] += -d*d/2 - math.Log(sd) - halfLog2Pi - z.mass[j][i]
		}
	}
	return logSum(logs)
}

// halfLog2Pi is ln(2 pi)/2.
const halfLog2Pi = 0.9189385332046727

// cell returns ln of the share of each kernel on finite axis j that lies in the cell of value k.
func (z *parzen) cell(j, k int) []float64 {
	if z.cells[j] == nil {
		z.cells[j] = make([][]float64, len(z.axes[j].units))
	}
	if out := z.cells[j][k]; out != nil {
		return out
	}
	lo, hi, _ := z.axes[j].cell(z.axes[j].units[k])
	out := make([]float64, len(z.points)+1)
	for i := range out {
		out[i] = logCell(lo, hi, z.mean(i, j), z.sd[j][i]) - z.mass[j][i]
	}
	z.cells[j][k] = out
	return out
}

// logCell returns ln of the mass of N(mean, sd) between lo and hi. Of cells that are narrow beside the kernel it is the
// density at the middle with the next term of its series, off by less than (width/sd)^4.
func logCell(lo, hi, mean, sd float64) float64 {
	w := (hi - lo) / sd
	if z := ((lo+hi)/2 - mean) / sd; w < 0.1 {
		return -z*z/2 - halfLog2Pi + math.Log(w) + w*w*(z*z-1)/24
	}
	return math.Log(max(normalMass((lo-mean)/sd, (hi-mean)/sd), 1e-300))
}

// logSum returns ln of the sum of the exponentials.
func logSum(logs []float64) float64 {
	top := slices.Max(logs)
	if math.IsInf(top, -1) {
		return top
	}
	sum := 0.0
	for _, l := range logs {
		sum += math.Exp(l - top)
	}
	return top + math.Log(sum)
}

// normalMass returns the probability of a standard normal variable to lie in a..b, without cancellation in the tails.
func normalMass(a, b float64) float64 {
	if a > 0 {
		a, b = -b, -a
	}
	return normalCDF(b) - normalCDF(a)
}

// truncatedNormal draws from N(mean, sd) inside lo..hi, lo <= mean <= hi.
func truncatedNormal(rng *rand.Rand, mean, sd, lo, hi float64) float64 {
	for range 100 {
		if x := mean + sd*rng.NormFloat64(); x >= lo && x <= hi {
			return x
		}
	}
	return min(hi, max(lo, mean))
}
