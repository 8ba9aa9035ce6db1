package commands

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/cmd/internal/program"
	"eahas/eval"
	"eahas/internal/fixture"
	"eahas/pipeline"
	"eahas/pipeline/peers"
	"eahas/pipeline/recipe"
	"eahas/report"
)

// twoVariants is a config of a fast comparison: one variant knows much, the other nearly nothing.
const twoVariants = `name: two
seed: 6
simulate: {trials: 90, repeats: 2, repeat_every: 3}
space: {builtin: eahas-cifar10}
evaluate: {folds: 3, bootstrap: 40}
variants:
  - {name: stump, base: bezier+gbdt, regressor: {kind: gbdt, gbdt: {rounds: 1, leaves: 2}}, cost: {kind: gbdt, gbdt: {rounds: 1, leaves: 2}}}
  - {name: trees, base: bezier+gbdt, regressor: {kind: gbdt, gbdt: {rounds: 60}}, cost: {kind: gbdt, gbdt: {rounds: 60}}}
`

// measured are the files of a comparison that a clock has a part in.
var measured = []string{pipeline.TimingsFile, pipeline.ComparisonFile, pipeline.ComparisonHTML}

// Without a Python for the peers nothing is trained, and the words say what would help.
func TestPeersNeedPython(t *testing.T) {
	config := smallConfig(t, twoVariants)
	for want, args := range map[string][]string{
		"pip install numpy lightgbm may help":                 {"-python", "no-such-python"},
		"name a Python with numpy, scikit-learn, lightgbm or": {"-python", "no-such-python"},
		"compare without -shard":                              {"-shard", "0/2"},
	} {
		_, errs, code := train(t, append([]string{"compare", "-config", config, "-out",
			filepath.Join(t.TempDir(), "out"), "-peers"}, args...)...)
		if code == 0 || !strings.Contains(errs, want) || strings.Contains(errs, "fold 0") {
			t.Errorf("%v: exit code %d, %s", args, code, errs)
		}
	}
}

// TestComparePeers: with a Python that has the libraries, one of each kind learns the folds.
func TestComparePeers(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	text := strings.Replace(twoVariants, "evaluate:", "targets: [energy_per_epoch]\nevaluate:", 1)
	out := mustTrain(t, "compare", "-quiet", "-config", smallConfig(t, text), "-out", filepath.Join(t.TempDir(), "out"),
		"-variants", "trees", "-peers", "-python", python)
	for _, library := range peers.Default {
		if !strings.Contains(out, "trees against "+library+", energy_per_epoch: log_r2") {
			t.Errorf("nothing of %s in\n%s", library, out)
		}
	}
}

func TestCompareAndItsShards(t *testing.T) {
	one := strings.ReplaceAll(twoVariants, "rounds: 60", "rounds: 60, row_sample: 0.9") // something is left to chance
	text := strings.Replace(one, "bootstrap: 40", "bootstrap: 40, seeds: 2", 1)
	config, dir := smallConfig(t, text), t.TempDir()
	whole := filepath.Join(dir, "whole")
	out := mustTrain(t, "compare", "-quiet", "-config", config, "-out", whole)
	if !strings.Contains(out, "recommended: trees") {
		t.Errorf("compare said\n%s", out)
	}
	checkComparison(t, whole)
	checkSeeds(t, whole)
	mustTrain(t, "evaluate", "-quiet", "-config", smallConfig(t, one), "-out", filepath.Join(dir, "one"))
	several, kept := folder(t, filepath.Join(dir, ".whole.stages")), 0
	for name, b := range folder(t, filepath.Join(dir, ".one.stages")) {
		if strings.HasPrefix(name, "evaluate") && strings.HasSuffix(name, ".stage") {
			kept++
			if several[name] != b {
				t.Errorf("%s is another one with more training seeds", name)
			}
		}
	}
	if kept != 2*3 {
		t.Errorf("%d held-out folds of two variants", kept)
	}

	const shards = 3
	var parts []string
	var running []*exec.Cmd
	for i := range shards {
		parts = append(parts, filepath.Join(dir, fmt.Sprint("part", i)))
		c := process(t, "compare", "-quiet", "-config", config, "-out", parts[i], "-shard",
			fmt.Sprintf("%d/%d", i, shards))
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, c)
	}
	for _, c := range running {
		if err := c.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	trained := 0
	for _, part := range parts {
		files, _ := filepath.Glob(filepath.Join(part, "evaluate*.stage"))
		trained += len(files)
	}
	if trained != 2*2*3 {
		t.Errorf("the shards trained %d of 2 variants x 2 seeds x 3 folds", trained)
	}
	joined := filepath.Join(dir, "joined")
	mustTrain(t, append([]string{"merge", "-quiet", "-config", config, "-out", joined}, parts...)...)
	a, b := folder(t, whole), folder(t, joined)
	for name := range a {
		if !slices.Contains(measured, name) && a[name] != b[name] {
			t.Errorf("%s differs between one process and %d shards", name, shards)
		}
	}

	_, stderr, code := train(t, "merge", "-quiet", "-config", config, "-out", filepath.Join(dir, "x"), parts[0],
		parts[2])
	if code != program.Failed || !strings.Contains(stderr, "shard 1/3 is missing") {
		t.Errorf("without a shard: exit code %d, %s", code, stderr)
	}
	other := smallConfig(t, strings.Replace(text, "seed: 6", "seed: 7", 1))
	for _, other := range []string{other, smallConfig(t, one)} { // another root seed; one training seed in place of two
		_, stderr, code = train(t, append([]string{"merge", "-quiet", "-config", other, "-out",
			filepath.Join(dir, "y")}, parts...)...)
		if code != program.Failed || !strings.Contains(stderr, "another config") {
			t.Errorf("with another config: exit code %d, %s", code, stderr)
		}
	}
	damage(t, parts[1])
	_, stderr, code = train(t, append([]string{"merge", "-quiet", "-config", config, "-out", filepath.Join(dir, "z")},
		parts...)...)
	if code != program.Failed || !strings.Contains(stderr, "missing or damaged") {
		t.Errorf("with a damaged part: exit code %d, %s", code, stderr)
	}
	if _, stderr, code = train(t, "compare", "-config", config, "-shard", "3/3"); code != program.Usage {
		t.Errorf("-shard 3/3: exit code %d, %s", code, stderr)
	}
}

