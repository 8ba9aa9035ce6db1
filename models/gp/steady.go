package gp

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// An answer is a sum over the rows of coefficient * covariance. Where the targets have next to no noise, the likelihood
// is highest for variances of 1e6 and noise of 1e-8, and the terms of that sum are 1e11 times as large as the sum
// itself: its last 11 digits are rounding, another order of the same terms or another library's exponential gives
// another answer, and no reader but this one could repeat it. Such parameters are given up for the best of those whose
// noise is at least a share (the floor) of the kernels' variance: the smallest of floors that keeps the terms small.

// mostTerms bounds the root of the summed squares of the terms of an answer, in standard deviations of the target: a
// relative error of 1e-16 in each then moves the answer by about 1e-11 (in another order of the rows, by up to 1e-10).
const mostTerms = 1e5

// floors are tried in turn.
var floors = []float64{0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4}

// steady returns the best parameters among those whose answers are steady, and the coefficients of each target.
func (t Trainer) steady(ctx context.Context, l *likelihood, r func() *rand.Rand) (theta, [][]float64, error) {
	for i, floor := range floors {
		bounded := *l
		bounded.floor = floor
		best, err := t.tune(ctx, &bounded, r())
		if err != nil {
			return nil, nil, err
		}
		best = bounded.absorb(best)
		alphas, k, err := l.solve(best)
		if err != nil {
			return nil, nil, err
		}
		if i == len(floors)-1 || l.terms(best, alphas, k) <= mostTerms {
			return best, alphas, nil
		}
	}
	panic("unreachable: the last floor returns")
}

// absorb returns t with the floor in its own noise, as a model without a floor wants it.
func (l *likelihood) absorb(t theta) theta {
	if l.floor > 0 {
		last := len(t) - 1
		t[last] = math.Log(l.covariance(t).noise - minNoise)
	}
	return t
}

// solve returns the coefficients of each target, and the covariance matrix. Where that cannot be factorised, the noise
// of t is raised until it can.
func (l *likelihood) solve(t theta) ([][]float64, *mat.SymDense, error) {
	var chol mat.Cholesky
	k := l.matrix(l.covariance(t))
	for !chol.Factorize(k) {
		if t[len(t)-1] += 1; t[len(t)-1] > 10 {
			return nil, nil, ErrNumeric
		}
		k = l.matrix(l.covariance(t))
	}
	alphas := make([][]float64, len(l.targets))
	for j, y := range l.targets {
		alpha := mat.NewVecDense(l.in.n, nil)
		_ = chol.SolveVecTo(alpha, mat.NewVecDense(l.in.n, y)) // only a condition warning; see terms
		alphas[j] = alpha.RawVector().Data
	}
	return alphas, k, nil
}

// terms returns the largest root of the summed squares of the terms that an answer adds, over the rows as queries and
// all targets; k is the covariance matrix of the rows.
func (l *likelihood) terms(t theta, alphas [][]float64, k *mat.SymDense) float64 {
	raw, c := k.RawSymmetric(), l.covariance(t)
	same := c.at(make([]float64, l.axes())) // of a row with itself; the matrix has the noise there, too
	largest := 0.0
	sums := make([]float64, l.in.n)
	for _, alpha := range alphas {
		clear(sums)
		for i, own := range alpha { // a row's sum takes the rows in their order
			add := func(j int, term float64) { sums[j] += term * term }
			add(i, own*same)
			for j, v := range raw.Data[i*raw.Stride+i+1 : i*raw.Stride+l.in.n] {
				other := i + 1 + j
				add(i, alpha[other]*v)
				add(other, own*v)
			}
		}
		largest = max(largest, slices.Max(sums))
	}
	return math.Sqrt(largest)
}
