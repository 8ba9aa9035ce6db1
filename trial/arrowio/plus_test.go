package arrowio

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/trial"
)

// Energies of components are added, of a run and by epoch; where one is not known the sum is not.
func TestEnergyPlus(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"wide.csv": "id,lr,acc,cpu,gpu,ram\na,0.1,0.5,1,2,0.5\nb,0.2,0.6,1,,0.5\nc,0.3,0.7,3,4,0\n",
		"long.csv": "id,lr,epoch,acc,cpu,gpu,ram\na,0.1,1,0.5,1,2,0.5\na,0.1,2,0.6,2,3,0.5\nb,0.2,1,0.5,1,,0.5\n" +
			"b,0.2,2,0.6,,2,0.5\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	energy := trial.EnergyColumn{Column: "cpu", Plus: trial.Strings{"gpu", "ram"}, Unit: "kJ", Shape: trial.Total}
	wide := trial.Mapping{Path: trial.Strings{"wide.csv"}, Layout: trial.Wide, ID: "id",
		Params: trial.Columns{"lr": "lr"},
		Final:  &trial.FinalColumn{Column: "acc", Kind: "accuracy", Unit: "fraction"}, Energy: &energy}
	byEpoch := energy
	byEpoch.Shape = trial.PerEpoch
	long := trial.Mapping{Path: trial.Strings{"long.csv"}, Layout: trial.Long, ID: "id",
		Params: trial.Columns{"lr": "lr"},
		Curve: &trial.CurveColumn{Column: "acc", Kind: "accuracy", Unit: "fraction",
			Epochs: trial.EpochsSpec{Column: "epoch"}}, Energy: &byEpoch}
	for _, c := range []struct {
		m    trial.Mapping
		want map[string]float64
	}{{wide, map[string]float64{"a": 3500, "b": math.NaN(), "c": 7000}},
		{long, map[string]float64{"a": 9000, "b": math.NaN()}}} {
		got, err := Ingest(context.Background(), []trial.Mapping{c.m}, dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range got.Trials {
			want := c.want[tr.ID]
			if x := tr.TrainEnergy.Total; x != want && !(x != x && want != want) {
				t.Errorf("%s %s: %g J, wanted %g", c.m.Layout, tr.ID, x, want)
			}
		}
		if len(got.Trials) != len(c.want) {
			t.Errorf("%s: %d trials", c.m.Layout, len(got.Trials))
		}
	}
	for _, plus := range []trial.Strings{{"cpu"}, {""}} {
		bad := energy
		bad.Plus = plus
		wide.Energy = &bad
		if _, err := Ingest(context.Background(), []trial.Mapping{wide}, dir, Options{}); !errors.Is(err, ErrMapping) ||
			!strings.Contains(err.Error(), "energy.plus") {
			t.Errorf("plus %q: %v", plus, err)
		}
	}
}
