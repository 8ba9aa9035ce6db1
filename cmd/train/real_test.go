package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"eahas/eval"
	"eahas/pipeline"
)

// bar is a figure that a run on real logs has to reach, as docs/results.md states it.
type bar struct {
	variant, target, metric string
	least                   float64 // the value must be at least this; for "impossible" at most
}

// holds checks a report's pooled rows against the bars.
func holds(t *testing.T, dir string, bars []bar) {
	t.Helper()
	all := rows(t, dir)
	for _, b := range bars {
		r, ok := eval.Find(all, b.variant, b.target, eval.GroupAll, b.metric)
		switch {
		case !ok:
			t.Errorf("no row %s %s %s", b.variant, b.target, b.metric)
		case b.metric == eval.MetricImpossible && r.Value > b.least, b.metric != eval.MetricImpossible && !(r.Value >= b.least):
			t.Errorf("%s %s %s is %g, wanted %g", b.variant, b.target, b.metric, r.Value, b.least)
		default:
			t.Logf("%s %s %s %.4f (%.4f..%.4f)", b.variant, b.target, b.metric, r.Value, r.CILow, r.CIHigh)
		}
	}
}

func TestDeepOBS(t *testing.T) {
	config, data := example(t, "deepobs", "deepobs.parquet")
	out := filepath.Join(t.TempDir(), "deepobs")
	mustTrain(t, "run", "-quiet", "-config", config, "-data", data, "-out", out, "-variants", "bezier+gbdt")
	holds(t, out, []bar{
		{"bezier+gbdt", "curve", "avg_r2", .895}, {"bezier+gbdt", "curve", "avg_tau", .70},
		{"bezier+gbdt", "curve", "final_tau", .68}, {"bezier+gbdt", "curve", "impossible", 0},
	})
}

func TestDeepOBSNetwork(t *testing.T) {
	config, data := example(t, "deepobs", "deepobs.parquet")
	out := filepath.Join(t.TempDir(), "deepobs")
	mustTrain(t, "run", "-quiet", "-config", config, "-data", data, "-out", out, "-variants", "bezier+mlp")
	holds(t, out, []bar{{"bezier+mlp", "curve", "avg_r2", .92}})
}

func TestZeus(t *testing.T) {
	config, data := example(t, "zeus", "zeus_power.parquet")
	out := filepath.Join(t.TempDir(), "zeus")
	mustTrain(t, "run", "-quiet", "-config", config, "-data", data, "-out", out)
	holds(t, out, []bar{
		{"bezier+gbdt", "energy_per_epoch", "log_r2", .966}, {"bezier+gbdt", "energy_per_epoch", "tau", .923},
		{"bezier+gbdt", "energy_per_epoch", "impossible", 0}, {"bezier+gbdt", "time_per_epoch", "impossible", 0},
	})
}

func TestTaskSetCountsWhatIsNotFinite(t *testing.T) {
	config, data := example(t, "taskset", "taskset.parquet")
	c, err := pipeline.Load(config)
	if err != nil {
		t.Fatal(err)
	}
	in, err := pipeline.Ingest(t.Context(), c, pipeline.Options{DataDir: data, Out: filepath.Join(t.TempDir(), "x")})
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Trials) != 12000 || len(in.Rejections) != 0 {
		t.Errorf("%d trials, %d rejected; wanted 12000 and 0", len(in.Trials), len(in.Rejections))
	}
	counts := map[string]int{}
	for _, n := range in.Notes {
		counts[n.Kind] = n.N
	}
	// 917: duckdb 1.5, count of rows with a NaN or infinite element in valid_loss.
	if counts["non-finite points capped"] != 917 {
		t.Errorf("notes %v; wanted 917 capped curves", in.Notes)
	}
}

func TestEveryExampleLoads(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "examples", "*.yaml"))
	if err != nil || len(files) < 6 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, f := range files {
		if _, err := pipeline.Load(f); err != nil {
			t.Error(fmt.Errorf("%s: %w", f, err))
		}
	}
}
