package dataset

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/trial"
)

// settleOffset finds how many more epochs were trained than a run's last epoch says: 1 where the first trained epoch
// has the number 0. Where the runs differ (some begin late), an answer cannot know; then the costs per epoch of the
// others are made those of the answer's epochs, so that the answered total of a logged configuration is the logged
// total, and a warning says so.
func (t *Table) settleOffset(rule *artifacts.EpochRule) {
	offsets := map[float64]int{}
	for i := range t.Trials {
		one := &t.Trials[i]
		if one.Trained > 0 && one.Ended != trial.EndCut && !math.IsNaN(one.Length) {
			offsets[one.Trained-one.Length]++
		}
	}
	rule.Offset = commonOffset(offsets, *rule)
	others := 0
	for i := range t.Trials {
		one := &t.Trials[i]
		if answered := one.Length + rule.Offset; one.Trained > 0 && one.Ended != trial.EndCut && answered > 0 &&
			one.Trained != answered {
			others++
			one.TrainEnergy.Mean = firstNumber(one.TrainEnergy.Total/answered, one.TrainEnergy.Mean)
			one.TrainTime.Mean = firstNumber(one.TrainTime.Total/answered, one.TrainTime.Mean)
		}
	}
	if others > 0 {
		t.Warnings = append(t.Warnings,
			fmt.Sprintf("%d of %d runs trained another number of epochs than their last epoch's number says "+
				"(they begin late, or resume): totals are those of the epochs that were run, costs per epoch are "+
				"total / the answer's epochs",
				others, len(t.Trials)))
	}
}

// commonOffset returns the offset that most runs have, of equals the nearest to 0: it leaves no epoch below 0. Without
// any it is that of the rule.
func commonOffset(offsets map[float64]int, rule artifacts.EpochRule) float64 {
	most, best := 0, rule.Offset
	for _, o := range slices.Sorted(maps.Keys(offsets)) {
		n := offsets[o]
		if rule.First+o < 0 {
			continue
		}
		if n > most || n == most && math.Abs(o) < math.Abs(best) {
			most, best = n, o
		}
	}
	return best
}
