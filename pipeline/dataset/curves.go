package dataset

import (
	"math"
	"slices"

	"eahas/trial"
	"eahas/trial/target"
)

// lead is the curve whose epochs are those of the run: the main one, or without it the longest of one's own.
func lead(t *trial.Trial) trial.Curve {
	c := t.Curve
	if len(c.Epochs) > 0 {
		return c
	}
	for _, own := range t.Curves {
		if len(own.Epochs) > len(c.Epochs) {
			c = own.Curve
		}
	}
	return c
}

// As returns the table in which a curve of one's own stands in the place of the main one, as it is learnt: under a
// logarithmic scale as natural logarithms. Runs that were cut have none. Rows and folds are the same.
func (t *Table) As(of target.Target) *Table {
	if of == target.Curve {
		return t
	}
	d, _ := t.Own.Of(of)
	out := *t
	out.Metric = trial.Metric{Column: d.InWords(), Kind: "score", Unit: "raw", HigherIsBetter: !d.LowerBetter()}
	if d.Scale == target.Bounded && d.Low == 0 && d.High == 100 {
		out.Metric.Unit = "percent"
	}
	out.Trials = slices.Clone(t.Trials)
	for i := range out.Trials {
		one := &out.Trials[i]
		one.Curve = trial.Curve{}
		if one.Ended == trial.EndCut {
			continue
		}
		one.Curve = one.CurveOf(of)
		if d.Scale == target.Log {
			one.Curve.Values = slices.Clone(one.Curve.Values)
			for k, y := range one.Curve.Values {
				one.Curve.Values[k] = math.Log(y)
			}
		}
	}
	return &out
}

// RunEpochs are the epochs at which trial i has any curve, in their order: the first and the last are those of the run.
func (t *Table) RunEpochs(i int) []float64 {
	epochs := slices.Clone(t.Trials[i].Curve.Epochs)
	for _, c := range t.Trials[i].Curves {
		epochs = append(epochs, c.Epochs...)
	}
	slices.Sort(epochs)
	return slices.Compact(epochs)
}
