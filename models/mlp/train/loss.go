package train

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// lossMatrix returns M (k x k, row-major): the loss of one row is |r M|^2, where r is its residual in output units,
// (target - prediction)/Scale per output.
//
// Without a basis M is diagonal and divides each residual by its target's standard deviation. With a basis B (points x
// k) the decoded points are off by B (y - p), whose squared length is (y-p)' B'B (y-p) = |(y-p)' L|^2 with L the lower
// Cholesky factor of the Gram matrix B'B: so M = diag(Scale) L, in which it does not matter how many points B has.
// Either way M is scaled so that predicting the mean costs 1 a row on average.
func (q *problem) lossMatrix(y, basis []float64) []float64 {
	k := q.k
	l := make([]float64, k*k) // in target units
	if len(basis) > 0 {
		l = gramFactor(basis, k)
	}
	means := make([]float64, k)
	for j := range k {
		if q.outputs[j].Scale == 0 {
			means[j] = q.outputs[j].Shift
			continue
		}
		column := make([]float64, q.n)
		for i := range column {
			column[i] = y[i*k+j]
		}
		mean, sd := moments(column)
		means[j] = mean
		if len(basis) == 0 {
			l[j*k+j] = 1 / sd
		}
	}
	cost := q.meanCost(y, means, l)
	if !(cost > 0) {
		cost = 1
	}
	for i := range k {
		for j := range k {
			l[i*k+j] *= q.outputs[i].Scale / math.Sqrt(cost)
		}
	}
	return l
}

// meanCost returns the mean over rows of |(y - means) l|^2.
func (q *problem) meanCost(y, means, l []float64) float64 {
	k, total := q.k, 0.0
	for i := range q.n {
		for j := range k {
			v := 0.0
			for a := range k {
				v += (y[i*k+a] - means[a]) * l[a*k+j]
			}
			total += v * v / float64(q.n)
		}
	}
	return total
}

// gramFactor returns L (k x k, lower triangular, row-major) with L L' = B'B / points. A trace's 1e-9 is added to the
// diagonal, so that a basis without full rank has a factor too.
func gramFactor(basis []float64, k int) []float64 {
	b := mat.NewDense(len(basis)/k, k, basis)
	var gram mat.SymDense
	gram.SymOuterK(1/float64(len(basis)/k), b.T())
	ridge := 1e-9 * mat.Trace(&gram) / float64(k)
	for j := range k {
		gram.SetSym(j, j, gram.At(j, j)+max(ridge, 1e-300))
	}
	var chol mat.Cholesky
	if !chol.Factorize(&gram) {
		panic("mlp/train: a basis that is not finite")
	}
	var low mat.TriDense
	chol.LTo(&low)
	out := make([]float64, k*k)
	for i := range k {
		for j := range i + 1 {
			out[i*k+j] = low.At(i, j)
		}
	}
	return out
}
