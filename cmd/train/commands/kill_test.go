package commands

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"eahas/cmd/internal/program"
)

// small is a config of a fast run on simulated trials, with several stages.
const small = `name: small
seed: 5
simulate: {trials: 160}
space: {builtin: eahas-cifar10}
evaluate: {folds: 3, bootstrap: 20}
variants:
  - {name: trees, base: bezier+gbdt, regressor: {kind: gbdt, gbdt: {rounds: 60}}, cost: {kind: gbdt, gbdt: {rounds: 60}}}
  - {name: components, base: svd+gbdt, regressor: {kind: gbdt, gbdt: {rounds: 60}}, cost: {kind: gbdt, gbdt: {rounds: 60}}}
`

func smallConfig(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "small.yaml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSameBytesTwiceAndForAnyNumberOfWorkers(t *testing.T) {
	config := smallConfig(t, small)
	dir := t.TempDir()
	for _, n := range []string{"1", "2", "3"} {
		c := process(t, "run", "-quiet", "-config", config, "-out", filepath.Join(dir, n))
		c.Env = append(c.Env, "GOMAXPROCS="+n)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	sameFolder(t, filepath.Join(dir, "1"), filepath.Join(dir, "2"))
	sameFolder(t, filepath.Join(dir, "1"), filepath.Join(dir, "3"))
}

// A run that is killed again and again, at other moments each time, ends with the bytes of an undisturbed one.
func TestKilledRunsGoOn(t *testing.T) {
	config := smallConfig(t, small)
	dir := t.TempDir()
	whole, killed := filepath.Join(dir, "whole"), filepath.Join(dir, "killed")
	began := time.Now()
	mustTrain(t, "run", "-quiet", "-config", config, "-out", whole)
	took := time.Since(began)
	kills := 0
	for k := 0; k < 60; k++ {
		c := process(t, "run", "-quiet", "-config", config, "-out", killed)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(took/12*time.Duration(1+k%12), func() { _ = c.Process.Signal(syscall.SIGKILL) })
		err := c.Wait()
		timer.Stop()
		if _, stat := os.Stat(killed); err != nil && stat == nil {
			sameFolder(t, whole, killed) // whatever can be seen at the bundle's place is whole
		}
		if err == nil {
			break
		}
		kills++
	}
	t.Logf("killed %d times; an undisturbed run took %s", kills, took)
	if kills == 0 {
		t.Fatal("no run was killed: the test shows nothing")
	}
	mustTrain(t, "run", "-quiet", "-config", config, "-out", killed)
	sameFolder(t, whole, killed)
}

func TestInterruptEndsSoonAndTheNextRunGoesOn(t *testing.T) {
	config := smallConfig(t, strings.ReplaceAll(small, "rounds: 60", "rounds: 3000"))
	out := filepath.Join(t.TempDir(), "out")
	c := process(t, "run", "-config", config, "-out", out)
	stderr := new(strings.Builder)
	c.Stderr = stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	sent := time.Now()
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	err := c.Wait()
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != program.Interrupted {
		t.Fatalf("ended with %v, wanted exit code %d\n%s", err, program.Interrupted, stderr)
	}
	t.Logf("ended %s after the signal", time.Since(sent))
	if !strings.Contains(stderr.String(), "goes on from the last finished stage") {
		t.Errorf("does not say how to go on:\n%s", stderr)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("an interrupted run left something at the bundle's place")
	}
}
