package experiment

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/trial"
	"eahas/trial/target"
)

// costly is a data set of n trials along one axis x: 100 + 100x watts, for 2 + x seconds an epoch and three epochs.
func costly(n int) *dataset.Table {
	d := &dataset.Table{X: features.Frame{Columns: []features.Column{{Name: "x", Param: "x", Group: -1},
		{Name: "same", Param: "same", Group: -1}}}}
	for i := range n {
		x := float64(i) / float64(n)
		power, time := 100+100*x, 2+x
		none := trial.Cost{Mean: math.NaN(), Total: math.NaN()}
		d.Trials = append(d.Trials, trial.Trial{Length: 3, TestEnergy: none,
			TrainEnergy: trial.Cost{Mean: power * time, Total: 3 * power * time},
			TrainTime:   trial.Cost{Mean: time, Total: 3 * time}})
		d.X.Data, d.X.N = append(d.X.Data, x, 1), i+1
		d.Group = append(d.Group, i)
	}
	return d
}

func TestEnergyAgreesWithTime(t *testing.T) {
	v := parseVariant(t, "{name: pt, cost: powertime}")
	d := costly(40)
	d.Trials[7].TrainTime = trial.Cost{Mean: math.NaN(), Total: math.NaN()} // says nothing about power
	d.Trials[9].TrainEnergy.Mean = math.NaN()                               // a time all the same
	targets := []target.Target{target.EnergyPerEpoch, target.TimePerEpoch, target.EnergyTotal}
	heads, err := (Plan{Table: d, Heads: targets}).Train(context.Background(), v, d.All(), models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(heads) != 3 || heads[0].Target != targets[0] || heads[1].Target != targets[1] ||
		heads[2].Target != targets[2] {
		t.Fatalf("heads %+v", heads)
	}
	for _, x := range []float64{0, 0.33, 0.5, 0.9} {
		got := make([]float64, 3)
		for k, h := range heads {
			if len(h.Columns) != 1 || h.Columns[0] != 0 {
				t.Fatalf("%s sees columns %v; the second is the same for all", h.Target, h.Columns)
			}
			got[k] = h.Transform.Inverse(h.Predictor.Predict(nil, []float64{x})[0])
		}
		if power := got[0] / got[1]; math.Abs(power/(100+100*x)-1) > 0.01 {
			t.Errorf("at %v: %v watts, want %v", x, power, 100+100*x)
		}
		if math.Abs(got[2]/got[0]-3) > 0.03 {
			t.Errorf("at %v: three epochs cost %v J, one %v", x, got[2], got[0])
		}
	}
	frozen, err := freeze(heads)
	if err != nil {
		t.Fatal(err)
	}
	for k := range frozen {
		h, err := frozen[k].Thaw()
		if err != nil {
			t.Fatal(err)
		}
		a, b := h.Predictor.Predict(nil, []float64{0.4}), heads[k].Predictor.Predict(nil, []float64{0.4})
		if math.Float64bits(a[0]) != math.Float64bits(b[0]) {
			t.Errorf("%s: %v after freezing, %v before", h.Target, a, b)
		}
	}
	if a, b := heads[1].Predictor, heads[0].Predictor; math.Float64bits(a.Predict(nil,
		[]float64{0.4})[0]) == math.Float64bits(b.Predict(nil, []float64{0.4})[0]) {
		t.Error("energy is no product")
	}
}

func TestPowerTimeSaysWhenThereIsNoTime(t *testing.T) {
	v := parseVariant(t, "{name: pt, cost: powertime}")
	d := costly(9)
	for i := range d.Trials {
		d.Trials[i].TrainTime = trial.Cost{Mean: math.NaN(), Total: math.NaN()}
	}
	_, err := (Plan{Table: d, Heads: []target.Target{target.EnergyPerEpoch}}).Train(context.Background(), v, d.All(),
		models.Options{})
	if !errors.Is(err, recipe.ErrSetting) || !strings.Contains(err.Error(), "time_per_epoch") {
		t.Errorf("got %v", err)
	}
}
