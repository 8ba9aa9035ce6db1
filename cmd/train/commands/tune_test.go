package commands

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eahas/cmd/internal/program"
	"eahas/pipeline"
	"eahas/report"
)

// tunable is a config whose default is bad on purpose.
const tunable = `name: tunable
seed: 8
simulate: {trials: 100}
space: {builtin: eahas-cifar10}
targets: [time_per_epoch]
evaluate: {folds: 3, bootstrap: 40}
variants:
  - {name: bad, base: bezier+gbdt, cost: {kind: gbdt, gbdt: {rounds: 100, rate: 0.002, leaves: 2}}}
`

// resultOf reads what a finished search wrote, without the journal, in which workers are named, and without the
// temporary and lock files that a killed process may leave.
func resultOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := folder(t, dir)
	maps.DeleteFunc(files, func(name, _ string) bool {
		return strings.HasPrefix(name, pipeline.JournalFile) || strings.HasPrefix(name, ".")
	})
	return files
}

func sameResult(t *testing.T, a, b string) {
	t.Helper()
	x, y := resultOf(t, a), resultOf(t, b)
	if len(x) < 4 || len(x) != len(y) {
		t.Fatalf("%d files in %s, %d in %s", len(x), a, len(y), b)
	}
	for name := range x {
		if x[name] != y[name] {
			t.Errorf("%s differs between %s and %s", name, a, b)
		}
	}
}

func TestTuneBeatsABadDefault(t *testing.T) {
	config, dir := smallConfig(t, tunable), t.TempDir()
	out := filepath.Join(dir, "tuned")
	stdout := mustTrain(t, "tune", "-quiet", "-config", config, "-trials", "10", "-out", out)
	if !strings.Contains(stdout, "recommended: bad-tuned") {
		t.Errorf("tune said\n%s", stdout)
	}
	rep, err := report.Read(filepath.Join(out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	better := false
	for _, d := range rep.Diffs {
		better = better || d.Metric == "mape" && d.Real() && d.Difference < 0
	}
	if !better {
		t.Errorf("differences %+v", rep.Diffs)
	}
	// The variant can be pasted into a config.
	snippet, err := os.ReadFile(filepath.Join(out, pipeline.TunedFile))
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(tunable, "variants:")
	pasted := smallConfig(t, head+string(snippet))
	mustTrain(t, "evaluate", "-quiet", "-config", pasted, "-out", filepath.Join(dir, "pasted"))

	if _, stderr, code := train(t, "tune", "-config", config); code != program.Usage {
		t.Errorf("without a budget: exit code %d, %s", code, stderr)
	}
}

// lines counts the lines of a journal that may not exist yet.
func lines(path string) int {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	return bytes.Count(b, []byte{'\n'})
}

// killAfter starts the process and kills it as soon as the journal has that many lines more, and reports whether it did
// so.
func killAfter(t *testing.T, c *exec.Cmd, journal string, more int) bool {
	t.Helper()
	before := lines(journal)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
			return false
		case <-time.After(time.Millisecond):
		}
		if lines(journal) >= before+more {
			_ = c.Process.Kill()
			return <-ended != nil
		}
	}
}

// A search that is killed again and again, from the first cheap rung on, ends with the bytes of an undisturbed one.
func TestKilledTuneGoesOn(t *testing.T) {
	config, dir := smallConfig(t, tunable), t.TempDir()
	whole, killed := filepath.Join(dir, "whole"), filepath.Join(dir, "killed")
	args := func(out string) []string {
		return []string{"tune", "-quiet", "-config", config, "-trials", "6", "-out", out}
	}
	mustTrain(t, args(whole)...)
	kills := 0
	for k := range 40 {
		if !killAfter(t, process(t, args(killed)...), filepath.Join(killed, pipeline.JournalFile), 2+k%7) {
			break
		}
		kills++
	}
	t.Logf("killed %d times", kills)
	if kills < 5 {
		t.Errorf("the search was killed %d times only", kills)
	}
	mustTrain(t, args(killed)...)
	sameResult(t, whole, killed)
}

// With a number of trials as budget the result depends on the seed alone, not on how many studies run side by side.
func TestTuneGivesTheSameBytesForAnyNumberOfWorkers(t *testing.T) {
	both := strings.NewReplacer("[time_per_epoch]", "[curve, time_per_epoch]", "bezier+gbdt",
		"svd+linear").Replace(tunable)
	config, dir := smallConfig(t, both), t.TempDir()
	for _, n := range []string{"1", "2", "5"} {
		c := process(t, "tune", "-quiet", "-config", config, "-trials", "6", "-out", filepath.Join(dir, n))
		c.Env = append(c.Env, "GOMAXPROCS="+n)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	sameResult(t, filepath.Join(dir, "1"), filepath.Join(dir, "2"))
	sameResult(t, filepath.Join(dir, "1"), filepath.Join(dir, "5"))
}

// Several processes share one journal and all end with the same report, also when one of them is killed on the way.
func TestTuneProcessesShareAJournal(t *testing.T) {
	config, dir := smallConfig(t, tunable), t.TempDir()
	out := filepath.Join(dir, "shared")
	args := []string{"tune", "-quiet", "-config", config, "-trials", "6", "-out", out}
	var running []*exec.Cmd
	for range 2 {
		c := process(t, args...)
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, c)
	}
	killAfter(t, process(t, args...), filepath.Join(out, pipeline.JournalFile), 12)
	for _, c := range running {
		if err := c.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := report.Read(filepath.Join(out, report.JSONFile)); err != nil {
		t.Fatal(err)
	}
	before := resultOf(t, out)
	mustTrain(t, args...)
	for name, text := range resultOf(t, out) {
		if before[name] != text {
			t.Errorf("%s changed when the finished search ran again", name)
		}
	}
}

// A budget in minutes ends every study, each with its default at least.
func TestTuneByMinutes(t *testing.T) {
	config, dir := smallConfig(t, tunable), t.TempDir()
	out := filepath.Join(dir, "out")
	said := mustTrain(t, "tune", "-quiet", "-config", config, "-minutes", "0.02", "-out", out)
	for _, study := range []string{"fold 0: ", "fold 1: ", "fold 2: ", "all trials: "} {
		if !strings.Contains(said, study) {
			t.Errorf("no line on %q:\n%s", study, said)
		}
	}
	b, err := os.ReadFile(filepath.Join(out, pipeline.JournalFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, study := range []string{"fold 0", "fold 1", "fold 2", "all"} {
		if !strings.Contains(string(b), `"what":"done","study":"`+study+`","trial":0`) {
			t.Errorf("the default of the study %q was not finished", study)
		}
	}
}
