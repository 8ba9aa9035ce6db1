package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/internal/stream"
)

// TestMeasure: on devices that differ by a factor and a bend, adapting is better than training on the runs alone, and a
// line stands for each target, device and k that there are runs for.
func TestMeasure(t *testing.T) {
	dir := t.TempDir()
	log := "run,batch,gpu,epoch_s,joules\n"
	r := stream.New(5, "bench adapt")
	for i := range 160 {
		batch, g := float64(8+r.IntN(120)), i%4
		s := (20 + 4000/batch) * []float64{1, 0.5, 0.3, 2}[g] * math.Exp(0.02*r.NormFloat64()+0.1*float64(g)*batch/128)
		log += fmt.Sprintf("%d,%g,gpu%d,%.5g,%.5g\n", i, batch, g, s, 200*s)
	}
	config := `name: bench
seed: 1
logs:
  - path: log.csv
    layout: wide
    id: run
    params: [batch, gpu]
    energy: {column: joules, unit: J, shape: mean}
    time: {column: epoch_s, unit: s, shape: mean}
space:
  params:
    - {name: batch, kind: integer, low: 8, high: 128, log: true}
    - {name: gpu, kind: choice, choices: [gpu0, gpu1, gpu2, gpu3]}
evaluate: {bootstrap: -1}
variants: [{name: trees, base: grid+linear, cost: linear}]
`
	for name, text := range map[string]string{"log.csv": log, "c.yaml": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	err := run(t.Context(), &out, []string{"-config", filepath.Join(dir, "c.yaml"), "-data", dir, "-work",
		filepath.Join(dir, "work"), "-variant", "trees", "-k", "5,20,100", "-draws", "2"})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 1+2*4*2 {
		t.Fatalf("%d lines:\n%s", len(lines), out.String())
	}
	better := 0
	for _, line := range lines[1:] {
		var target, gpu string
		var runs, k int
		var adapt, scratch, factor, all, held float64
		if _, err := fmt.Sscanf(line, "%s %s %d %d %f %% %f %% %f %% %f %% %f %%", &target, &gpu, &runs, &k, &adapt,
			&scratch, &factor, &all, &held); err != nil || runs != 40 {
			t.Fatalf("%q: %v", line, err)
		}
		if adapt < scratch {
			better++
		}
		if k == 20 && adapt > 10 {
			t.Errorf("from 20 runs: %s", line)
		}
	}
	if better < 14 {
		t.Errorf("better than from zero in %d of 16:\n%s", better, out.String())
	}
}
