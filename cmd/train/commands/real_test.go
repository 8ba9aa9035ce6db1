package commands

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"eahas/eval"
	"eahas/pipeline"
	"eahas/report"
	"eahas/trial/target"
)

// bar is a figure that a run on real logs has to reach, as docs/results.md states it.
type bar struct {
	variant, target, metric string
	need                    float64 // the value must be at least this; for a loss and "impossible" at most
}

// losses are the metrics that are better when lower.
var losses = []string{eval.MetricImpossible, eval.MetricRMSE, eval.MetricMAPE, eval.MetricMedianAPE}

// holds checks a report's pooled rows against the bars.
func holds(t *testing.T, dir string, bars []bar) {
	t.Helper()
	all := rows(t, dir)
	for _, b := range bars {
		r, ok := eval.Find(all, b.variant, target.Target(b.target), eval.GroupAll, b.metric)
		switch {
		case !ok:
			t.Errorf("no row %s %s %s", b.variant, b.target, b.metric)
		case slices.Contains(losses, b.metric) && !(r.Value <= b.need),
			!slices.Contains(losses, b.metric) && !(r.Value >= b.need):
			t.Errorf("%s %s %s is %g, wanted %g", b.variant, b.target, b.metric, r.Value, b.need)
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
	covers(t, out, "bezier+gbdt", "curve")
}

func TestDeepOBSNetwork(t *testing.T) {
	config, data := example(t, "deepobs", "deepobs.parquet")
	out := filepath.Join(t.TempDir(), "deepobs")
	mustTrain(t, "evaluate", "-quiet", "-config", config, "-data", data, "-out", out, "-variants", "bezier+mlp")
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
	covers(t, out, "bezier+gbdt", "energy_per_epoch", "time_per_epoch")
}

// covers checks that the 95 % intervals of a variant hold 93 to 97 % of the held-out truths of each target.
func covers(t *testing.T, dir, variant string, targets ...string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var rep struct{ Calibration []report.Calibration }
	if err := json.Unmarshal(b, &rep); err != nil {
		t.Fatal(err)
	}
	for _, target := range targets {
		found := false
		for _, c := range rep.Calibration {
			for _, l := range c.Levels {
				if c.Variant != variant || string(c.Target) != target || l.Level != 0.95 {
					continue
				}
				found = true
				t.Logf("%s %s: %.4f inside, mean width %.3f", variant, target, l.Observed, l.Width)
				if l.Observed < 0.93 || l.Observed > 0.97 {
					t.Errorf("%s %s: %.4f of the truths lie inside the 95 %% intervals", variant, target, l.Observed)
				}
			}
		}
		if !found {
			t.Errorf("%s %s: the report has no 95 %% intervals", variant, target)
		}
	}
}

func TestDeepOBSBest(t *testing.T) {
	config, data := example(t, "deepobs-best", "deepobs.parquet")
	out := filepath.Join(t.TempDir(), "deepobs")
	mustTrain(t, "evaluate", "-quiet", "-config", config, "-data", data, "-out", out, "-variants", "guided")
	holds(t, out, []bar{
		{"guided", "curve", "avg_r2", .945}, {"guided", "curve", "avg_tau", .80}, {"guided", "curve", "final_r2", .938},
		{"guided", "curve", "final_tau", .79}, {"guided", "curve", "rmse", 6.8}, {"guided", "curve", "impossible", 0},
	})
	covers(t, out, "guided", "curve")
}

func TestZeusBest(t *testing.T) {
	config, data := example(t, "zeus-best", "zeus_power.parquet")
	out := filepath.Join(t.TempDir(), "zeus")
	mustTrain(t, "evaluate", "-quiet", "-config", config, "-data", data, "-out", out, "-variants", "guided")
	holds(t, out, []bar{
		{"guided", "energy_per_epoch", "log_r2", .9985}, {"guided", "energy_per_epoch", "tau", .966},
		{"guided", "energy_per_epoch", "mape", .070}, {"guided", "energy_per_epoch", "medape", .033},
		{"guided", "energy_per_epoch", "impossible", 0}, {"guided", "time_per_epoch", "impossible", 0},
		{"guided", "time_per_epoch", "mape", .045}, {"guided", "time_per_epoch", "tau", .974},
	})
	covers(t, out, "guided", "energy_per_epoch", "time_per_epoch")
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
		if filepath.Base(f) == "search.yaml" { // a study of searches, not a run
			continue
		}
		if _, err := pipeline.Load(f); err != nil {
			t.Error(fmt.Errorf("%s: %w", f, err))
		}
	}
}
