package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"eahas/eval"
	"eahas/internal/fixture"
	"eahas/report"
)

// TestTaskSetIsBest: on validation losses of TaskSet the recommended variant ranks final losses better than LightGBM
// and random forests of scikit-learn, as they are and on the same ranks, by more than the interval of the paired
// difference.
func TestTaskSetIsBest(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for a minute")
	}
	python := fixture.Tool(t, "EAHAS_PYTHON")
	data := filepath.Dir(fixture.Data(t, "taskset.parquet"))
	out := filepath.Join(t.TempDir(), "out")
	peers := []string{"grid2+lightgbm", "grid2+log-lightgbm", "ranks6+lightgbm", "grid2+randomforest",
		"ranks6+randomforest"}
	var stdout, stderr bytes.Buffer
	if err := run(t.Context(), &stdout, &stderr, []string{"-config", "../../examples/taskset-best.yaml", "-data", data,
		"-variants", "rank-stack",
		"-peers", strings.Join(peers, ","), "-python", python, "-out", out}); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	t.Logf("%s", &stdout)
	rep, err := report.Read(filepath.Join(out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, d := range rep.Diffs {
		if d.Group != eval.GroupAll || d.Metric != eval.MetricFinalTau {
			continue
		}
		found++
		if d.N != 12000 || d.A != "rank-stack" || !(d.CIHigh < 0) {
			t.Errorf("final tau of %s: %.4f, of %s: %.4f; difference %.4f (%.4f to %.4f) on %d trials", d.A, d.ValueA,
				d.B, d.ValueB, d.Difference, d.CILow, d.CIHigh, d.N)
		}
	}
	if found != len(peers) {
		t.Errorf("%d of %d differences of the final tau", found, len(peers))
	}
}
