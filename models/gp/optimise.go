package gp

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/optimize"
)

// minimise runs L-BFGS for at most iterations steps from t and returns the best point seen with its value.
// A failed line search is no error: the best point counts.
func (l *likelihood) minimise(ctx context.Context, t theta, iterations int) (theta, float64, error) {
	best, least := slices.Clone(t), math.Inf(1)
	note := func(x []float64, v float64) {
		if v < least {
			least = v
			copy(best, x)
		}
	}
	// The method asks for value and gradient at the same point in turn; both come from one factorisation.
	last, lastGrad, lastValue := []float64(nil), make([]float64, len(t)), 0.0
	at := func(x []float64) {
		if last != nil && slices.Equal(x, last) {
			return
		}
		last = append(last[:0], x...)
		if ctx.Err() != nil {
			lastValue = math.Inf(1)
			clear(lastGrad)
			return
		}
		clear(lastGrad)
		lastValue = l.value(x, lastGrad)
		note(x, lastValue)
	}
	problem := optimize.Problem{
		Func: func(x []float64) float64 { at(x); return lastValue },
		Grad: func(grad, x []float64) { at(x); copy(grad, lastGrad) },
	}
	settings := &optimize.Settings{
		MajorIterations:   iterations,
		FuncEvaluations:   3 * iterations,
		GradientThreshold: 1e-3,
		Converger:         &optimize.FunctionConverge{Relative: 1e-6, Absolute: 1e-4, Iterations: 5},
		Recorder:          cancelled{ctx},
	}
	_, err := optimize.Minimize(problem, t, settings, &optimize.LBFGS{})
	if ctx.Err() != nil {
		return nil, 0, ctx.Err()
	}
	if math.IsInf(least, 1) {
		return nil, 0, errors.Join(ErrNumeric, err)
	}
	return best, least, nil
}

// cancelled is a Recorder that ends a minimisation with its context.
type cancelled struct{ ctx context.Context }

func (c cancelled) Init() error { return c.ctx.Err() }

func (c cancelled) Record(*optimize.Location, optimize.Operation, *optimize.Stats) error {
	return c.ctx.Err()
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
