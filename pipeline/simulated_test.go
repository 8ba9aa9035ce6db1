package pipeline

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"eahas/features"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// What eahas simulate writes is read as what it is by eahas init: each axis, both costs by epoch, and the energy of
// inference, which was measured after each epoch.
func TestSimulatedLogsAreRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := (SimulateLogs{Space: "eahas-cifar10", Trials: 60, Seed: 1, Layout: trial.Wide,
		Format: arrowio.Format{Kind: "parquet"}, Stem: filepath.Join(dir, "sim")}).Write(t.Context()); err != nil {
		t.Fatal(err)
	}
	looked, err := Look(t.Context(), "sim", []string{"sim.parquet"}, LookOptions{DataDir: dir, Work: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	m := looked.Guess.Mappings[0]
	space, err := features.Builtin("eahas-cifar10")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, p := range space.Params {
		want = append(want, p.Name)
	}
	if got := slices.Sorted(maps.Keys(m.Params)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("axes %v, want %v", got, want)
	}
	if e := m.InferenceEnergy; e == nil || e.Column != "inference_j" || e.Unit != "J" || e.Shape != trial.PerEpoch {
		t.Errorf("inference energy %+v", e)
	}
	if m.Energy == nil || m.Energy.Shape != trial.PerEpoch || m.Time == nil || m.Time.Shape != trial.PerEpoch {
		t.Errorf("costs %+v, %+v", m.Energy, m.Time)
	}
}
