package lbfgs

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/optimize"
)

// rosenbrock has its minimum, 0, at (1, 1).
func rosenbrock(grad, x []float64) float64 {
	a, b := 1-x[0], x[1]-x[0]*x[0]
	grad[0] += -2*a - 400*x[0]*b
	grad[1] += 200 * b
	return a*a + 100*b*b
}

// The minimum is found, start stays as it was, and no point is asked for twice in turn.
func TestMinimise(t *testing.T) {
	start := []float64{-1.2, 1}
	var last []float64
	best, least, err := Minimise(t.Context(), start, optimize.Settings{}, &optimize.LBFGS{},
		func(grad, x []float64) float64 {
			if slices.Equal(last, x) {
				t.Errorf("%v is asked for twice", x)
			}
			last = slices.Clone(x)
			return rosenbrock(grad, x)
		})
	if err != nil || !(least < 1e-10) || math.Abs(best[0]-1) > 1e-4 || math.Abs(best[1]-1) > 1e-4 {
		t.Errorf("%v at %v, %v", least, best, err)
	}
	if !slices.Equal(start, []float64{-1.2, 1}) {
		t.Errorf("the start is now %v", start)
	}
}

// Where no value is a number the start is returned, with the error of the method.
func TestNothingFinite(t *testing.T) {
	best, least, err := Minimise(t.Context(), []float64{3}, optimize.Settings{}, &optimize.LBFGS{},
		func(_, _ []float64) float64 { return math.Inf(1) })
	if err == nil || !math.IsInf(least, 1) || !slices.Equal(best, []float64{3}) {
		t.Errorf("%v at %v, %v", least, best, err)
	}
}

func TestEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	_, _, err := Minimise(ctx, []float64{-1.2, 1}, optimize.Settings{}, &optimize.LBFGS{},
		func(grad, x []float64) float64 {
			if asked++; asked == 3 {
				cancel()
			}
			return rosenbrock(grad, x)
		})
	if !errors.Is(err, context.Canceled) || asked != 3 {
		t.Errorf("%v after %d", err, asked)
	}
}
