package dataset

import (
	"math"
	"slices"
	"testing"

	"eahas/trial"
	"eahas/trial/target"
)

// Total energies and total times of runs without epochs are both learnt: the time was dropped once beside an energy.
func TestTotalsOfBoth(t *testing.T) {
	in := repeats()
	for i := range in {
		in[i].Curve = trial.Curve{}
		in[i].TrainTime = trial.Cost{Mean: math.NaN(), Total: 100 + float64(i), Coverage: math.NaN()}
		in[i].TrainEnergy = trial.Cost{Mean: math.NaN(), Total: 5000 + 7*float64(i), Coverage: math.NaN()}
	}
	d, err := table(in, Split{})
	if err != nil {
		t.Fatal(err)
	}
	targets, err := d.Targets(nil)
	if want := []target.Target{target.TimePerEpoch, target.EnergyTotal}; err != nil || !slices.Equal(targets, want) ||
		!slices.Equal(Heads(targets, d.Epochs.Length), want) || d.Epochs.Last != 1 {
		t.Fatalf("%v, %v, %+v, %v", targets, Heads(targets, d.Epochs.Length), d.Epochs, err)
	}
	if e, s := Label(target.EnergyTotal, &d.Trials[3]), Label(target.TimeTotal, &d.Trials[3]); e != 5021 || s != 103 {
		t.Errorf("total energy %v, total time %v", e, s)
	}
}

// Total times alone are learnt, as those of runs of one epoch.
func TestTotalTimesAlone(t *testing.T) {
	in := repeats()
	for i := range in {
		in[i].Curve, in[i].TrainTime = trial.Curve{}, trial.Cost{Mean: math.NaN(), Total: 100 + float64(i),
			Coverage: math.NaN()}
	}
	in[7].Ended = trial.EndCut
	d, err := table(in, Split{})
	if err != nil {
		t.Fatal(err)
	}
	targets, err := d.Targets(nil)
	if err != nil || !slices.Equal(targets, []target.Target{target.TimePerEpoch}) || d.Epochs.Length != "fixed" ||
		d.Epochs.Last != 1 || len(d.Warnings) != 1 {
		t.Fatalf("%v, %+v, %v, %v", targets, d.Epochs, d.Warnings, err)
	}
	if n := len(d.Labelled(target.TimePerEpoch, d.All())); n != 39 {
		t.Errorf("%d of 39 whole runs have a label", n)
	}
	if x := Label(target.TimeTotal, &d.Trials[3]); x != 103 {
		t.Errorf("total time %v", x)
	}
}
