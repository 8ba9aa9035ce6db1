package dataset

import (
	"fmt"
	"math"
	"testing"

	"eahas/features"
	"eahas/trial"
)

// curveTo is a run whose curve ends at an epoch.
func curveTo(last, length float64, ended trial.Ended) trial.Trial {
	t := trial.Trial{Config: features.Pack(features.Config{"lr": features.Number(0.1)}), Fold: -1,
		Length: length, Ended: ended,
		Curve: trial.Curve{Epochs: []float64{1, last}, Values: []float64{1, 2}}}
	t.Group = fmt.Sprint(last)
	return t
}

// TestCutRunsAreAnsweredToTheirPlannedEnd: planned is what the log says, else what the config fixes, else the one
// length of the runs that were not cut.
func TestCutRunsAreAnsweredToTheirPlannedEnd(t *testing.T) {
	space := features.Space{Params: []features.Param{{Name: "lr", Kind: features.Linear, Low: 0, High: 1}}}
	for _, c := range []struct {
		name   string
		epochs Epochs
		trials []trial.Trial
		ends   []float64 // planned ends
		last   float64   // of answers; 0: an outcome
	}{
		{"the log says it, and no run got there", Epochs{}, []trial.Trial{curveTo(5, 50, trial.EndCut),
			curveTo(20, 50, trial.EndCut)}, []float64{50, 50}, 50},
		{"the others say it", Epochs{}, []trial.Trial{curveTo(5, 5, trial.EndCut), curveTo(40, 40, trial.EndFinished),
			curveTo(40, 40, trial.EndUnknown)}, []float64{40, 40, 40}, 40},
		{"the others differ", Epochs{}, []trial.Trial{curveTo(5, 5, trial.EndCut), curveTo(40, 40, trial.EndFinished),
			curveTo(30, 30, trial.EndFinished)}, []float64{5, 40, 30}, 0},
		{"the config says it", Epochs{Fixed: 60}, []trial.Trial{curveTo(5, 5, trial.EndUnknown),
			curveTo(20, 20, trial.EndCut), curveTo(30, 30, trial.EndStopped), curveTo(60, 60, trial.EndUnknown)},
			[]float64{60, 60, 30, 60}, 60},
		{"nothing was cut", Epochs{}, []trial.Trial{curveTo(5, 5, trial.EndUnknown), curveTo(20, 20, trial.EndUnknown)},
			[]float64{5, 20}, 0},
	} {
		table, _, err := New(Settings{Space: space, Epochs: c.epochs, Split: Split{Folds: 2}}, trial.Metric{}, c.trials)
		if err != nil {
			t.Fatal(c.name, err)
		}
		for i, want := range c.ends {
			if got := table.Planned(i); got != want {
				t.Errorf("%s: run %d is planned to %g, wanted %g", c.name, i, got, want)
			}
		}
		if table.Epochs.Last != c.last {
			t.Errorf("%s: answers end at %g, wanted %g", c.name, table.Epochs.Last, c.last)
		}
	}
	none := trial.Trial{Config: features.Pack(features.Config{"lr": features.Number(0.1)}),
		Group: "g", Fold: -1, Length: 7}
	table, _, err := New(Settings{Space: space, Split: Split{Folds: 2}}, trial.Metric{},
		[]trial.Trial{none, curveTo(5, 5, trial.EndUnknown)})
	if err != nil || !math.IsNaN(table.Planned(0)) {
		t.Errorf("%v: a run without a curve has the end %g", err, table.Planned(0))
	}
}
