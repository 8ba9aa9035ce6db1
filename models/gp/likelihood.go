package gp

import (
	"math"

	"eahas/internal/par"

	"gonum.org/v1/gonum/mat"
)

// likelihood is the penalised negative log marginal likelihood of some outputs that share their hyperparameters.
type likelihood struct {
	in         *inputs
	spread     []float64   // n: noise variance of each row in units of the noise parameter (one over its weight)
	targets    [][]float64 // outputs x n, standardised
	kernel     Kernel
	components int
	floor      float64 // of the noise variance, in units of the kernels' variance (see steady.go)
	workers    int
	pairs      *pairs // of a search (keepPairs); nil: nothing is kept
}

func (l *likelihood) axes() int { return len(l.in.ends) }

// value returns the objective at t and, with grad given (length of t), writes its gradient. It returns +Inf where the
// covariance matrix cannot be factorised.
func (l *likelihood) value(t theta, grad []float64) float64 {
	n := l.in.n
	c := l.covariance(t)
	var chol mat.Cholesky
	if !l.factorise(&chol, c) {
		return math.Inf(1)
	}
	alphas := make([]*mat.VecDense, len(l.targets))
	sum := float64(len(l.targets)) * chol.LogDet() / 2
	for k, y := range l.targets {
		alphas[k] = mat.NewVecDense(n, nil)
		z := mat.NewVecDense(n, y)
		// The only error tells of a large condition number, which the noise bounds.
		_ = chol.SolveVecTo(alphas[k], z)
		sum += mat.Dot(z, alphas[k]) / 2
	}
	if grad != nil {
		l.gradient(grad, c, &chol, alphas)
	}
	prior := priorOf(l.components, l.axes())
	for i, v := range t {
		d := v - prior.mean[i]
		sum += d * d / (2 * prior.variance[i])
		if grad != nil {
			grad[i] += d / prior.variance[i]
		}
	}
	if math.IsNaN(sum) {
		return math.Inf(1)
	}
	return sum
}

// factorise builds the Cholesky factor of the covariance matrix.
func (l *likelihood) factorise(chol *mat.Cholesky, c covariance) bool {
	return chol.Factorize(l.matrix(c))
}

// matrix builds the covariance matrix of the rows.
func (l *likelihood) matrix(c covariance) *mat.SymDense {
	n := l.in.n
	k := mat.NewSymDense(n, nil)
	raw := k.RawSymmetric()
	l.rows(func(i int, squares []float64) {
		for j := i; j < n; j++ { // the upper triangle is the one that is kept
			if p := l.pairs; p != nil {
				raw.Data[i*raw.Stride+j] = c.fill(p.of(p.kernels, l, i, j), p.of(p.squares, l, i, j))
				continue
			}
			l.in.squares(squares, l.in.row(i), l.in.row(j))
			raw.Data[i*raw.Stride+j] = c.at(squares)
		}
		raw.Data[i*raw.Stride+i] += c.noise * l.spread[i]
	})
	return k
}

// gradient, after factorise of the same covariance, writes d(-log likelihood)/d theta = 1/2 tr((k K^-1 - sum alpha
// alpha') dK/d theta), eq. 5.9. Each row owns its partial sums, which are added in row order.
func (l *likelihood) gradient(grad []float64, c covariance, chol *mat.Cholesky, alphas []*mat.VecDense) {
	n, size := l.in.n, len(grad)
	var inverse mat.SymDense
	_ = chol.InverseTo(&inverse) // as above
	raw := inverse.RawSymmetric()
	partial := make([]float64, n*size)
	l.rows(func(i int, squares []float64) {
		g, kernels := partial[i*size:(i+1)*size], make([]float64, 2*l.components)
		for j := i; j < n; j++ {
			w := float64(len(alphas)) * raw.Data[i*raw.Stride+j]
			for _, a := range alphas {
				w -= a.AtVec(i) * a.AtVec(j)
			}
			if i == j {
				w /= 2 // an element off the diagonal stands for two
				l.noiseGradient(g, c, w, l.spread[i])
			}
			if p := l.pairs; p != nil {
				c.addGradient(g, p.of(p.squares, l, i, j), p.of(p.kernels, l, i, j), w)
				continue
			}
			l.in.squares(squares, l.in.row(i), l.in.row(j))
			c.fill(kernels, squares)
			c.addGradient(g, squares, kernels, w)
		}
	})
	clear(grad)
	for i := range n {
		for p := range grad {
			grad[p] += partial[i*size+p]
		}
	}
}

// covariance is that of the parameters t, with the floor of the noise.
func (l *likelihood) covariance(t theta) covariance {
	c := newCovariance(l.kernel, t, l.components, l.axes())
	c.noise += float64(l.floor * c.total())
	return c
}

// noiseGradient adds w * spread * d noise / d theta to grad.
func (l *likelihood) noiseGradient(grad []float64, c covariance, w, spread float64) {
	floor := float64(l.floor * c.total())
	grad[len(grad)-1] += w * (c.noise - floor - minNoise) * spread
	if l.floor == 0 {
		return
	}
	for m, v := range c.variance {
		grad[m*(1+l.axes())] += w * l.floor * v * spread
	}
}

// rows calls visit once for every row, on several goroutines; squares is scratch of the goroutine (length axes).
func (l *likelihood) rows(visit func(i int, squares []float64)) {
	par.ForScratch(l.in.n, l.workers, func() []float64 { return make([]float64, l.axes()) }, visit)
}

// prior is a normal law of the logarithms, wide enough that a few dozen rows outweigh it.
type prior struct{ mean, variance []float64 }

// priorOf centres the first component at variance 1 and length scales 1, every further one at a lower variance and
// longer scales (so that components start apart), and the noise at 1/1000 of the targets' variance.
func priorOf(components, axes int) prior {
	var p prior
	for m := range components {
		p.mean = append(p.mean, -float64(m))
		p.variance = append(p.variance, 9)
		for range axes {
			p.mean = append(p.mean, 1.5*float64(m))
			p.variance = append(p.variance, 4)
		}
	}
	p.mean = append(p.mean, math.Log(1e-3))
	p.variance = append(p.variance, 9)
	return p
}
