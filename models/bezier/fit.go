package bezier

import (
	"gonum.org/v1/gonum/mat"

	"eahas/models/internal/curve"
)

// ridge is the weight, relative to the mean diagonal of the normal equations, that pulls control points towards the straight
// line. It decides only where the points leave a direction free, and moves the curve of a well-posed fit by about 1e-10 of its range.
const ridge = 1e-10

// fit writes the control points of the Bernstein polynomial of degree len(p)-1 that is nearest, by least squares, to the
// values (length m) at the parameters t (length m, first 0, last 1); its ends are the first and the last value.
// The unknowns are the interior points' distances from the straight line between the ends, in units of scale > 0.
func fit(p, t, values []float64, scale float64) {
	n, m := len(p)-1, len(t)
	first, last := values[0], values[m-1]
	line(p, first, last)
	if m < 3 {
		return
	}
	k := n - 1
	var b, right row
	var normal [maxDegree + 1]row // upper triangle
	for i := 1; i < m-1; i++ {
		basis(&b, n, t[i])
		// b0+...+bn = 1 and sum(b_j*j/n) = t: the straight line in control points is the straight line in t.
		r := values[i]/scale - (first/scale*(1-t[i]) + last/scale*t[i])
		for p := range k {
			bp := b[p+1]
			right[p] += bp * r
			for q := p; q < k; q++ {
				normal[p][q] += bp * b[q+1]
			}
		}
	}
	gram, x := mat.NewSymDense(k, nil), mat.NewVecDense(k, right[:k])
	for p := range k {
		for q := p; q < k; q++ {
			gram.SetSym(p, q, normal[p][q])
		}
	}
	trace := mat.Trace(gram)
	if trace == 0 {
		return // every interior point shares an end's parameter
	}
	for p := range k {
		gram.SetSym(p, p, gram.At(p, p)+ridge*trace/float64(k))
	}
	var factor mat.Cholesky
	if !factor.Factorize(gram) {
		return // cannot happen with the ridge, short of underflow; the straight line stands
	}
	if err := factor.SolveVecTo(x, x); err != nil {
		if _, ok := err.(mat.Condition); !ok {
			return
		}
	}
	for i := 0; i < k; i++ {
		p[i+1] = curve.Clip(p[i+1] + x.AtVec(i)*scale)
	}
}
