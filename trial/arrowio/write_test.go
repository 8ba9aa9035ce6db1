package arrowio

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/trial"
)

var errorPercent = trial.Metric{Column: "curve", Kind: "error", Unit: "percent"}

// someTrials invents n trials with curves and costs per epoch.
func someTrials(n, epochs int) []trial.Trial {
	rng := stream.New(7, "some trials")
	out := make([]trial.Trial, n)
	for i := range out {
		t := &out[i]
		*t = trial.Trial{ID: fmt.Sprintf("t%04d", i), Group: fmt.Sprintf("g%d", i), Fold: i % 5,
			Seed: fmt.Sprint(i % 3), Length: float64(epochs),
			Config: features.Pack(features.Config{"depth": features.Number(float64(6 + i)),
				"lr":        features.Number(rng.Float64()),
				"optimizer": features.Text([]string{"sgd", "adam"}[i%2])})}
		for e := range epochs {
			t.Curve.Epochs = append(t.Curve.Epochs, float64(e+1))
			t.Curve.Values = append(t.Curve.Values, 100*rng.Float64())
		}
		cost := func(scale float64) trial.Cost {
			c := unknown()
			for range epochs {
				c.PerEpoch = append(c.PerEpoch, scale*(1+rng.Float64()))
			}
			return c
		}
		t.TrainEnergy, t.TrainTime, t.TestEnergy = cost(4000), cost(20), cost(300)
	}
	return out
}

var formats = []Format{{"parquet", "none"}, {"parquet", "snappy"}, {"parquet", "zstd"},
	{"feather", "none"}, {"feather", "lz4"}, {"feather", "zstd"}, {"stream", "none"}, {"stream", "zstd"}}

func TestWriteTrialsReadsBack(t *testing.T) {
	want := someTrials(23, 12)
	for _, l := range []trial.Layout{trial.Wide, trial.Long, trial.Power, trial.Pycls} {
		for _, f := range formats {
			t.Run(fmt.Sprintf("%s/%s-%s", l, f.Kind, f.Compression), func(t *testing.T) {
				dir := t.TempDir()
				w, err := WriteTrials(filepath.Join(dir, "logs"), l, f, want, errorPercent)
				if err != nil {
					t.Fatal(err)
				}
				res, err := Ingest(context.Background(), w.Mappings, dir, Options{Strict: true})
				if err != nil {
					t.Fatal(err)
				}
				compare(t, l, res.Trials, want)
			})
		}
	}
}

func compare(t *testing.T, l trial.Layout, got, want []trial.Trial) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d trials, want %d", len(got), len(want))
	}
	for i := range want {
		g, w := got[i], want[i]
		if l != trial.Pycls && (g.ID != w.ID || g.Group != w.Group || g.Fold != w.Fold || g.Seed != w.Seed) {
			t.Errorf("trial %d: got %s %s %d %s", i, g.ID, g.Group, g.Fold, g.Seed)
		}
		if g.Config.Key() != w.Config.Key() {
			t.Errorf("trial %d: config %s, want %s", i, g.Config.Key(), w.Config.Key())
		}
		near(t, "epochs", g.Curve.Epochs, w.Curve.Epochs, 0)
		near(t, "values", g.Curve.Values, w.Curve.Values, 0)
		near(t, "time", g.TrainTime.PerEpoch, w.TrainTime.PerEpoch, 1e-9)
		near(t, "energy", g.TrainEnergy.PerEpoch, w.TrainEnergy.PerEpoch, 1e-9)
		if l != trial.Power {
			near(t, "inference", g.TestEnergy.PerEpoch, w.TestEnergy.PerEpoch, 1e-9)
		}
		if g.Length != w.Length {
			t.Errorf("length %v, want %v", g.Length, w.Length)
		}
	}
}

func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tol*math.Abs(want[i])) {
			t.Fatalf("%s[%d] = %v, want %v", what, i, got[i], want[i])
		}
	}
}
