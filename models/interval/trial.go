package interval

import (
	"context"
	"math"
	"slices"

	"eahas/models"
	"eahas/models/gbdt"
)

// MinTrials is the smallest number of trials that bounds are made from.
const MinTrials = 20

// Trial is what is known about one held-out trial. Slices may be shared; nothing is changed.
type Trial struct {
	X     []float64 // encoded row, length p
	Guess []float64 // the prediction at each knot
	// how unsure the predictor was at each knot, >= 0, in the unit of the residuals; nil where it does not say
	Spread   []float64
	Time     []float64 // m normalised times, increasing, in 0..1
	Residual []float64 // m: truth less prediction, finite
	Pred     []float64 // m: the prediction; only read where Settings.Range is given
	Group    int       // repeats of one configuration share it
	Fold     int       // the part of the trials that was held out together with this one
}

// Settings choose the form of a Model.
type Settings struct {
	Source Source    // default Residuals
	Levels []float64 // increasing; default 0.5, 0.8, 0.95
	Knots  []float64 // default CurveKnots
	// Range are the bounds of the values, low and high, that intervals are cut to before Auto compares them; nil: none.
	Range []float64
	Grow  Grow // trains trees: trees.Grow; must be given
}

// Grow trains trees on d and compiles them: without quantiles for the mean of each output, else for each quantile of
// the one output. It is given, not called by its name, so that a reader of intervals does not link the trainer.
type Grow func(ctx context.Context, quantiles []float64, d models.Data, o models.Options) (*gbdt.Compiled, error)

// CurveKnots are the knots for learning curves: dense at the start, where curves are steep.
var CurveKnots = []float64{0, 0.03, 0.08, 0.18, 0.35, 0.6, 1}

// CostKnots are the knots for a single number.
var CostKnots = []float64{0}

// DefaultLevels are the levels that are calibrated when nobody asks for others.
var DefaultLevels = []float64{0.5, 0.8, 0.95}

func (s Settings) complete() Settings {
	if s.Source == "" {
		s.Source = Residuals
	}
	if s.Levels == nil {
		s.Levels = DefaultLevels
	}
	if s.Knots == nil {
		s.Knots = CurveKnots
	}
	return s
}

// cut limits an end of an interval around the prediction pred to the range of the values.
func (s Settings) cut(end float64) float64 {
	if s.Range == nil {
		return end
	}
	return max(s.Range[0], min(s.Range[1], end))
}

// knowsSpread reports whether the spread of at least half of the trials is known: else it is no source.
func knowsSpread(trials []Trial) bool {
	n := 0
	for i := range trials {
		if trials[i].Spread != nil {
			n++
		}
	}
	return n > 0 && 2*n >= len(trials)
}

// maxParts bounds how many models the scores are cross-fitted with.
const maxParts = 5

// partsOf deals the folds, in order, to at most maxParts parts for cross-fitting. It returns each trial's part and the
// number of parts.
func partsOf(trials []Trial) (part []int, parts int) {
	var folds []int
	for i := range trials {
		folds = append(folds, trials[i].Fold)
	}
	slices.Sort(folds)
	folds = slices.Compact(folds)
	parts = min(maxParts, len(folds))
	part = make([]int, len(trials))
	for i := range trials {
		k, _ := slices.BinarySearch(folds, trials[i].Fold)
		part[i] = k % parts
	}
	return part, parts
}

// cleanSpread returns the spread with every value that is no finite number >= 0 replaced by the usual one; nil gives
// the usual ones.
func cleanSpread(spread, usual []float64) []float64 {
	if spread == nil {
		return usual
	}
	out := slices.Clone(spread)
	for k, s := range out {
		if !(s >= 0) || math.IsInf(s, 0) {
			out[k] = usual[k]
		}
	}
	return out
}
