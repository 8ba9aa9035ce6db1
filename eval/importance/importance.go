// Package importance says which inputs of a model matter: permutation importance, and partial dependence with its
// spread.
//
// The model is a function of rows and inputs by their numbers, so a row may be anything, and an input may be an axis
// that becomes several columns.
package importance

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"eahas/eval"
)

// Asked is the input of a Predictor that leaves every row as it is.
const Asked = -1

// Predictor fills dst, one slice for each target with an element for each row, with the predictions for all rows, where
// row i takes the value of one input from row from[i]. With input Asked from is nil.
type Predictor func(dst [][]float64, input int, from []int) error

// Effect is what permuting the inputs does to one target.
type Effect struct {
	Base   float64 // R2 of the rows as they are
	Inputs []Drop  // one for each input
}

// Drop is by how much R2 falls when an input is permuted: the mean and the standard deviation (divisor n) over the
// repeats.
type Drop struct{ Mean, SD float64 }

// Permutation asks how much worse a model predicts held-out rows when the values of one input are dealt anew among them
// (Breiman, "Random forests", Machine Learning 2001; Fisher, Rudin and Dominici, JMLR 2019). truths has a slice for
// each target, with NaN where a row has none; draws has for each input the permutations of the rows, one a repeat.
// Where the truths of a target are constant, its R2 and all that follows is NaN.
func Permutation(truths [][]float64, draws [][][]int, predict Predictor) ([]Effect, error) {
	out := make([]Effect, len(truths))
	dst := make([][]float64, len(truths))
	for t := range dst {
		dst[t] = make([]float64, len(truths[t]))
	}
	if err := predict(dst, Asked, nil); err != nil {
		return nil, err
	}
	for t := range out {
		out[t].Base = r2(truths[t], dst[t])
	}
	for input, repeats := range draws {
		drops := make([][]float64, len(truths))
		for _, from := range repeats {
			if err := predict(dst, input, from); err != nil {
				return nil, err
			}
			for t := range out {
				drops[t] = append(drops[t], out[t].Base-r2(truths[t], dst[t]))
			}
		}
		for t := range out {
			mean, variance := stat.PopMeanVariance(drops[t], nil)
			out[t].Inputs = append(out[t].Inputs, Drop{mean, math.Sqrt(variance)})
		}
	}
	return out, nil
}

// r2 is eval.R2 over the rows that have a truth and a prediction.
func r2(truth, pred []float64) float64 {
	var y, p []float64
	for i, v := range truth {
		if !math.IsNaN(v) && !math.IsNaN(pred[i]) && !math.IsInf(pred[i], 0) {
			y, p = append(y, v), append(p, pred[i])
		}
	}
	return eval.R2(y, p)
}

// Dependence is what a model predicts when every row takes the same value of an input.
type Dependence struct {
	// over the rows: the mean, and the 10 % and 90 % quantiles; NaN where no row can take the value
	Mean, Low, High float64
	N               int // rows that can
}

// Spread sums up the predictions for one value of an input, one a row; NaN stands for a row that cannot take the value.
// The mean is the partial dependence (Friedman, "Greedy function approximation", Annals of Statistics 2001), the
// quantiles are those of the single rows' lines (Goldstein et al., "Peeking inside the black box", JCGS 2015).
func Spread(predictions []float64) Dependence {
	var held []float64
	for _, p := range predictions {
		if !math.IsNaN(p) {
			held = append(held, p)
		}
	}
	d := Dependence{Mean: math.NaN(), Low: eval.Quantile(held, .1), High: eval.Quantile(held, .9), N: len(held)}
	if len(held) > 0 {
		d.Mean = stat.Mean(held, nil)
	}
	return d
}
