package experiment

import (
	"context"
	"math"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/models"
	"eahas/pipeline/dataset"
	"eahas/trial"
	"eahas/trial/target"
)

// TestPhysicalLawsGoBeyondTheirBatchSizes trains on batch sizes up to 32 and asks for 256, where the device is busy.
func TestPhysicalLawsGoBeyondTheirBatchSizes(t *testing.T) {
	v := parseVariant(t, "{name: p, cost: {kind: powertime, powertime: {power: {kind: physical, physical: {rest: "+
		"linear}}, time: {kind: physical, physical: {rest: linear}}}}}")
	axis := features.Param{Name: "batch_size", Kind: features.Integer, Low: 1, High: 256, Log: true}
	d := &dataset.Table{Space: features.Space{Params: []features.Param{axis}},
		X: features.Frame{Columns: []features.Column{{Name: "batch_size", Param: "batch_size", Group: -1}}}}
	cost := func(b float64) (power, time float64) { return 60 + 200/(1+4/b), 400/b + 100 }
	for e := range 21 {
		b := math.Exp2(float64(e) / 4)
		power, time := cost(b)
		d.Trials = append(d.Trials, trial.Trial{TrainEnergy: trial.Cost{Mean: power * time},
			TrainTime: trial.Cost{Mean: time}})
		d.X.Data, d.X.N = append(d.X.Data, math.Log(b)/math.Log(256)), e+1
		d.Group = append(d.Group, e)
	}
	heads, err := (Plan{Table: d, Heads: []target.Target{target.EnergyPerEpoch,
		target.TimePerEpoch}}).Train(context.Background(), v, d.All(), models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	least, most := d.Trials[0].TrainTime.Mean, d.Trials[0].TrainTime.Mean
	for i := range d.Trials {
		least, most = min(least, d.Trials[i].TrainTime.Mean), max(most, d.Trials[i].TrainTime.Mean)
	}
	if c := heads[1].Clip; c == nil || math.Abs(c.Low*10/least-1) > 1e-12 || math.Abs(c.High/10/most-1) > 1e-12 {
		t.Errorf("seconds are kept inside %+v, want ten times beyond %g to %g", c, least, most)
	}
	if heads[0].Clip == nil || *heads[0].Clip == *heads[1].Clip {
		t.Errorf("joules are kept inside %+v", heads[0].Clip)
	}
	power, time := cost(256)
	energy, got := math.Exp(heads[0].Predictor.Predict(nil, []float64{1})[0]),
		math.Exp(heads[1].Predictor.Predict(nil, []float64{1})[0])
	if math.Abs(got/time-1) > 0.1 || math.Abs(energy/(power*time)-1) > 0.1 {
		t.Errorf("%v J in %v s, want %v in %v", energy, got, power*time, time)
	}
}

// What is learnt as it is may be answered ten times its range beyond the ends; a target that never varied, as it was;
// a length within those that were logged.
func TestSupported(t *testing.T) {
	for _, c := range []struct {
		of   target.Target
		how  artifacts.Transform
		y    []float64
		want *artifacts.Range
	}{
		{target.TimePerEpoch, artifacts.Identity, []float64{3, 1, 2}, &artifacts.Range{Low: -19, High: 23}},
		{target.TimePerEpoch, artifacts.Identity, []float64{5, 5}, &artifacts.Range{Low: 5, High: 5}},
		{target.TimePerEpoch, artifacts.Identity, []float64{-math.MaxFloat64, math.MaxFloat64},
			&artifacts.Range{Low: -math.MaxFloat64, High: math.MaxFloat64}},
		{target.TimePerEpoch, artifacts.Log, []float64{0, 0}, &artifacts.Range{Low: 0.1, High: 10}},
		{target.TimePerEpoch, artifacts.Log, []float64{-744, 709.7},
			&artifacts.Range{Low: math.SmallestNonzeroFloat64, High: math.MaxFloat64}},
		{target.TimePerEpoch, artifacts.Log, nil, nil},
		{target.Length, artifacts.Identity, []float64{30, 10, 20}, &artifacts.Range{Low: 10, High: 30}},
		{target.Length, artifacts.Log, []float64{0}, &artifacts.Range{Low: 1, High: 1}},
	} {
		got := supported(c.of, c.how, c.y)
		if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
			t.Errorf("%s, %s of %v: %+v, want %+v", c.of, c.how, c.y, got, c.want)
		}
	}
}
