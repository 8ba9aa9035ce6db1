package target

import (
	"slices"
	"testing"
)

func TestTableNamesEveryTargetOnce(t *testing.T) {
	seen := map[Target]bool{}
	for _, r := range table {
		if seen[r.Name] || r.Label == "" || (r.Unit == "") != (r.Name == Curve) {
			t.Errorf("%+v", r)
		}
		seen[r.Name] = true
	}
	for _, target := range []Target{Curve, EnergyPerEpoch, TimePerEpoch, InferenceEnergy, EnergyTotal, TimeTotal,
		Length} {
		if !seen[target] {
			t.Errorf("%s is not in the table", target)
		}
	}
	if nothing := Target("happiness"); nothing.Unit() != "" || nothing.Label() != "" {
		t.Error("happiness is a target")
	}
}

// The orders are those of reports and bundles: changing them changes their bytes.
func TestOrders(t *testing.T) {
	if got, want := Asked(), []Target{"curve", "energy_per_epoch", "time_per_epoch", "inference_energy",
		"energy_total"}; !slices.Equal(got, want) {
		t.Errorf("asked %v", got)
	}
	if got, want := Modelled(), []Target{"curve", "energy_per_epoch", "time_per_epoch", "inference_energy",
		"energy_total", "length"}; !slices.Equal(got, want) {
		t.Errorf("modelled %v", got)
	}
	if got, want := Costs(), []Target{"energy_per_epoch", "time_per_epoch", "inference_energy", "energy_total",
		"time_total"}; !slices.Equal(got, want) {
		t.Errorf("costs %v", got)
	}
	if EnergyTotal.Unit() != "J" || TimePerEpoch.Unit() != "s" || Length.Unit() != "epoch" ||
		TimeTotal.Span() != PerRun || EnergyPerEpoch.Span() != PerEpoch {
		t.Error("units or spans")
	}
}
