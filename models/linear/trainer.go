package linear

import (
	"context"
	"errors"
	"fmt"
	"math"

	"eahas/models"
	"eahas/models/dense"
	"eahas/models/internal/problem"

	"gonum.org/v1/gonum/mat"
)

// ErrNumeric is returned when the eigendecomposition does not converge (targets or inputs of absurd size).
var ErrNumeric = errors.New("linear: eigendecomposition failed")

// Trainer holds the hyperparameters. The zero value chooses the penalty.
type Trainer struct {
	// Lambda is the penalty on the squared slopes of standardised columns, in units of the mean squared error:
	// mean (y - b - x.s)^2 + Lambda |s|^2. 0 chooses it by generalised cross-validation among 10^-9 ... 10^3.
	Lambda float64
}

var _ models.Trainer = Trainer{}

// Train fits a Model.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	m, err := t.Fit(ctx, d, o)
	if err != nil {
		return nil, err // not a nil *Model inside the interface
	}
	return m, nil
}

// Fit is Train with the concrete type.
func (t Trainer) Fit(ctx context.Context, d models.Data, _ models.Options) (*Model, error) {
	if !(t.Lambda >= 0) || math.IsInf(t.Lambda, 0) {
		return nil, fmt.Errorf("linear: Lambda %v is not a finite number >= 0", t.Lambda)
	}
	d, err := problem.Clean(d)
	if err != nil {
		return nil, fmt.Errorf("linear: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := dense.Fit(&d.X)
	m := &Model{scaler: s, intercept: make([]float64, d.K), slope: make([]float64, d.K*s.Width())}
	c := center(&d, s)
	basis, err := c.decompose()
	if err != nil {
		return nil, err
	}
	for k := range d.K {
		m.intercept[k] = c.meanY[k]
		if basis == nil {
			continue
		}
		slopes := m.slope[k*s.Width() : (k+1)*s.Width()]
		basis.solve(slopes, c, k, t.Lambda)
		for j, b := range slopes {
			m.intercept[k] -= b * c.meanX[j]
		}
	}
	return m, nil
}

// centered holds the weighted, centred problem. Weights are scaled to sum 1.
type centered struct {
	n, p, outputs int
	x             *mat.Dense // n x p: sqrt(weight) * (x - meanX)
	y             *mat.Dense // n x k: sqrt(weight) * (y - meanY)
	meanX, meanY  []float64
}

func center(d *models.Data, s *dense.Scaler) *centered {
	c := &centered{n: d.X.N, p: s.Width(), outputs: d.K}
	weight, total := make([]float64, c.n), 0.0
	for i := range weight {
		weight[i] = problem.Weight(d, i)
		total += weight[i]
	}
	c.meanX, c.meanY = make([]float64, c.p), make([]float64, c.outputs)
	x := s.Matrix(&d.X)
	so := 0.0
	for i, w := range weight { // running means: exact when all values are equal
		so += w
		towards(c.meanX, x[i*c.p:(i+1)*c.p], w/so)
		towards(c.meanY, d.Y[i*d.K:(i+1)*d.K], w/so)
	}
	c.y = mat.NewDense(c.n, c.outputs, nil)
	if c.p > 0 {
		c.x = mat.NewDense(c.n, c.p, nil)
	}
	for i, w := range weight {
		root := math.Sqrt(w / total)
		for j := range c.p {
			c.x.Set(i, j, root*(x[i*c.p+j]-c.meanX[j]))
		}
		for k := range c.outputs {
			c.y.Set(i, k, root*(d.Y[i*d.K+k]-c.meanY[k]))
		}
	}
	return c
}

// towards moves mean by share of the way to v.
func towards(mean, v []float64, share float64) {
	for j := range mean {
		mean[j] += share * (v[j] - mean[j])
	}
}
