package experiment

import (
	"errors"
	"math"
	"strings"
	"testing"

	"eahas/models"
	"eahas/pipeline/dataset"
	"eahas/trial"
	"eahas/trial/target"
)

// withSameEnergy is costly with 500 J for every epoch of every trial.
func withSameEnergy(n int) *dataset.Table {
	t := costly(n)
	for i := range t.Trials {
		t.Trials[i].TrainEnergy = trial.Cost{Mean: 500, Total: math.NaN()}
	}
	return t
}

// A cost that is the same for every trial is answered as that number, and not scored.
func TestConstantTargetsAreAnsweredAndNotScored(t *testing.T) {
	p, warnings, err := NewPlan(Plan{Table: withSameEnergy(20)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Targets) != 1 || p.Targets[0] != target.TimePerEpoch || len(p.Heads) != 2 {
		t.Fatalf("scored %v, trained %v", p.Targets, p.Heads)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "energy_per_epoch is 500 for every trial") {
		t.Errorf("%q", warnings)
	}
	heads, err := p.Train(t.Context(), parseVariant(t, "{name: v, cost: linear}"), p.Table.All(), models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range heads {
		for _, x := range []float64{0, 0.37, 2} {
			row := []float64{x, 1}
			if h.Columns != nil {
				row = row[:len(h.Columns)]
			}
			got := h.Transform.Inverse(h.Predictor.Predict(nil, row)[0])
			if constant := math.Abs(got-500) < 1e-9; constant != (h.Target == target.EnergyPerEpoch) {
				t.Errorf("%s at %v is %v", h.Target, x, got)
			}
		}
	}
	if frozen, err := freeze(heads); err != nil || len(frozen) != 2 {
		t.Errorf("%d frozen heads, %v", len(frozen), err)
	}
	if _, _, err := NewPlan(Plan{Table: withSameEnergy(20)}, []target.Target{target.EnergyPerEpoch}); !errors.Is(err,
		ErrConstant) {
		t.Errorf("nothing but a constant: %v", err)
	}
}