// checkSeeds sees to it that two training seeds are both scored, and that they differ where there is chance.
func checkSeeds(t *testing.T, dir string) {
	t.Helper()
	rep, err := report.Read(filepath.Join(dir, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	if len(rep.Seeds) != 2*(5+4*4) { // variants, main metrics of the curve and of four costs
		t.Errorf("%d figures under two seeds", len(rep.Seeds))
	}
	lucky := 0
	for _, s := range rep.Seeds {
		if s.SD > 0 {
			lucky++
		}
		row, _ := eval.Find(rep.Rows, s.Variant, s.Target, eval.GroupAll, s.Metric)
		if len(s.Values) != 2 || s.Values[0] != row.Value {
			t.Errorf("%s %s %s: %v under two seeds, the row says %v", s.Variant, s.Target, s.Metric, s.Values,
				row.Value)
		}
	}
	if lucky < 15 {
		t.Errorf("%d of %d figures depend on the training seed", lucky, len(rep.Seeds))
	}
	for _, d := range rep.Diffs {
		if d.Seeds == nil || d.Group == eval.GroupAll && !(d.Seeds.Low <= d.Difference &&
			d.Difference <= d.Seeds.High) {
			t.Errorf("%s %s %s: the difference %v, any two trainings %+v", d.Target, d.Group, d.Metric, d.Difference,
				d.Seeds)
		}
	}
}

func damage(t *testing.T, part string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(part, "evaluate*.stage"))
	if len(files) == 0 {
		t.Fatal("the part holds no evaluation")
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-1] ^= 1
	if err := os.WriteFile(files[0], b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func checkComparison(t *testing.T, dir string) {
	t.Helper()
	rep, err := report.Read(filepath.Join(dir, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	if rep.Recommended == nil || rep.Recommended.Variant != "trees" ||
		!strings.Contains(rep.Recommended.Why, "really worse, by paired intervals: stump (") {
		t.Errorf("recommended %+v", rep.Recommended)
	}
	realDiffs := 0
	for _, d := range rep.Diffs {
		if d.A != "trees" || d.B != "stump" {
			t.Fatalf("the pair %s, %s", d.A, d.B)
		}
		if d.Real() {
			realDiffs++
		}
	}
	if realDiffs < 10 {
		t.Errorf("%d of %d differences are real", realDiffs, len(rep.Diffs))
	}
	used, rivals := 0, 0
	for _, c := range rep.Calibration {
		if c.Chosen {
			used++
		} else {
			rivals++
		}
	}
	if used != 2*5 || rivals < used {
		t.Errorf("calibration of %d variants and targets, wanted 10, and of %d further sources", used, rivals)
	}
	for _, v := range rep.Variants {
		if v.Trivial || recipe.IsReference(v.Name) {
			continue
		}
		if v.Bytes == 0 || v.TrainSeconds != 0 || v.QueryMicros != 0 {
			t.Errorf("the report holds the bytes %d and the measured times %g and %g of %s", v.Bytes, v.TrainSeconds,
				v.QueryMicros, v.Name)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, pipeline.TimingsFile))
	if err != nil {
		t.Fatal(err)
	}
	var timings []pipeline.Timing
	if err := json.Unmarshal(b, &timings); err != nil || len(timings) != 2 {
		t.Fatalf("timings %s: %v", b, err)
	}
	for _, x := range timings {
		if !(x.TrainWall > 0 && x.QueryMicros > 0 && x.Bytes > 0) {
			t.Errorf("timings %+v", x)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, pipeline.ComparisonFile))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, pipeline.ComparisonHTML))
	if err != nil || !strings.Contains(string(page), `id="slices"`) ||
		!strings.Contains(string(page), "<summary>By optimizer") {
		t.Errorf("the page has no slices by optimizer (%v)", err)
	}
	for _, want := range []string{"µs", "by optimizer", "by quartile of the last value", "Paired differences",
		"Calibration"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("comparison.txt has no %q", want)
		}
	}
}
