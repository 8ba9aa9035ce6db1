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
// each, scaled to a sum of 1. It is not safe for concurrent use.
type parzen struct {
	axes   []Axis
	weight []float64   // n+1, of sum 1; the last is the prior's
	base   []float64   // n+1: ln of the weights
	points [][]float64 // n x d
	shapes [][]shape   // d x (n+1): the kernels by their mean, the prior last; nil for unordered axes
	// per axis and value: ln of the mass of its cell under each kernel, as they are first asked for
	cells [][][]float64
	room  []float64 // n+1
}

// shape is a kernel on an ordered axis.
type shape struct {
	kernel   int32 // its number
	mean, sd float64
	peak     float64 // ln of the normal density at the mean
	whole    float64 // ln of what of it lies inside the axis
}

// newParzen makes the mixture of points (n x d, oldest first). order lists, per ordered axis, the points by their
// coordinate on it, of equal ones the older first; nil: they are put in order here.
func newParzen(axes []Axis, points [][]float64, order [][]int32) *parzen {
	n := len(points)
	z := &parzen{axes: axes, points: points, weight: append(rampWeights(n), 1)}
	sum := 0.0
	for _, w := range z.weight {
		sum += w
	}
	for i := range z.weight {
		z.weight[i] /= sum
		z.base = append(z.base, math.Log(z.weight[i]))
	}
	z.shapes, z.cells, z.room = make([][]shape, len(axes)), make([][][]float64, len(axes)), make([]float64, n+1)
	for j := range axes {
		switch {
		case !axes[j].Ordered:
		case order == nil:
			z.widths(j, z.sorted(j))
		default:
			z.widths(j, order[j])
		}
	}
	return z
}

// sorted lists the points by their coordinate on axis j, of equal ones the older first.
func (z *parzen) sorted(j int) []int32 {
	out := make([]int32, len(z.points))
	for i := range out {
		out[i] = int32(i)
	}
	slices.SortFunc(out, func(a, b int32) int { return cmp.Or(cmp.Compare(z.points[a][j], z.points[b][j]), int(a-b)) })
	return out
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
func (z *parzen) widths(j int, order []int32) {
	n := len(z.points)
	lo, hi := z.axes[j].ends()
	span := hi - lo
	shapes := make([]shape, n+1)
	for k, i := range order {
		at := z.points[i][j]
		left, right := at-lo, hi-at
		if k > 0 {
			left = at - shapes[k-1].mean
		}
		if k < n-1 {
			right = z.points[order[k+1]][j] - at
		}
		switch {
		case n >= 2 && k == 0:
			left = right
		case n >= 2 && k == n-1:
			right = left
		}
		shapes[k] = shape{kernel: i, mean: at, sd: min(span, max(span/min(100, float64(n)+2), left, right))}
	}
	shapes[n] = shape{kernel: int32(n), mean: (lo + hi) / 2, sd: span}
	for k := range shapes {
		s := &shapes[k]
		if k > 0 && s.same(&shapes[k-1]) {
			s.peak, s.whole = shapes[k-1].peak, shapes[k-1].whole
			continue
		}
		s.peak = -math.Log(s.sd) - halfLog2Pi
		s.whole = math.Log(normalMass((lo-s.mean)/s.sd, (hi-s.mean)/s.sd))
	}
	z.shapes[j] = shapes
}

// same reports whether two kernels are the same: on an axis of few values most are.
func (s *shape) same(o *shape) bool { return s.mean == o.mean && s.sd == o.sd }

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
			at := slices.IndexFunc(z.shapes[j], func(s shape) bool { return int(s.kernel) == i })
			out[j] = truncatedNormal(rng, z.shapes[j][at].mean, z.shapes[j][at].sd, lo, hi)
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
	logs := z.room
	copy(logs, z.base)
	for j := range z.axes {
		if u[j] != u[j] {
			continue
		}
		a := &z.axes[j]
		switch {
		case !a.Ordered:
			addTo(logs, z.cell(j, int(u[j])))
		case len(a.units) > 1:
			addTo(logs, z.cell(j, a.nearest(u[j])))
		default:
			for _, s := range z.shapes[j] {
				d := (u[j] - s.mean) / s.sd
				logs[s.kernel] += s.peak - s.whole - d*d/2
			}
		}
	}
	return logSum(logs)
}

func addTo(dst, v []float64) {
	for i, x := range v[:len(dst)] {
		dst[i] += x
	}
}

// halfLog2Pi is ln(2 pi)/2.
const halfLog2Pi = 0.9189385332046727

// cell returns ln of the share of each kernel on finite axis j that lies in the cell of value k.
func (z *parzen) cell(j, k int) []float64 {
	a := &z.axes[j]
	if z.cells[j] == nil {
		z.cells[j] = make([][]float64, max(len(a.units), len(a.Values)))
	}
	if out := z.cells[j][k]; out != nil {
		return out
	}
	out := make([]float64, len(z.base))
	z.cells[j][k] = out
	if !a.Ordered {
		values, m := float64(len(a.Values)), float64(len(out))
		own, other := math.Log((1+1/m)/(1+values/m)), math.Log((1/m)/(1+values/m))
		for i, p := range z.points {
			if out[i] = other; p[j] == float64(k) {
				out[i] = own
			}
		}
		out[len(z.points)] = -math.Log(values)
		return out
	}
	lo, hi, _ := a.cell(a.units[k])
	lnWidth, last := math.Log(hi-lo), (*shape)(nil)
	for k := range z.shapes[j] {
		s := &z.shapes[j][k]
		if last == nil || !s.same(last) {
			out[s.kernel] = s.logCell(lo, hi, lnWidth) - s.whole
		} else {
			out[s.kernel] = out[last.kernel]
		}
		last = s
	}
	return out
}

// logCell returns ln of the mass between lo and hi. Of cells that are narrow beside the kernel it is the density at the
// middle with the next two terms of its series, off by less than (width/sd)^6/1000 where the mass counts.
func (s *shape) logCell(lo, hi, lnWidth float64) float64 {
	w := (hi - lo) / s.sd
	if w >= 0.25 {
		return math.Log(max(normalMass((lo-s.mean)/s.sd, (hi-s.mean)/s.sd), 1e-300))
	}
	z := ((lo+hi)/2 - s.mean) / s.sd
	q, ww := z*z, w*w
	return s.peak + lnWidth - q/2 + ww*((q-1)/24+ww*((q*q-6*q+3)/1920-(q-1)*(q-1)/1152))
}

// negligible is how far below the largest logarithm one adds nothing to a sum of exponentials.
const negligible = 45

// logSum returns ln of the sum of the exponentials.
func logSum(logs []float64) float64 {
	top := slices.Max(logs)
	if math.IsInf(top, -1) {
		return top
	}
	sum := 0.0
	for _, l := range logs {
		if l -= top; l > -negligible {
			sum += math.Exp(l)
		}
	}
	return top + math.Log(sum)
}

// normalMass returns the probability of a standard normal variable to lie in a..b, without cancellation in the tails.
func normalMass(a, b float64) float64 {
	if a > 0 {
		a, b = -b, -a
	}
	if a < -9 && b > 9 { // all of it, to the last digit
		return 1
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
