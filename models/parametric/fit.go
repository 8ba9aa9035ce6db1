package parametric

import (
	"math"

	"eahas/models/internal/curve"
)

const (
	gridSteps  = 12 // values tried of each of p and q
	gridPoints = 40 // points of a curve looked at while the grid is tried
)

// points is a curve ready for fitting: abscissae 1..101, their logarithms, and scaled values, all of length m >= 3.
type points struct{ x, l, y []float64 }

// fit returns the family's curve that is nearest to the points: its values at the first and the last x (with no offset
// the second alone counts), and its shape. x (length m) begins at 1 and ends at 101 (m = 1: only 1).
func (f *family) fit(x, values []float64) (ends [2]float64, best shape) {
	best = f.usual()
	m := len(x)
	if m < 3 || isConstant(values) {
		return [2]float64{values[0], values[m-1]}, best
	}
	scale, middle := curve.Range(values), values[0]
	if !f.offset {
		middle = 0 // shifting the values would leave the family
		for _, v := range values {
			scale = max(scale, math.Abs(v))
		}
	}
	c := points{x: x, l: make([]float64, m), y: make([]float64, m)}
	for i, v := range values {
		c.l[i], c.y[i] = math.Log(x[i]), v/scale-middle/scale
	}
	if len(f.bounds) > 0 {
		best = f.refine(f.scan(c.thin()), c)
	}
	_, ends = f.project(best, c, nil)
	for i := range ends {
		ends[i] = curve.Clip(ends[i]*scale + middle)
	}
	return ends, best
}

func isConstant(values []float64) bool {
	for _, v := range values {
		if v != values[0] {
			return false
		}
	}
	return true
}

// thin returns at most about gridPoints points: the first, the last, and others spread over log x.
func (c points) thin() points {
	m := len(c.x)
	if m <= gridPoints {
		return c
	}
	var out points
	next := 0.0
	for i, l := range c.l {
		if l >= next || i == m-1 {
			out.x, out.l, out.y = append(out.x, c.x[i]), append(out.l, l), append(out.y, c.y[i])
			next = l + logLast/(gridPoints-1)
		}
	}
	return out
}

// scan tries a grid over the bounds and returns its best point.
func (f *family) scan(c points) shape {
	best, least := f.usual(), math.Inf(1)
	second := 1
	if len(f.bounds) == 2 {
		second = gridSteps
	}
	for i := range gridSteps {
		for j := range second {
			s := shape{f.bounds[0].at(i)}
			if second > 1 {
				s[1] = f.bounds[1].at(j)
			}
			if e, _ := f.project(s, c, nil); e < least {
				best, least = s, e
			}
		}
	}
	return best
}

// at returns the i-th of gridSteps values, evenly spread from end to end.
func (b bound) at(i int) float64 { return b.lo + (b.hi-b.lo)*float64(i)/(gridSteps-1) }

// project returns the sum of squared errors of the best curve with shape s, and its values at the ends. If residuals
// (length m) is not nil, it receives fitted minus true values.
func (f *family) project(s shape, c points, residuals []float64) (float64, [2]float64) {
	g1, g2 := f.ends(s)
	// y = u (1-h) + v h with h from 0 to 1: two normal equations, never singular since the ends are among the points.
	// With no offset y = v h, h = g/g2.
	var aa, ab, bb, ay, by float64
	for i, x := range c.x {
		h := f.g(x, c.l[i], s[0], s[1])
		a := 0.0
		if f.offset {
			h = progress(h, g1, g2)
			a = 1 - h
		} else {
			h /= g2
		}
		if residuals != nil {
			residuals[i] = h
		}
		aa, ab, bb = aa+a*a, ab+a*h, bb+h*h
		ay, by = ay+a*c.y[i], by+h*c.y[i]
	}
	var u, v float64
	switch det := aa*bb - ab*ab; {
	case !f.offset:
		v = by / bb
	case det > 0:
		u, v = (bb*ay-ab*by)/det, (aa*by-ab*ay)/det
	default: // g is flat at this shape (h is 0 everywhere): a constant
		u = ay / aa
		v = u
	}
	if residuals == nil {
		yy := 0.0
		for _, y := range c.y {
			yy += y * y
		}
		return yy - u*ay - v*by, f.both(u, v)
	}
	sum := 0.0
	for i, h := range residuals {
		r := v*h - c.y[i]
		if f.offset {
			r += u * (1 - h)
		}
		residuals[i] = r
		sum += r * r
	}
	return sum, f.both(u, v)
}

// both returns the two ends; a family without offset has the second only.
func (f *family) both(u, v float64) [2]float64 {
	if !f.offset {
		u = v
	}
	return [2]float64{u, v}
}
