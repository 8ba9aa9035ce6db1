package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

// resultOf reads what a finished search wrote, without the journal, in which workers are named, and without the temporary
// and lock files that a killed process may leave.
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

	if _, stderr, code := train(t, "tune", "-config", config); code != exitUsage {
		t.Errorf("without a budget: exit code %d, %s", code, stderr)
	}
}

// A search that is killed again and again ends with the bytes of an undisturbed one.
func TestKilledTuneGoesOn(t *testing.T) {
	config, dir := smallConfig(t, tunable), t.TempDir()
	whole, killed := filepath.Join(dir, "whole"), filepath.Join(dir, "killed")
	args := func(out string) []string {
		return []string{"tune", "-quiet", "-config", config, "-trials", "6", "-out", out}
	}
	began := time.Now()
	mustTrain(t, args(whole)...)
	took := time.Since(began)
	kills := 0
	for k := range 40 {
		c := process(t, args(killed)...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		var err error
		select {
		case err = <-ended:
		case <-time.After(took/6 + time.Duration(k)*took/40):
			_ = c.Process.Kill()
			err = <-ended
		}
		if err == nil {
			break
		}
		kills++
	}
	if kills == 0 {
		t.Log("the search was too fast to be killed")
	}
	mustTrain(t, args(killed)...)
	sameResult(t, whole, killed)
}

// Several processes share one journal and all end with the same report.
func TestTuneProcessesShareAJournal(t *testing.T) {
	config, dir := smallConfig(t, tunable), t.TempDir()
	out := filepath.Join(dir, "shared")
	var running []*exec.Cmd
	for range 3 {
		c := process(t, "tune", "-quiet", "-config", config, "-trials", "6", "-out", out)
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
	if _, err := report.Read(filepath.Join(out, report.JSONFile)); err != nil {
		t.Fatal(err)
	}
	before := resultOf(t, out)
	mustTrain(t, "tune", "-quiet", "-config", config, "-trials", "6", "-out", out)
	for name, text := range resultOf(t, out) {
		if before[name] != text {
			t.Errorf("%s changed when the finished search ran again", name)
		}
	}
}
