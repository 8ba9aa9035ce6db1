package eval

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

const badLengths = "eval: slices of different lengths"

// R2 returns the coefficient of determination, 1 - SS_residual/SS_total, at most 1 and without lower bound.
// It is NaN when n = 0, when the truth is constant (also n = 1), or when anything is NaN.
// Where it is defined it equals scikit-learn's r2_score.
func R2(truth, pred []float64) float64 {
	mustMatch(truth, pred)
	if len(truth) == 0 || constant(truth) {
		return math.NaN()
	}
	mean := stat.Mean(truth, nil)
	var res, tot float64
	for i, y := range truth {
		res += (y - pred[i]) * (y - pred[i])
		tot += (y - mean) * (y - mean)
	}
	return 1 - res/tot
}

// LogR2 returns R2 of the natural logarithms. Truths must be positive: with one that is not, the result is NaN.
// A prediction that is zero or negative lies infinitely far off in the logarithm and gives -Inf.
func LogR2(truth, pred []float64) float64 {
	mustMatch(truth, pred)
	y, p := make([]float64, len(truth)), make([]float64, len(pred))
	impossible := false
	for i := range truth {
		if !(truth[i] > 0) || math.IsNaN(pred[i]) {
			return math.NaN()
		}
		impossible = impossible || pred[i] <= 0
		y[i], p[i] = math.Log(truth[i]), math.Log(max(pred[i], math.SmallestNonzeroFloat64))
	}
	r := R2(y, p)
	if impossible && !math.IsNaN(r) {
		return math.Inf(-1)
	}
	return r
}

// RMSE returns the root of the mean squared error, in the unit of the values.
func RMSE(truth, pred []float64) float64 {
	mustMatch(truth, pred)
	var sum float64
	for i, y := range truth {
		sum += (y - pred[i]) * (y - pred[i])
	}
	return math.Sqrt(sum / float64(len(truth)))
}

// MAE returns the mean absolute error, in the unit of the values.
func MAE(truth, pred []float64) float64 {
	mustMatch(truth, pred)
	var sum float64
	for i, y := range truth {
		sum += math.Abs(y - pred[i])
	}
	return sum / float64(len(truth))
}

// MAPE returns the mean absolute error relative to the truth, as a fraction (0.1 is 10 %).
// Pairs whose truth is zero are left out; with none left it is NaN.
func MAPE(truth, pred []float64) float64 {
	return stat.Mean(relativeErrors(truth, pred), nil)
}

// MedianAPE returns the median of the absolute errors relative to the truth, as a fraction; for an even number of
// pairs the mean of the middle two. Pairs whose truth is zero are left out; with none left it is NaN.
func MedianAPE(truth, pred []float64) float64 {
	return median(relativeErrors(truth, pred))
}

// relativeErrors returns |(y-p)/y| for every pair with y != 0.
func relativeErrors(truth, pred []float64) []float64 {
	mustMatch(truth, pred)
	out := make([]float64, 0, len(truth))
	for i, y := range truth {
		if y != 0 {
			out = append(out, math.Abs((y-pred[i])/y))
		}
	}
	return out
}

// median sorts xs in place; NaN when empty or when a NaN is among them.
func median(xs []float64) float64 {
	n := len(xs)
	if n == 0 || hasNaN(xs) {
		return math.NaN()
	}
	slices.Sort(xs)
	if n%2 == 1 {
		return xs[n/2]
	}
	return (xs[n/2-1] + xs[n/2]) / 2
}

func mustMatch(a, b []float64) {
	if len(a) != len(b) {
		panic(badLengths)
	}
}

// constant reports whether all values are equal; a mean would not tell, for it is rounded.
func constant(xs []float64) bool {
	for _, x := range xs {
		if x != xs[0] {
			return false
		}
	}
	return true
}

func hasNaN(xs []float64) bool { return slices.ContainsFunc(xs, math.IsNaN) }

// meanDefined returns the mean of the values that are not NaN, and how many those are; NaN when none.
func meanDefined(xs []float64) (mean float64, n int) {
	var sum float64
	for _, x := range xs {
		if !math.IsNaN(x) {
			sum += x
			n++
		}
	}
	return sum / float64(n), n
}
