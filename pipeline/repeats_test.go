package pipeline

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/internal/stream"
	"eahas/report"
)

// TestRepeatsAreCountedApart: a bundle's intervals are also checked for further runs of the configurations that it was
// trained on: here 40 of 4 runs, which differ by 30 %.
func TestRepeatsAreCountedApart(t *testing.T) {
	dir := t.TempDir()
	r := stream.New(4, "repeats")
	lines := []string{"batch,depth,joules"}
	for range 40 {
		batch, depth := 1+math.Floor(500*r.Float64()), 1+math.Floor(9*r.Float64())
		for range 4 {
			lines = append(lines, fmt.Sprintf("%g,%g,%.6g", batch, depth,
				math.Exp(0.01*batch+0.1*depth+0.3*r.NormFloat64())))
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "log.csv"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	inside := map[string]float64{}
	for _, source := range []string{"residuals", "spread"} {
		c, err := Parse("repeats.yaml", []byte(`name: repeats
seed: 2
logs: [{path: log.csv, layout: wide, params: [batch, depth], energy: {column: joules, unit: J, shape: total}}]
space: {params: [{name: batch, kind: linear, low: 1, high: 501}, {name: depth, kind: linear, low: 1, high: 10}]}
evaluate: {folds: 3, bootstrap: -1}
variants: [{name: process, base: grid+gp, cost: gp, intervals: `+source+`}]
`))
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(dir, source)
		if _, err := Run(t.Context(), c, Options{Out: out, DataDir: dir}); err != nil {
			t.Fatal(err)
		}
		rep, err := report.Read(filepath.Join(out, report.JSONFile))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range rep.Calibration {
			if l := c.Levels[len(c.Levels)-1]; c.Repeats {
				inside[source] = l.Observed
				if l.N != 160 || l.Width <= 0 {
					t.Errorf("%s: %+v", source, l)
				}
			}
		}
		text, err := os.ReadFile(filepath.Join(out, report.TextFile))
		if err != nil || !strings.Contains(string(text), "further runs of logged configurations") {
			t.Errorf("%v: the text says nothing of further runs", err)
		}
	}
	for source, share := range inside {
		if !(share > 0.9 && share <= 1) {
			t.Errorf("%s: %.3f inside 95 %%", source, share)
		}
	}
}
