package bezier

import (
	"math"

	"eahas/models/internal/curve"
)

// ridge is the weight, relative to the mean diagonal of the normal equations, that pulls control points towards the
// straight line. It decides only where the points leave a direction free, and moves the curve of a well-posed fit by
// about 1e-10 of its range.
const ridge = 1e-10

// normal is the least squares problem of the k = n-1 interior control points, in units of scale, as distances d from
// those of the straight line between the ends: G d = r, the minimum of d'Gd/2 - r'd.
type normal struct {
	k int
	g [maxDegree]row // k x k, symmetric, the ridge included
	r row
}

// equations sets up the problem for the points (t, values), of length m >= 3, t from 0 to 1.
func equations(e *normal, n int, t, values []float64, scale float64) {
	*e = normal{k: n - 1}
	m := len(t)
	first, last := values[0]/scale, values[m-1]/scale
	var b row
	for i := 1; i < m-1; i++ {
		basis(&b, n, t[i])
		// b0+...+bn = 1 and sum(b_j*j/n) = t: the straight line in control points is the straight line in t.
		rest := values[i]/scale - (first*(1-t[i]) + last*t[i])
		for p := range e.k {
			e.r[p] += b[p+1] * rest
			for q := p; q < e.k; q++ {
				e.g[p][q] += b[p+1] * b[q+1]
			}
		}
	}
	trace := 0.0
	for p := range e.k {
		trace += e.g[p][p]
	}
	for p := range e.k {
		e.g[p][p] += ridge * trace / float64(e.k)
		for q := range p {
			e.g[p][q] = e.g[q][p]
		}
	}
}

// fit writes the control points of the Bernstein polynomial of degree len(p)-1 that is nearest, by least squares, to
// the values (length m) at the parameters t (length m, first 0, last 1); its ends are the first and the last value.
func fit(p, t, values []float64, scale float64) {
	line(p, values[0], values[len(values)-1])
	if len(t) < 3 {
		return
	}
	var e normal
	equations(&e, len(p)-1, t, values, scale)
	if !solve(&e.g, &e.r, e.k) {
		return // every interior point shares an end's parameter: the straight line stands
	}
	for i := range e.k {
		p[i+1] = curve.Clip(p[i+1] + e.r[i]*scale)
	}
}

// solve replaces r by the solution of g x = r, for a symmetric positive definite g (k x k), by Cholesky's method; g is
// overwritten by the factor. It reports false, and leaves r undefined, if g is not positive definite. It works on the
// stack: an Encode solves up to 2^6 systems of at most 11 unknowns.
func solve(g *[maxDegree]row, r *row, k int) bool {
	for i := range k {
		for j := range i + 1 {
			s := g[i][j]
			for l := range j {
				s -= g[i][l] * g[j][l]
			}
			if i > j {
				g[i][j] = s / g[j][j]
				continue
			}
			if !(s > 0) {
				return false
			}
			g[i][i] = math.Sqrt(s)
		}
		for l := range i {
			r[i] -= g[i][l] * r[l]
		}
		r[i] /= g[i][i]
	}
	for i := k - 1; i >= 0; i-- {
		for l := i + 1; l < k; l++ {
			r[i] -= g[l][i] * r[l]
		}
		r[i] /= g[i][i]
	}
	return true
}
