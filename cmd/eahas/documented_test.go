package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// smaller is the run of the README with fewer trials, on the same space.
const smaller = `name: synthetic
seed: 1
simulate: {trials: 150, repeats: 2, repeat_every: 10}
space: {builtin: eahas-cifar10, derived_columns: true}
variants:
  - {name: bezier+gbdt, base: bezier+gbdt, regressor: {gbdt: {rounds: 20}}, cost: {gbdt: {rounds: 20}}}
`

// asked are the commands that only read artifacts/synthetic and write what they are told to.
var asked = []string{"query", "info", "verify", "model", "tabular", "configspace", "pack", "source", "onnx", "yahpo",
	"search"}

// TestDocumentedCallsRun runs the calls in the documents that ask the bundle that the README makes, as they stand
// there, less those with a placeholder or a pipe.
func TestDocumentedCallsRun(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a small bundle")
	}
	files := documents(t)
	for i, f := range files {
		var err error
		if files[i], err = filepath.Abs(f); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("small.yaml", []byte(smaller), 0o666); err != nil {
		t.Fatal(err)
	}
	call := func(args ...string) (int, string) {
		var out, errs bytes.Buffer
		code := run(t.Context(), strings.NewReader(""), &out, &errs, append([]string{"eahas"}, args...))
		return code, errs.String() + out.String()
	}
	if code, text := call("run", "-quiet", "-config", "small.yaml"); code != 0 {
		t.Fatalf("the run ended with %d: %s", code, text)
	}
	artifacts, err := filepath.Abs("artifacts")
	if err != nil {
		t.Fatal(err)
	}
	ran := map[string]bool{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(b), "\n") {
			if strings.Contains(line, "|") || strings.Contains(line, " > ") {
				continue
			}
			for _, m := range aCall.FindAllStringSubmatch(line, -1) {
				text := strings.TrimSpace(m[1])
				words := strings.Fields(text)
				if ran[text] || !strings.Contains(text, "artifacts/synthetic") ||
					strings.ContainsAny(text, "…{[('\"\\$") ||
					!runnable(words) {
					continue
				}
				ran[text] = true
				t.Chdir(besideArtifacts(t, artifacts))
				if code, out := call(words...); code != 0 {
					t.Errorf("%s:%d: eahas %s: exit code %d: %.500s", filepath.Base(f), n+1, text, code, out)
				}
			}
		}
	}
	if len(ran) < 5 {
		t.Errorf("only %d calls ran: %v", len(ran), ran)
	}
	t.Logf("%d calls ran", len(ran))
}

// besideArtifacts makes an empty folder in which artifacts is that of the run, so that no call finds another's files.
func besideArtifacts(t *testing.T, artifacts string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Symlink(artifacts, filepath.Join(dir, "artifacts")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// runnable reports whether a call is one of those that are asked here, with values for all that it names.
func runnable(words []string) bool {
	for _, command := range asked {
		if words[0] == command && (command != "query" || strings.Contains(strings.Join(words, " "), "=")) {
			return command != "search" || len(words) > 1 && words[1] != "serve"
		}
	}
	return false
}
