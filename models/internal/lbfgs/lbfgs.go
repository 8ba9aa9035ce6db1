// Package lbfgs minimises functions whose value and gradient come from one computation.
package lbfgs

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/optimize"
)

// Minimise runs gonum's L-BFGS from start and returns the best point seen with its value; where no value is below +Inf
// that is start. value writes its gradient (all 0 before) and is asked once where the method wants both of a point. The
// error says why the method ended early; for a line search that failed the best point counts nonetheless, and where ctx
// ended it is ctx.Err().
func Minimise(ctx context.Context, start []float64, settings optimize.Settings, method *optimize.LBFGS,
	value func(grad, x []float64) float64) (best []float64, least float64, err error) {
	best, least = slices.Clone(start), math.Inf(1)
	var last []float64
	lastGrad, lastValue := make([]float64, len(start)), 0.0
	at := func(x []float64) {
		if last != nil && slices.Equal(x, last) {
			return
		}
		last = append(last[:0], x...)
		clear(lastGrad)
		if ctx.Err() != nil {
			lastValue = math.Inf(1)
			return
		}
		if lastValue = value(lastGrad, last); lastValue < least {
			least = lastValue
			copy(best, last)
		}
	}
	settings.Recorder = cancelled{ctx}
	_, err = optimize.Minimize(optimize.Problem{
		Func: func(x []float64) float64 { at(x); return lastValue },
		Grad: func(grad, x []float64) { at(x); copy(grad, lastGrad) },
	}, start, &settings, method)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return best, least, err
}

// cancelled is a Recorder that ends a minimisation with its context.
type cancelled struct{ ctx context.Context }

func (c cancelled) Init() error { return c.ctx.Err() }

func (c cancelled) Record(*optimize.Location, optimize.Operation, *optimize.Stats) error {
	return c.ctx.Err()
}
