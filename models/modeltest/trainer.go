package modeltest

import (
	"testing"

	"eahas/models"
)

// Options say what a trainer promises beyond, or short of, the contract of package models.
// The zero value is the full contract for a model without a binary form.
type Options struct {
	// AppendBinary and Decode are the model's binary form. With both set, "same result" means the same bytes, and a
	// round trip must keep the bytes and every prediction's bits. With nil, predictions are compared bit for bit.
	// A trainer that is also a models.Freezer is frozen before AppendBinary is called.
	AppendBinary func(p models.Predictor, b []byte) ([]byte, error)
	Decode       func(b []byte) (models.Predictor, error)

	// InnerSplit is set by trainers that hold rows back (early stopping, stacking): it returns the two sides as row
	// numbers, for the data and seed that Train would get. Rows of one group must be on one side.
	InnerSplit func(d models.Data, seed uint64) (train, held []int)

	// ConstTolerance bounds the error on targets that are all equal, relative to max(1, |target|); 0 means 1e-9.
	ConstTolerance float64

	// LearnsShare is the largest mean squared error on unseen rows of the planted problem, as a share of the
	// targets' variance; 0 means 0.3.
	LearnsShare float64

	// Spreads is set by trainers whose predictors are models.Spreaders and know something about every row of the
	// planted problem. Without it a Spreader may append nothing.
	Spreads bool

	// WiderOff is set by trainers whose predictors are less sure far from the training rows than on them.
	WiderOff bool

	// IgnoresWeights switches off the checks on Data.Weights.
	IgnoresWeights bool
}

// Trainer runs every check on the trainer, each as a subtest below name. The trainer's own hyperparameters should be
// small enough that one training on 240 rows and 2 outputs takes well under a second: the suite trains about 20 times.
func Trainer(t *testing.T, name string, trainer models.Trainer, o Options) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		s := subject{trainer, o, map[int]models.Predictor{}}
		for _, c := range trainerChecks {
			t.Run(c.name, func(t *testing.T) {
				if err := c.run(s); err != nil {
					t.Error(err)
				}
			})
		}
	})
}

// check is one promise; run returns nil when it holds.
type check struct {
	name string
	run  func(s subject) error
}

var trainerChecks = []check{
	{"inputs are untouched", inputsUntouched},
	{"no rows is ErrNoRows", noRows},
	{"one row", oneRow},
	{"constant targets are met", constantTargets},
	{"learns the planted function", learns},
	{"same seed gives the same bytes", sameSeed},
	{"any number of workers gives the same bytes", sameForWorkers},
	{"rows in any order give the same answers", rowByRow},
	{"missing cells have finite answers", missingCells},
	{"a column that is all missing", missingColumn},
	{"a cancelled context ends the training", cancelled},
	{"progress counts up to its total", progress},
	{"predict with dst does not allocate", noAllocation},
	{"predict is safe for concurrent use", concurrent},
	{"one output and five outputs", outputCounts},
	{"weight zero is row absent", zeroWeight},
	{"groups nil is groups all different", nilGroups},
	{"inner split keeps groups together", innerSplit},
	{"binary round trip", roundTrip},
	{"spread is a factor of finite numbers", spreadShape},
	{"spread is kept by the serving form and its bytes", spreadKept},
	{"spread is safe for concurrent use", spreadConcurrent},
	{"spread is wider off the data", spreadOff},
}
