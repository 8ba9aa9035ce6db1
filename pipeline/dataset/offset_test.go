package dataset

import (
	"math"
	"testing"

	"eahas/artifacts"
	"eahas/trial"
	"eahas/trial/target"
)

// TestAnsweredTotalsAreLoggedTotals: cost per epoch x the epochs that an answer counts is the total of each run,
// whatever the number of its first epoch is.
func TestAnsweredTotalsAreLoggedTotals(t *testing.T) {
	run := func(last, trained, mean float64) trial.Trial {
		return trial.Trial{Length: last, Trained: trained, Curve: trial.Curve{Epochs: []float64{last - trained + 1,
			last}, Values: []float64{1, 2}},
			TrainEnergy: trial.Cost{Mean: mean, Total: mean * trained},
			TrainTime:   trial.Cost{Mean: mean / 100, Total: mean * trained / 100}}
	}
	for name, c := range map[string]struct {
		trials   []trial.Trial
		offset   float64
		warnings int
	}{
		"from 1":          {[]trial.Trial{run(10, 10, 100), run(10, 10, 200)}, 0, 0},
		"from 0":          {[]trial.Trial{run(9, 10, 100), run(9, 10, 200)}, 1, 0},
		"some begin late": {[]trial.Trial{run(50, 50, 100), run(50, 20, 100), run(50, 50, 300)}, 0, 1},
		"a cut run": {[]trial.Trial{run(10, 10, 100), {Length: 10, Trained: 4, Ended: trial.EndCut,
			TrainEnergy: trial.Cost{Mean: 5, Total: 20}}}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := &Table{Trials: c.trials}
			rule, err := epochRule(Epochs{}, d)
			if err != nil {
				t.Fatal(err)
			}
			if rule.Offset != c.offset || rule.Length != artifacts.LengthFixed || len(d.Warnings) != c.warnings {
				t.Errorf("rule %+v, warnings %v", rule, d.Warnings)
			}
			for i := range d.Trials {
				x := &d.Trials[i]
				for _, pair := range [][2]target.Target{{artifacts.EnergyPerEpoch, artifacts.EnergyTotal},
					{artifacts.TimePerEpoch, artifacts.TimeTotal}} {
					total := Label(pair[1], x)
					if x.Ended == trial.EndCut {
						if !math.IsNaN(total) {
							t.Errorf("a cut run has the label %v of %s", total, pair[1])
						}
						continue
					}
					if got := Label(pair[0], x) * rule.Trained(x.Length); math.Abs(got/total-1) > 1e-12 {
						t.Errorf("run %d: the answered %s is %v, logged %v", i, pair[1], got, total)
					}
				}
			}
		})
	}
}
