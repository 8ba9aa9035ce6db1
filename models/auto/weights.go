package auto

import "math"

// weights minimises w'Cw + pull |w - p|² over w >= 0 with sum 1, for the symmetric matrix c (M x M, row-major) of the
// members' mean error products and the weights p (sum 1) to be near to. It tries every non-empty subset of members:
// inside one the minimum solves (C + pull I) w = pull p + lambda 1, and the problem is convex, so the best one without
// a negative weight is the minimum. No iteration: the same bits everywhere.
func weights(c, p []float64, pull float64) []float64 {
	best, least := []float64(nil), math.Inf(1)
	w := make([]float64, len(p))
	for set := 1; set < 1<<len(p); set++ {
		if !onSubset(w, c, p, set, pull) {
			continue
		}
		if e := objective(w, c, p, pull); e < least {
			least, best = e, append(best[:0], w...)
		}
	}
	return best
}

// onSubset writes the minimum over the weights of the set's members (bits) into w; false where it has a negative weight
// or is not unique.
func onSubset(w, c, p []float64, set int, pull float64) bool {
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
	// u solves (C + pull I) u = 1, v the same for pull p: w = v + lambda u.
	a, u, v := make([]float64, n*n), make([]float64, n), make([]float64, n)
	for i, q := range in {
		for j, r := range in {
			a[i*n+j] = c[q*len(w)+r]
		}
		a[i*n+i] += pull
		u[i], v[i] = 1, float64(pull*p[q])
	}
	if !factorise(a, n) {
		return false
	}
	solve(a, u)
	solve(a, v)
	sum, rest := 0.0, 1.0
	for i := range u {
		sum += u[i]
		rest -= v[i]
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return false
	}
	for i, q := range in {
		w[q] = v[i] + float64(rest/sum*u[i])
		if !(w[q] >= 0) {
			return false
		}
	}
	return true
}

// objective is w'Cw + pull |w - p|².
func objective(w, c, p []float64, pull float64) float64 {
	sum := 0.0
	for a, x := range w {
		for b, y := range w {
			sum += float64(float64(x*y) * c[a*len(w)+b])
		}
		sum += float64(pull * float64((x-p[a])*(x-p[a])))
	}
	return sum
}

// factorise replaces the lower half of the symmetric matrix a (n x n) by its Cholesky factor; false when a is not
// positive definite to working precision.
func factorise(a []float64, n int) bool {
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
	return true
}

// solve writes the solution of L L' x = b into b, for the factor L in the lower half of a.
func solve(a, b []float64) {
	n := len(b)
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
}
