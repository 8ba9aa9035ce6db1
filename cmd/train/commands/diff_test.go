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
	for _, args := range [][]string{{"-config", config}, nil} {
		stdout := mustTrain(t, append(append([]string{"diff", "-quiet", "-out", out}, args...), stump, trees)...)
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
	}
	same := mustTrain(t, "diff", "-quiet", "-config", config, "-out", filepath.Join(dir, "same"), trees, trees)
	if !strings.Contains(same, "+0 (0 to 0), not real") || strings.Contains(same, ", real") {
		t.Errorf("a bundle differs from itself:\n%s", same)
	}
	if _, stderr, code := train(t, "diff", trees); code != program.Usage {
		t.Errorf("one bundle: exit code %d, %s", code, stderr)
	}
}
