// Package trees grows the trees of package interval. It is a package of its own so that whoever only reads intervals
// from a bundle does not link the trainer of trees.
package trees

import (
	"context"

	"eahas/models"
	"eahas/models/gbdt"
	"eahas/models/gbdt/train"
)

// Grow trains trees on d and compiles them. It is an interval.Grow: without quantiles for the mean of each of d's
// outputs, else for each quantile, above 0 and below 1, that of its one output.
func Grow(ctx context.Context, quantiles []float64, d models.Data, o models.Options) (*gbdt.Compiled, error) {
	if len(quantiles) == 0 {
		m, err := train.Fit(ctx, d, means, o)
		if err != nil {
			return nil, err
		}
		return m.Compile(), nil
	}
	var losses []train.Loss
	for _, q := range quantiles {
		losses = append(losses, train.Loss{Kind: train.Quantile, Param: q})
	}
	all, err := train.FitLosses(ctx, d, ends, losses, o)
	if err != nil {
		return nil, err
	}
	return gbdt.CompileAll(all...)
}

// Few small trees: they learn how large residuals are, of which a table says little.
var (
	means = train.Params{Rounds: 100, Rate: 0.07, Leaves: 8, MinChildCount: 10, ExtraTrees: true, MultiOutput: true,
		Bins: 63}
	ends = train.Params{Rounds: 60, Rate: 0.1, Leaves: 8, MinChildCount: 20, ExtraTrees: true, Bins: 63}
)
