package bars

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/report"
	"eahas/trial/target"
)

// read returns a report that .ci/run has written.
func read(t *testing.T, name string) (report.Report, string) {
	t.Helper()
	all := os.Getenv("EAHAS_BARS")
	if all == "" {
		t.Skip("EAHAS_BARS is not set; it names the folder of the reports that .ci/run trains (its last steps)")
	}
	dir := filepath.Join(all, name)
	rep, err := report.Read(filepath.Join(dir, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	return rep, dir
}

// bar is what a metric, pooled over all trials, has to reach.
type bar struct {
	target target.Target
	metric string
	need   float64 // the value must be at least this; of losses at most
}

// losses are the metrics that are better when lower.
var losses = []string{eval.MetricImpossible, eval.MetricRMSE, eval.MetricMAPE, eval.MetricMedianAPE}

// TestBars: each variant reaches its bars, and its 95 % intervals hold 93 to 97 % of the held-out truths.
func TestBars(t *testing.T) {
	const curve, energy, time = target.Curve, target.EnergyPerEpoch, target.TimePerEpoch
	for _, c := range []struct {
		report, variant string
		bars            []bar
		covers          []target.Target
	}{
		{"deepobs", "bezier+gbdt", []bar{{curve, "avg_r2", .895}, {curve, "avg_tau", .70}, {curve, "final_tau", .68},
			{curve, "impossible", 0}}, []target.Target{curve}},
		{"variants", "bezier+mlp", []bar{{curve, "avg_r2", .92}}, nil},
		{"zeus", "bezier+gbdt", []bar{{energy, "log_r2", .966}, {energy, "tau", .923}, {energy, "impossible", 0},
			{time, "impossible", 0}}, []target.Target{energy, time}},
		{"deepobs-best", "guided", []bar{{curve, "avg_r2", .945}, {curve, "avg_tau", .80}, {curve, "final_r2", .938},
			{curve, "final_tau", .79}, {curve, "rmse", 6.8}, {curve, "impossible", 0}}, []target.Target{curve}},
		{"zeus-best", "guided", []bar{{energy, "log_r2", .9985}, {energy, "tau", .966}, {energy, "mape", .070},
			{energy, "medape", .033}, {energy, "impossible", 0}, {time, "impossible", 0}, {time, "mape", .045},
			{time, "tau", .974}}, []target.Target{energy, time}},
	} {
		t.Run(c.report, func(t *testing.T) {
			rep, _ := read(t, c.report)
			for _, b := range c.bars {
				reaches(t, &rep, c.variant, b)
			}
			for _, of := range c.covers {
				covers(t, &rep, c.variant, of)
			}
		})
	}
}

func reaches(t *testing.T, rep *report.Report, variant string, b bar) {
	t.Helper()
	r, ok := eval.Find(rep.Rows, variant, b.target, eval.GroupAll, b.metric)
	loss := slices.Contains(losses, b.metric)
	switch {
	case !ok:
		t.Errorf("no row %s %s %s", variant, b.target, b.metric)
	case loss && !(r.Value <= b.need), !loss && !(r.Value >= b.need):
		t.Errorf("%s %s %s is %g, wanted %g", variant, b.target, b.metric, r.Value, b.need)
	default:
		t.Logf("%s %s %s %.4f (%.4f..%.4f)", variant, b.target, b.metric, r.Value, r.CILow, r.CIHigh)
	}
}

func covers(t *testing.T, rep *report.Report, variant string, of target.Target) {
	t.Helper()
	found := false
	for _, c := range rep.Calibration {
		for _, l := range c.Levels {
			if c.Repeats || c.Variant != variant || c.Target != of || l.Level != 0.95 {
				continue
			}
			found = true
			t.Logf("%s %s: %.4f inside, mean width %.3f", variant, of, l.Observed, l.Width)
			if l.Observed < 0.93 || l.Observed > 0.97 {
				t.Errorf("%s %s: %.4f of the truths lie inside the 95 %% intervals", variant, of, l.Observed)
			}
		}
	}
	if !found {
		t.Errorf("%s %s: the report has no 95 %% intervals", variant, of)
	}
}

// TestTaskSetIsBest: on validation losses of TaskSet the recommended variant ranks final losses better than LightGBM
// and random forests of scikit-learn, as they are and on the same ranks, by more than the interval of the paired
// difference.
func TestTaskSetIsBest(t *testing.T) {
	peers := []string{"grid2+lightgbm", "grid2+log-lightgbm", "ranks6+lightgbm", "grid2+randomforest",
		"ranks6+randomforest"}
	rep, _ := read(t, "taskset-peers")
	for _, peer := range peers {
		i := slices.IndexFunc(rep.Diffs, func(d eval.Diff) bool {
			return d.B == peer && d.Group == eval.GroupAll && d.Metric == eval.MetricFinalTau
		})
		if i < 0 {
			t.Errorf("no difference of the final tau to %s", peer)
			continue
		}
		if d := rep.Diffs[i]; d.N != 12000 || d.A != "rank-stack" || !(d.CIHigh < 0) {
			t.Errorf("final tau of %s: %.4f, of %s: %.4f; difference %.4f (%.4f to %.4f) on %d trials", d.A, d.ValueA,
				d.B, d.ValueB, d.Difference, d.CILow, d.CIHigh, d.N)
		}
	}
}

// TestAutoIsNeverMuchWorse: on the run that a newcomer sees first, the ensemble loses at most 2 % to the single recipe
// beside it, in the curve and in each cost.
func TestAutoIsNeverMuchWorse(t *testing.T) {
	rep, _ := read(t, "synthetic")
	for _, of := range []struct {
		target target.Target
		metric string
	}{{target.Curve, eval.MetricRMSE}, {target.EnergyPerEpoch, eval.MetricMAPE}, {target.TimePerEpoch, eval.MetricMAPE},
		{target.EnergyTotal, eval.MetricMAPE}} {
		single, ok := eval.Find(rep.Rows, "bezier+gbdt-quick", of.target, eval.GroupAll, of.metric)
		if !ok {
			t.Errorf("no row bezier+gbdt-quick %s %s", of.target, of.metric)
			continue
		}
		reaches(t, &rep, "auto-quick", bar{of.target, of.metric, 1.02 * single.Value})
	}
}

// TestTheFirstIsFrozen: all variants that the command or the default config names are scored, and the first one here, a
// network and boosted trees, is in the bundle; only the default run says that it is synthetic.
func TestTheFirstIsFrozen(t *testing.T) {
	for name, variants := range map[string][]string{
		"variants":  {"bezier+mlp", "svd+gbdt", "golearn-baseline"},
		"synthetic": {"bezier+gbdt-quick", "auto-quick"}, // pipeline/default.yaml
	} {
		t.Run(name, func(t *testing.T) {
			rep, dir := read(t, name)
			for _, v := range variants {
				i := slices.IndexFunc(rep.Variants, func(r report.Variant) bool { return r.Name == v })
				if i < 0 || rep.Variants[i].FailureReason != "" {
					t.Errorf("%s was not scored: %+v", v, rep.Variants)
				}
			}
			b, err := os.ReadFile(filepath.Join(dir, artifacts.ManifestName))
			if err != nil {
				t.Fatal(err)
			}
			var manifest struct{ Variants []artifacts.Variant }
			if err := json.Unmarshal(b, &manifest); err != nil || len(manifest.Variants) == 0 {
				t.Fatalf("the manifest: %v", err)
			}
			for _, v := range manifest.Variants {
				if v.Frozen != (v.Name == variants[0]) {
					t.Errorf("%s: frozen: %v, want %s", v.Name, v.Frozen, variants[0])
				}
			}
			if (rep.Synthetic != "") != (name == "synthetic") {
				t.Errorf("the notice: %q", rep.Synthetic)
			}
		})
	}
}
