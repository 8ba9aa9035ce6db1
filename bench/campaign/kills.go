package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"eahas/internal/stream"
)

// killed are the commands of a campaign of kills: each writes the folder -out.
var killed = []string{"run", "compare", "evaluate"}

// small is the config that they run.
const small = `name: small
seed: 5
simulate: {trials: 160}
space: {builtin: eahas-cifar10}
evaluate: {folds: 3, bootstrap: 20}
variants:
  - {name: trees, base: bezier+gbdt, regressor: {kind: gbdt, gbdt: {rounds: 60}}, cost: {kind: gbdt, gbdt: {rounds: 60}}}
  - {name: components, base: svd+gbdt, regressor: {kind: gbdt, gbdt: {rounds: 60}}, cost: {kind: gbdt, gbdt: {rounds: 60}}}
`

// kills kills each command at random moments, starts it again, and compares what is there with an undisturbed run: at
// any time nothing or everything, at the end everything, and no other files beside it.
func kills(ctx context.Context, out io.Writer, p plan) error {
	dir, err := os.MkdirTemp("", "campaign")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	config := filepath.Join(dir, "small.yaml")
	if err := os.WriteFile(config, []byte(small), 0o644); err != nil {
		return err
	}
	done, broken := 0, 0
	for i, command := range killed {
		k := killing{plan: p, command: command, config: config, dir: filepath.Join(dir, command)}
		n, err := k.all(ctx, p.share(i, len(killed)))
		done += n
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			broken++
			fmt.Fprintf(out, "%s: %v\n", command, err)
		}
	}
	fmt.Fprintf(out, "kills: %d from seed %d over %s\n  broken   %d\n", done, p.Seed, strings.Join(killed, ", "),
		broken)
	if broken > 0 {
		return errBroken
	}
	return nil
}

type killing struct {
	plan
	command, config, dir string
}

func (k killing) start(ctx context.Context, out string) *exec.Cmd {
	return exec.CommandContext(ctx, k.Program, k.command, "-quiet", "-config", k.config, "-out", out)
}

// all kills n times and returns how many there were.
func (k killing) all(ctx context.Context, n int) (int, error) {
	whole := filepath.Join(k.dir, "whole", "out")
	began := time.Now()
	if text, err := k.start(ctx, whole).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w\n%s", err, text)
	}
	took := time.Since(began)
	want, err := content(whole)
	if err != nil {
		return 0, err
	}
	done := 0
	for round := 0; done < n; round++ {
		at := filepath.Join(k.dir, fmt.Sprint(round), "out")
		rng := stream.New(k.Seed, "kills", k.command, fmt.Sprint(round))
		for done < n {
			c := k.start(ctx, at)
			if err := c.Start(); err != nil {
				return done, err
			}
			timer := time.AfterFunc(time.Duration(rng.Float64()*float64(took)), func() { _ = c.Process.Kill() })
			err := c.Wait()
			timer.Stop()
			if ctx.Err() != nil {
				return done, ctx.Err()
			}
			if err == nil {
				break
			}
			done++
			if _, stat := os.Stat(at); stat == nil {
				if err := equal(at, want); err != nil {
					return done, fmt.Errorf("after kill %d of round %d: %w", done, round, err)
				}
				break // it was killed when all was written
			}
		}
		if _, stat := os.Stat(at); stat != nil {
			if text, err := k.start(ctx, at).CombinedOutput(); err != nil {
				return done, fmt.Errorf("round %d does not go on: %w\n%s", round, err, text)
			}
		}
		if err := equal(at, want); err != nil {
			return done, fmt.Errorf("round %d ends with other files: %w", round, err)
		}
		if err := onlyStages(filepath.Dir(at)); err != nil {
			return done, fmt.Errorf("round %d: %w", round, err)
		}
		if err := os.RemoveAll(filepath.Dir(at)); err != nil {
			return done, err
		}
	}
	return done, nil
}

// content reads a folder's files by their names; files of measured times differ from run to run and are left out.
func content(dir string) (map[string][]byte, error) {
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if measured(name) {
			return nil
		}
		out[name], err = os.ReadFile(path)
		return err
	})
	return out, err
}

// measured reports whether a file of a comparison holds times of this machine (docs/compare.md).
func measured(name string) bool {
	return name == "timings.json" || strings.HasPrefix(name, "comparison.")
}

func equal(dir string, want map[string][]byte) error {
	got, err := content(dir)
	if err != nil {
		return err
	}
	return differences(got, want)
}

// differences names the files in which a result is another than it should be.
func differences(got, want map[string][]byte) error {
	var errs []error
	for name, b := range want {
		if g, ok := got[name]; !ok || !bytes.Equal(g, b) {
			errs = append(errs, fmt.Errorf("%s is missing or another", name))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			errs = append(errs, fmt.Errorf("%s is too much", name))
		}
	}
	return errors.Join(errs...)
}

// onlyStages sees to it that a folder holds the output and its stages, and no temporary files.
func onlyStages(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != "out" && e.Name() != ".out.stages" && !strings.HasSuffix(e.Name(), ".lock") {
			return fmt.Errorf("%s was left behind", e.Name())
		}
	}
	return nil
}
