package experiment

import (
	"context"
	"math"
	"testing"

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
	power, time := cost(256)
	energy, got := math.Exp(heads[0].Predictor.Predict(nil, []float64{1})[0]),
		math.Exp(heads[1].Predictor.Predict(nil, []float64{1})[0])
	if math.Abs(got/time-1) > 0.1 || math.Abs(energy/(power*time)-1) > 0.1 {
		t.Errorf("%v J in %v s, want %v in %v", energy, got, power*time, time)
	}
}
