package dataset

import (
	"math"

	"eahas/trial"
)

// settleCut finds how long runs were meant to be that were cut and do not say it: as long as every run is by the
// config (fixed), where the logs do not say that the run ended by itself; else as long as the runs that were not cut,
// where those are of one length.
func (t *Table) settleCut(c Epochs) {
	planned := c.Fixed
	if planned == 0 {
		planned = t.wholeLength()
	}
	for i := range t.Trials {
		one := &t.Trials[i]
		last := lastEpoch(one)
		switch {
		case !(last < planned):
		case one.Ended == trial.EndUnknown && c.Fixed > 0 && len(one.Curve.Epochs) > 0:
			one.Ended, one.Length = trial.EndCut, planned
			if !(one.Trained > 0) {
				one.Trained = last
			}
		case one.Ended == trial.EndCut && (c.Fixed > 0 || !(one.Length > last)):
			one.Length = planned
		}
	}
}

// wholeLength is the last epoch of the runs that were not cut, where all of them have the same one; NaN else.
func (t *Table) wholeLength() float64 {
	length := math.NaN()
	for i := range t.Trials {
		one := &t.Trials[i]
		if one.Ended == trial.EndCut || math.IsNaN(one.Length) {
			continue
		}
		if !math.IsNaN(length) && one.Length != length {
			return math.NaN()
		}
		length = one.Length
	}
	return length
}

// Planned is the epoch at which the run of trial i was meant to end: behind the last epoch of its curve where it was
// cut. NaN without a curve.
func (t *Table) Planned(i int) float64 {
	one := &t.Trials[i]
	n := len(one.Curve.Epochs)
	if n == 0 {
		return math.NaN()
	}
	if last := one.Curve.Epochs[n-1]; one.Ended != trial.EndCut || !(one.Length > last) {
		return last
	}
	return one.Length
}
