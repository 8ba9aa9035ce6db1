package gp

import (
	"math"

	"eahas/models"
	"eahas/models/internal/factor"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

var _ models.Spreader = (*Model)(nil)

// PredictVar writes the posterior variance of a new measurement (latent variance plus noise, eq. 2.26, in squared units
// of the target) of each output for the row x into dst (length Outputs; nil allocates) and returns it. The first call
// factorises the covariance matrices (n^3/3 operations and n^2 numbers each); later calls cost n^2 and allocate. The
// uncertainty of the hyperparameters and of a linear mean is not in it.
func (m *Model) PredictVar(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(m.heads))
	}
	if len(dst) != len(m.heads) || len(x) != m.scaler.Inputs() {
		panic("gp: wrong length")
	}
	m.latent(dst, x)
	for k, h := range m.heads {
		dst[k] += m.covariances[h.theta].noise * h.scale * h.scale
	}
	return dst
}

// Spread implements models.Spreader: the posterior standard deviations of the latent function, on the diagonal (k
// rows). The noise of one run is not in it. It costs what PredictVar costs. Outputs that share their hyperparameters
// differ in scale only.
func (m *Model) Spread(dst, x []float64) []float64 {
	if len(x) != m.scaler.Inputs() {
		panic("gp: wrong length")
	}
	deviations := make([]float64, len(m.heads))
	m.latent(deviations, x)
	for k, v := range deviations {
		deviations[k] = math.Sqrt(v)
	}
	return factor.Diagonal(dst, deviations)
}

// latent writes the posterior variance of the latent function of each output into dst.
func (m *Model) latent(dst, x []float64) {
	m.factorOnce.Do(m.factorise)
	w := m.begin(x)
	squares := w.squares[:len(m.in.ends)]
	z := blas64.Vector{N: m.in.n, Inc: 1, Data: make([]float64, m.in.n)}
	for p := range m.covariances {
		c := &m.covariances[p]
		for i := range m.in.n {
			m.in.squares(squares, w.query, m.in.row(i))
			z.Data[i] = c.at(squares)
		}
		w.value[p] = c.total()
		if m.factors[p] != nil { // k' K^-1 k = |z|^2 with U'z = k, K = U'U
			blas64.Trsv(blas.Trans, m.factors[p].RawU().(*mat.TriDense).RawTriangular(), z)
			w.value[p] -= blas64.Dot(z, z)
		}
		w.value[p] = max(w.value[p], 0)
	}
	for k, h := range m.heads {
		dst[k] = w.value[h.theta] * h.scale * h.scale
	}
	m.scratch.Put(w)
}

// factorise fills factors. A matrix that cannot be factorised (only in altered bytes) leaves nil: the prior's variance.
func (m *Model) factorise() {
	l := likelihood{in: m.in, spread: m.spread, kernel: m.kernel, components: m.components}
	m.factors = make([]*mat.Cholesky, len(m.thetas))
	for p, c := range m.covariances {
		chol := new(mat.Cholesky)
		if l.factorise(chol, c) {
			m.factors[p] = chol
		}
	}
}
