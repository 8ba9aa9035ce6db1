package commands

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/cmd/internal/program"
	"eahas/pipeline"
	"eahas/report"
)

func TestDiffOfTwoBundles(t *testing.T) {
	config, dir := smallConfig(t, twoVariants), t.TempDir()
	stump, trees, out := filepath.Join(dir, "stump"), filepath.Join(dir, "trees"), filepath.Join(dir, "diff")
	mustTrain(t, "run", "-quiet", "-config", config, "-variants", "stump", "-out", stump)
	mustTrain(t, "run", "-quiet", "-config", config, "-variants", "trees", "-out", trees)
	stdout := mustTrain(t, "diff", "-quiet", "-out", out, "-config", config, stump, trees)
	if !strings.Contains(stdout, "largest disagreement: trial") || !strings.Contains(stdout, ", real") {
		t.Errorf("diff said\n%s", stdout)
	}
	rep, err := report.Read(filepath.Join(out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range rep.Diffs {
		if d.A != "stump" || d.B != "trees" || d.Group == "all" && d.Metric == "mape" && !(d.Difference < 0) {
			t.Errorf("difference %+v", d)
		}
	}
	if len(rep.Diffs) == 0 || rep.Variants[1].Bytes <= rep.Variants[0].Bytes {
		t.Errorf("%d differences, variants %+v", len(rep.Diffs), rep.Variants)
	}
	text, err := os.ReadFile(filepath.Join(out, pipeline.DisagreementsFile))
	if err != nil || strings.Count(string(text), "\n") < 5*5 {
		t.Errorf("disagreements %s: %v", text, err)
	}
	same := mustTrain(t, "diff", "-quiet", "-config", config, "-out", filepath.Join(dir, "same"), trees, trees)
	if !strings.Contains(same, "+0 (0 to 0), not real") || strings.Contains(same, ", real") {
		t.Errorf("a bundle differs from itself:\n%s", same)
	}
	if _, stderr, code := train(t, "diff", trees); code != program.Usage {
		t.Errorf("one bundle: exit code %d, %s", code, stderr)
	}
}

// TestDiffRunsNoSimulationOfABundle: the config inside a bundle may be anybody's.
func TestDiffRunsNoSimulationOfABundle(t *testing.T) {
	bundle, out := filepath.Join(t.TempDir(), "stump"), filepath.Join(t.TempDir(), "diff")
	mustTrain(t, "run", "-quiet", "-config", smallConfig(t, twoVariants), "-variants", "stump", "-out", bundle)
	_, stderr, code := train(t, "diff", "-out", out, bundle, bundle)
	if code != program.Failed || !strings.Contains(stderr, "no simulation is run because a bundle says so") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("the output is there: %v", err)
	}
}
