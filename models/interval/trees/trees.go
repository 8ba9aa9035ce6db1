// Package trees grows the trees of package interval. It is a package of its own so that whoever only reads intervals
// from a bundle does not link the trainer of trees.
package trees

import (
	"context"

	"eahas/models"
	"eahas/models/gbdt"
	"eahas/models/gbdt/train"
)

// Grow trains trees on d and compiles them. It is an interval.Grow: quantile 0 is for the mean of each of d's outputs,
// a quantile above 0 and below 1 for that of its one output.
func Grow(ctx context.Context, quantile float64, d models.Data, o models.Options) (*gbdt.Compiled, error) {
	pred, err := train.Trainer{Params: params(quantile)}.Train(ctx, d, o)
	if err != nil {
		return nil, err
	}
	frozen, err := pred.(models.Freezer).Freeze()
	if err != nil {
		return nil, err
	}
	return frozen.(*gbdt.Compiled), nil
}

// params are few small trees: they learn how large residuals are, of which a table says little.
func params(quantile float64) train.Params {
	if quantile == 0 {
		return train.Params{Rounds: 100, Rate: 0.07, Leaves: 8, MinChildCount: 10, ExtraTrees: true, MultiOutput: true,
			Bins: 63}
	}
	return train.Params{Rounds: 60, Rate: 0.1, Leaves: 8, MinChildCount: 20, ExtraTrees: true, Bins: 63,
		Loss: train.Loss{Kind: train.Quantile, Param: quantile}}
}
