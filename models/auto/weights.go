package auto

import "math"

// weights minimises w'Cw + pull |w - 1/M|² over w >= 0 with sum 1, for the symmetric matrix c (M x M, row-major) of the
// members' mean error products. It tries every non-empty subset of members: inside one the minimum is a multiple of the
// solution of (C + pull I) u = 1, and the problem is convex, so the best one without a negative weight is the minimum.
// No iteration: the same bits everywhere.
func weights(c []float64, members int, pull float64) []float64 {
	best, least := []float64(nil), math.Inf(1)
	w := make([]float64, members)
	for set := 1; set < 1<<members; set++ {
		if !onSubset(w, c, set, pull) {
			continue
		}
		if e := objective(w, c, pull); e < least {
			least, best = e, append(best[:0], w...)
		}
	}
	return best
}

// onSubset writes the minimum over the weights of the set's members (bits) into w; false where it has a negative weight
// or is not unique.
func onSubset(w, c []float64, set int, pull float64) bool {
	var in []int
	for a := range w {
		if set&(1<<a) != 0 {
			in = append(in, a)
		}
	}
	n := len(in)
	clear(w)
	if n == 1 {
		w[in[0]] = 1
		return true
	}
	a, u := make([]float64, n*n), make([]float64, n)
	for i, p := range in {
		for j, q := range in {
			a[i*n+j] = c[p*len(w)+q]
		}
		a[i*n+i] += pull
		u[i] = 1
	}
	if !solve(a, u) {
		return false
	}
	sum := 0.0
	for _, x := range u {
		if x < 0 {
			return false
		}
		sum += x
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return false
	}
	for i, p := range in {
		w[p] = u[i] / sum
	}
	return true
}

// objective is w'Cw + pull |w - 1/M|².
func objective(w, c []float64, pull float64) float64 {
	sum, equal := 0.0, 1/float64(len(w))
	for a, x := range w {
		for b, y := range w {
			sum += float64(float64(x*y) * c[a*len(w)+b])
		}
		sum += float64(pull * float64((x-equal)*(x-equal)))
	}
	return sum
}

// solve writes the solution of A x = b into b by Cholesky's factorisation, for a symmetric matrix a (n x n), which it
// spoils; false when a is not positive definite to working precision.
func solve(a, b []float64) bool {
	n := len(b)
	for j := range n {
		diagonal := a[j*n+j]
		for k := range j {
			diagonal -= float64(a[j*n+k] * a[j*n+k])
		}
		if !(diagonal > 1e-14*math.Abs(a[j*n+j])) {
			return false
		}
		diagonal = math.Sqrt(diagonal)
		a[j*n+j] = diagonal
		for i := j + 1; i < n; i++ {
			s := a[i*n+j]
			for k := range j {
				s -= float64(a[i*n+k] * a[j*n+k])
			}
			a[i*n+j] = s / diagonal
		}
	}
	for i := range n {
		for k := range i {
			b[i] -= float64(a[i*n+k] * b[k])
		}
		b[i] /= a[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= float64(a[k*n+i] * b[k])
		}
		b[i] /= a[i*n+i]
	}
	return true
}
