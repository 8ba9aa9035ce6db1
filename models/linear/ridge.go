package linear

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// spectrum is the eigendecomposition of the centred Gram matrix X'X = V diag(values) V'.
type spectrum struct {
	values   []float64  // p, >= 0
	vectors  *mat.Dense // p x p, in columns
	products *mat.Dense // p x k: V'X'y
}

// decompose returns nil without columns.
func (c *centered) decompose() (*spectrum, error) {
	if c.p == 0 {
		return nil, nil
	}
	var gram mat.SymDense
	gram.SymOuterK(1, c.x.T())
	var eigen mat.EigenSym
	if !eigen.Factorize(&gram, true) {
		return nil, ErrNumeric
	}
	s := &spectrum{values: eigen.Values(nil), vectors: &mat.Dense{}, products: &mat.Dense{}}
	eigen.VectorsTo(s.vectors)
	var xy mat.Dense
	xy.Mul(c.x.T(), c.y)
	s.products.Mul(s.vectors.T(), &xy)
	for i, v := range s.values {
		s.values[i] = max(v, 0)
	}
	return s, nil
}

// solve writes the p slopes of output k for the penalty lambda (0: by generalised cross-validation).
func (s *spectrum) solve(slopes []float64, c *centered, k int, lambda float64) {
	if lambda == 0 {
		lambda = s.choose(c, k)
	}
	rotated := make([]float64, c.p)
	for i, v := range s.values {
		rotated[i] = s.products.At(i, k) / (v + lambda)
	}
	out := mat.NewVecDense(c.p, slopes)
	out.MulVec(s.vectors, mat.NewVecDense(c.p, rotated))
}

// choose minimises the score RSS(lambda) / (1 - trace(H)/n)^2 over 10^-9, 10^-8.75 ... 10^3, where the trace counts
// the intercept. Of equal scores the larger penalty wins.
func (s *spectrum) choose(c *centered, k int) float64 {
	total := 0.0
	for i := range c.n {
		total += c.y.At(i, k) * c.y.At(i, k)
	}
	best, least := 1e3, math.Inf(1)
	for e := 12; e >= -36; e-- {
		lambda := math.Pow(10, float64(e)/4)
		rss, trace := total, 1.0
		for i, v := range s.values {
			b := s.products.At(i, k)
			rss -= b * b * (v + 2*lambda) / ((v + lambda) * (v + lambda))
			trace += v / (v + lambda)
		}
		free := 1 - trace/float64(c.n)
		if free <= 0 {
			continue
		}
		if score := max(rss, 0) / (free * free); score < least {
			best, least = lambda, score
		}
	}
	return best
}
