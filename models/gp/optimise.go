package gp

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"

	"eahas/models/internal/lbfgs"

	"gonum.org/v1/gonum/optimize"
)

// minimise runs L-BFGS for at most iterations steps from t and returns the best point seen with its value.
// A failed line search is no error: the best point counts.
func (l *likelihood) minimise(ctx context.Context, t theta, iterations int) (theta, float64, error) {
	settings := optimize.Settings{
		MajorIterations:   iterations,
		FuncEvaluations:   3 * iterations,
		GradientThreshold: 1e-3,
		Converger:         &optimize.FunctionConverge{Relative: 1e-6, Absolute: 1e-4, Iterations: 5},
	}
	best, least, err := lbfgs.Minimise(ctx, t, settings, &optimize.LBFGS{},
		func(grad, x []float64) float64 { return l.value(x, grad) })
	if ctx.Err() != nil {
		return nil, 0, ctx.Err()
	}
	if math.IsInf(least, 1) {
		return nil, 0, errors.Join(ErrNumeric, err)
	}
	return best, least, nil
}

// start returns start number s: the prior's centre, then draws around it.
func (l *likelihood) start(s int, r *rand.Rand) theta {
	t := theta(priorOf(l.components, l.axes()).mean)
	if s > 0 {
		for i := range t {
			t[i] += r.NormFloat64()
		}
	}
	return t
}
