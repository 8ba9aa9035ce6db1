// Package models holds the small interfaces between the rooms that learn and the rooms that use what was learnt.
//
// A Trainer turns an n x p frame and n x k targets into a Predictor; a Fitter turns learning curves into a
// Representation that maps a curve to a target vector and back. Implementations live in the sub-packages.
package models

import (
	"context"
	"errors"

	"eahas/features"
)

// ErrNoRows is returned by a Trainer when the data hold no row.
var ErrNoRows = errors.New("models: no rows to train on")

// Data is one regression problem. Trainers never change it.
type Data struct {
	X       features.Frame // n x p, row-major; NaN means missing
	Y       []float64      // n x k, row-major, finite
	K       int            // outputs per row
	Weights []float64      // length n, >= 0; nil means all 1
	// length n: rows with equal numbers are repeats of one configuration and must not be separated by an inner split;
	// nil means all different
	Groups []int
}

// Options are the things about a training that are not the data and not the model's hyperparameters.
type Options struct {
	Seed     uint64                // root of every random choice of this training
	Workers  int                   // goroutines at most; <= 0 means GOMAXPROCS; the result does not depend on it
	Progress func(done, total int) // may be nil; called from one goroutine at a time
}

// Trainer fits a model. The result depends on the data and the seed alone, never on Workers.
// A cancelled context ends the training soon with ctx.Err().
type Trainer interface {
	Train(ctx context.Context, d Data, o Options) (Predictor, error)
}

// Predictor answers for one encoded row. It is safe for concurrent use.
type Predictor interface {
	// Outputs returns k.
	Outputs() int
	// Predict writes the k predictions for the row x (length p, NaN = missing) into dst and returns it;
	// a nil dst is allocated. With a dst of length k given it does not allocate.
	Predict(dst, x []float64) []float64
}

// Freezer is implemented by trained predictors whose training form is not what is shipped: because it links a training
// library, or because a faster form exists. Freeze returns the serving form, which lives in a package that a query
// consumer may link, predicts the same bits for every row, and owns its memory. It does not change the receiver.
// A Predictor that is no Freezer is already its own serving form.
type Freezer interface {
	Freeze() (Predictor, error)
}

// Spreader is implemented by predictors that know something about how sure they are of one row: an ensemble by how far
// its members disagree, a Gaussian process by its variance. The serving form of a Spreader is one too, with the same
// bits.
type Spreader interface {
	Predictor
	// Spread appends to dst a factor F (s x k, row-major; s may differ from row to row) of the covariance of the k
	// outputs for the row x (length p, NaN = missing): the covariance is the transpose of F times F. All entries are
	// finite. s = 0, nothing appended, means that nothing is known; a row of zeros means that the predictor is sure.
	// What is not linear in the outputs, such as a decoded curve, moves by the root of the sum over the rows f of F of
	// (decode(prediction + f) - decode(prediction))². F leaves the noise of one run out where the model can tell it
	// apart, and is not calibrated: an ensemble gives the scatter of its members, not the error of their mean, because
	// that follows the size of the residuals. It may allocate, and is off the hot path.
	Spread(dst, x []float64) []float64
}

// Representation maps learning curves to vectors of a fixed width and back.
// It is immutable and safe for concurrent use.
type Representation interface {
	// Width is the length of the target vector.
	Width() int
	// Encode writes the target vector of a curve into dst (nil allocates). Epochs (length m >= 1) increase strictly;
	// values (length m) are finite.
	Encode(dst, epochs, values []float64) ([]float64, error)
	// Decode evaluates the curve of target vector v at the given epochs, for a run whose first and last epochs are
	// first and last (first < last, or first == last for a curve of one point); epochs outside are clamped.
	// With a dst of length len(epochs) it does not allocate.
	Decode(dst, v, epochs []float64, first, last float64) []float64
}

// Curve is one learning curve as a Fitter sees it: m epochs (strictly increasing) and m finite values.
type Curve struct {
	Epochs, Values []float64
}

// Fitter chooses a Representation from training curves (a fixed basis ignores them).
type Fitter interface {
	Fit(curves []Curve) (Representation, error)
}
