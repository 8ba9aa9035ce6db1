package artifacts

import (
	"math"

	"eahas/features"
)

// Answer is what a surrogate says about one configuration. Numbers that the surrogate does not know are NaN, series
// that it does not know are empty. An Answer can be used for one query after the other; its slices are then reused.
type Answer struct {
	Epochs []float64 // the epochs' numbers, increasing; length m; empty when the run's length is unknown
	Curve  []float64 // the metric at each epoch, in Metric.Unit; length m or 0
	Clips  int       // how many points of the curve were moved to stay inside the bounds
	Unit   string    // of the curve

	Last float64 // the number of the run's last epoch, also when fewer epochs were asked for

	EnergyPerEpoch float64   // joules
	Energy         []float64 // joules spent when each epoch was measured, never falling; length m or 0
	EnergyTotal    float64   // joules of the whole run

	TimePerEpoch float64   // seconds
	Time         []float64 // seconds passed when each epoch was measured, never falling; length m or 0
	TimeTotal    float64   // seconds of the whole run

	InferenceEnergy float64 // joules, one pass over the evaluation set

	Known []float64 // of the space's known quantities, in their order, in their units; NaN where an axis is missing

	Own []Number // of the bundle's own targets, in the order of Spec.Own; empty when it has none

	Curves []Series // of the bundle's own targets that are curves, in the order of Spec.Own

	Extrapolates bool     // the configuration lies outside of what the training data cover
	OutsideAxes  []string // the axes by which it does, or features.Combination when no single axis tells; else empty

	Synthetic bool // the surrogate was trained on simulated logs

	// how sure the answer is; nil until Surrogate.Bounds fills it, and when the surrogate does not know
	Intervals *Intervals

	space   *features.Space // that Known belongs to
	first   float64         // the number of the run's first epoch
	scratch scratch
}

// Intervals holds bounds within which the truth lies with the probability Level, as far as the surrogate knows: the
// outcome of one run, so that noise between repeats is part of it. Unknown bounds are NaN, unknown series empty.
type Intervals struct {
	Level                           float64   // 0..1
	CurveLow, CurveHigh             []float64 // like Answer.Curve; each point for itself, not the curve as a whole
	EnergyLow, EnergyHigh           float64   // joules per epoch
	EnergyTotalLow, EnergyTotalHigh float64   // joules of the whole run
	TimeLow, TimeHigh               float64   // seconds per epoch
	TimeTotalLow, TimeTotalHigh     float64   // seconds of the whole run
	InferenceLow, InferenceHigh     float64   // joules
	Own                             []NumberBounds
	Curves                          []SeriesBounds // of the bundle's own curves
	// the axis whose value no training run had: the bounds are those for such values (see Spec.Unseen); else ""
	Unseen string
}

// scratch holds the buffers of a query, so that the next query with the same Answer does not allocate.
type scratch struct {
	reading features.Reading
	row     []float64 // the encoded configuration
	fed     []float64 // and what was predicted first; empty where nothing is
	cols    []float64 // the columns of one head
	kept    []kept    // by head
}

// kept is what a head's predictor said of the configuration that was asked for last.
type kept struct {
	output, factor   []float64 // factor: see models.Spreader
	asked, scattered bool      // which of them were asked for
}

// reset forgets the last answer and keeps the memory.
func (a *Answer) reset(spec *Spec) {
	nan := math.NaN()
	*a = Answer{
		Epochs: a.Epochs[:0], Curve: a.Curve[:0], Energy: a.Energy[:0], Time: a.Time[:0],
		Own: a.Own[:0], Curves: a.Curves[:0], Known: a.Known[:0], space: &spec.Space,
		Unit: spec.Metric.Unit, Synthetic: spec.Synthetic, Last: nan,
		EnergyPerEpoch: nan, EnergyTotal: nan, TimePerEpoch: nan, TimeTotal: nan, InferenceEnergy: nan,
		OutsideAxes: a.OutsideAxes[:0],
		scratch:     a.scratch,
	}
}

// resize gives s the length n and keeps its memory where that suffices. The content is undefined.
func resize(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	return s[:n]
}
