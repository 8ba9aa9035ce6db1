package dataset

import (
	"fmt"
	"math"

	"eahas/trial"
)

// timesAlone makes one epoch of each run where the logs hold total times and nothing that tells epochs: no curve, no
// number of epochs, no cost of an epoch. The time of that epoch is the run's, and so is the total that is answered; a
// warning says so. Total energies and costs of inference may stand beside it.
func (t *Table) timesAlone() {
	n := 0
	for i := range t.Trials {
		one := &t.Trials[i]
		if len(one.Curve.Epochs) > 0 || !math.IsNaN(one.Length) || !math.IsNaN(one.TrainTime.Mean) ||
			!math.IsNaN(one.TrainEnergy.Mean) {
			return
		}
		if one.TrainTime.Total > 0 {
			n++
		}
	}
	if n == 0 {
		return
	}
	for i := range t.Trials {
		one := &t.Trials[i]
		if one.Ended == trial.EndCut { // the total is that of a part of the run: no label
			one.TrainTime.Total = math.NaN()
		}
		one.Length, one.Trained, one.TrainTime.Mean = 1, 1, one.TrainTime.Total
	}
	t.Warnings = append(t.Warnings,
		fmt.Sprintf("the logs hold total times and no number of epochs: a whole run counts as one epoch (%d runs)", n))
}
