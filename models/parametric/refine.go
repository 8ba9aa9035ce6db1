package parametric

import "math"

const (
	steps      = 40    // Levenberg-Marquardt steps at most, failed ones counted
	difference = 1e-6  // of p and q, for the derivatives
	enough     = 1e-10 // relative fall of the error that ends the search
)

// refine improves the shape s by the Levenberg-Marquardt method on the projected residuals (the ends are eliminated at
// every step; derivatives by forward differences). Steps that leave the bounds are clipped. It returns the best shape
// seen. Reference: K. Madsen, H. B. Nielsen, O. Tingleff, "Methods for non-linear least squares problems", 2nd ed.
// 2004, section 3.2, with the simple damping rule of Marquardt 1963.
func (f *family) refine(s shape, c points) shape {
	m := len(c.x)
	buffer := make([]float64, 3*m)
	r, moved := buffer[:m], [2][]float64{buffer[m : 2*m], buffer[2*m:]}
	least, _ := f.project(s, c, r)
	damping := 1e-3
	for range steps {
		var normal [2][2]float64
		var gradient [2]float64
		for i, b := range f.bounds {
			d := difference
			if s[i]+d > b.hi {
				d = -d
			}
			near := s
			near[i] += d
			f.project(near, c, moved[i])
			for k := range moved[i] {
				moved[i][k] = (moved[i][k] - r[k]) / d
				gradient[i] += moved[i][k] * r[k]
			}
			for j := 0; j <= i; j++ {
				for k := range m {
					normal[i][j] += moved[i][k] * moved[j][k]
				}
			}
		}
		fell := false
		for try := 0; try < 8 && !fell; try++ {
			next := f.clip(step(s, normal, gradient, damping, len(f.bounds)))
			e, _ := f.project(next, c, moved[0])
			if fell = e < least; !fell {
				damping *= 8
				continue
			}
			done := e >= least*(1-enough)
			s, least, damping = next, e, damping/5
			copy(r, moved[0])
			if done {
				return s
			}
		}
		if !fell {
			break
		}
	}
	return s
}

// step solves (N + damping diag N) d = -gradient for one or two unknowns, N given by its lower triangle, and returns s
// + d.
func step(s shape, n [2][2]float64, gradient [2]float64, damping float64, unknowns int) shape {
	a, b := n[0][0]*(1+damping), n[1][1]*(1+damping)
	if unknowns == 1 {
		s[0] -= ratio(gradient[0], a)
		return s
	}
	det := a*b - n[1][0]*n[1][0]
	s[0] -= ratio(b*gradient[0]-n[1][0]*gradient[1], det)
	s[1] -= ratio(a*gradient[1]-n[1][0]*gradient[0], det)
	return s
}

// ratio is a/b, and 0 where that is not a finite number: an unknown without influence stays where it is.
func ratio(a, b float64) float64 {
	if q := a / b; !math.IsNaN(q) && !math.IsInf(q, 0) {
		return q
	}
	return 0
}
