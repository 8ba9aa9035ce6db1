package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"eahas/eval"
	"eahas/internal/fixture"
	"eahas/report"
)

const smallConfig = `name: small
seed: 6
simulate: {trials: 60}
space: {builtin: eahas-cifar10}
targets: [curve]
evaluate: {folds: 2, bootstrap: 40}
variants:
  - {name: ours, base: grid+linear, representation: {points: 5}, intervals: none}
`

// TestPeersStandBesideTheVariant: the whole command, with two libraries, on few simulated trials. What the libraries
// reach on real logs is in bench/bars.
func TestPeersStandBesideTheVariant(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	oneThread(t)
	dir := t.TempDir()
	config, out := filepath.Join(dir, "small.yaml"), filepath.Join(dir, "out")
	write(t, config, smallConfig)
	peers := []string{"grid2+lightgbm", "grid2+knn"}
	var stdout, stderr bytes.Buffer
	if err := run(t.Context(), &stdout, &stderr, []string{"-config", config, "-peers", peers[0] + "," + peers[1],
		"-python", python, "-out", out}); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	rep, err := report.Read(filepath.Join(out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, peer := range peers {
		found := false
		for _, d := range rep.Diffs {
			found = found || d.A == "ours" && d.B == peer && d.Group == eval.GroupAll &&
				d.Metric == eval.MetricFinalTau && d.N == 60 && d.CILow <= d.CIHigh
		}
		if !found {
			t.Errorf("no difference to %s: %+v", peer, rep.Diffs)
		}
	}
}
