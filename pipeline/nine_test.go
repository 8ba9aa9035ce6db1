package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/artifacts/export"
	"eahas/features"
	"eahas/internal/fixture"
	"eahas/report"
)

// nineLog is 60 trainings of cells of NAS-Bench-201, each with a width, of 6 epochs or cut after 4: three curves,
// joules and seconds that count on, watts and a margin by epoch, and numbers of the whole run, one of which a quarter
// of the runs lacks.
func nineLog() string {
	var b strings.Builder
	b.WriteString("run,arch,width,epoch,val_acc,test_acc,loss,joules,seconds,watts,lat_a100,lat_v100,mem,margin\n")
	operations := []string{"none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		var o [6]string
		large := 0.0
		for k := range o {
			if o[k] = operations[r.IntN(5)]; o[k] == "nor_conv_3x3" {
				large++
			}
		}
		arch := fmt.Sprintf("|%s~0|+|%s~0|%s~1|+|%s~0|%s~1|%s~2|", o[0], o[1], o[2], o[3], o[4], o[5])
		width := float64(int(8) << (i % 4))
		latency, v100 := 0.1*width+0.4*large, ""
		if i%4 > 0 || i < 8 {
			v100 = fmt.Sprint(1.7 * latency)
		}
		for e := range 6 - 2*(i%5/4) {
			up := 1 - math.Exp(-float64(e+1)/(2+large))
			acc, epochs := 0.3+(0.4+0.03*large)*up, float64(e+1)
			fmt.Fprintf(&b, "r%d,%s,%g,%d,%.5f,%.5f,%.5f,%g,%g,%g,%g,%s,%g,%g\n", i, arch, width, e+1, acc, acc-0.01,
				2.3*math.Exp(-up*(1+.2*large)), (100+width*(1+large))*epochs, (3+.05*width)*epochs,
				150+width+epochs, latency, v100, 200+3*width+10*large, large-2+epochs/100)
		}
	}
	return b.String()
}

const nineConfig = `name: nine
seed: 1
logs:
  - {path: runs.csv, layout: long, id: run, params: [arch, width],
     curve: {column: val_acc, kind: accuracy, unit: fraction, epochs: {column: epoch}},
     energy: {column: joules, unit: J, shape: cumulative}, time: {column: seconds, unit: s, shape: cumulative}}
space:
  params:
    - name: arch
      kind: graph
      graph: {form: edges, operations: [none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3], vertices: 4,
        disconnected: true}
    - {name: width, kind: ordinal, choices: [8, 16, 32, 64], log: true}
  known: [{name: area, formula: width^2}]
targets:
  - {name: test_acc, per: curve, unit: fraction, direction: higher, scale: bounded}
  - {name: loss, per: curve, direction: lower, scale: log}
  - {name: watts, per: epoch, unit: W}
  - {name: latency_a100, column: lat_a100, unit: ms, scale: log}
  - {name: latency_v100, column: lat_v100, unit: ms, scale: log}
  - {name: memory, column: mem, unit: MB, direction: lower, scale: bounded, low: 100, high: 600}
  - {name: margin, per: epoch, direction: higher}
evaluate: {folds: 2, bootstrap: 5}
epochs: {fixed: 6}
variants: [{name: trees, base: grid+gbdt, regressor: {gbdt: {rounds: 20, min_child_count: 2}},
  cost: {kind: gbdt, gbdt: {rounds: 20, min_child_count: 2}}, intervals: residuals}]
`

// Nine targets and more, of every span, scale and direction, over a graph and a derived column, are one bundle: of the
// same bytes for any number of workers, with golden answers that are given again, and with exports and Python clients
// that answer as it does, or refuse it in words.
func TestNineTargets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "runs.csv"), []byte(nineLog()), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(workers int) string {
		c, err := Parse("nine.yaml", []byte(nineConfig))
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), "bundle")
		if _, err := Run(t.Context(), c, Options{Out: out, DataDir: dir, Workers: workers}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	one, four := run(1), run(4)
	// the manifest sums up the models
	for _, f := range []string{artifacts.ManifestName, "golden.jsonl", report.JSONFile} {
		x, _ := os.ReadFile(filepath.Join(one, f))
		y, _ := os.ReadFile(filepath.Join(four, f))
		if len(x) == 0 || !bytes.Equal(x, y) {
			t.Errorf("%s: %d and %d bytes by one and four workers, not the same", f, len(x), len(y))
		}
	}
	b, err := artifacts.OpenBundle(one)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(b.Surrogate.Heads()); n < 9 || b.GoldenQueries == 0 || b.MaxDifference != 0 {
		t.Errorf("%d targets, %d golden answers with a largest difference of %g", n, b.GoldenQueries, b.MaxDifference)
	}
	refused := ""
	for _, f := range export.Formats() {
		switch _, err := f.Files(b.Surrogate, export.Options{Rows: 5, Bundle: one}); {
		case errors.Is(err, export.ErrUnsupported):
			refused += f.Name + ": " + err.Error() + "\n"
		case err != nil:
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	for _, want := range []string{`onnx-query: export: onnx-query: onnx: the format cannot hold this model: axis "arch"`,
		"yahpo: ", "source-go: ", "source-c: "} {
		if !strings.Contains(refused, want) {
			t.Errorf("no %q in what is refused:\n%s", want, refused)
		}
	}
	t.Run("python", func(t *testing.T) { nineInPython(t, b.Surrogate, one) })
}

// nineInPython holds the libraries of the exports, the Python client (one question and many) and the second reader of
// the format to the surrogate's answers.
func nineInPython(t *testing.T, s *artifacts.Surrogate, dir string) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	verified, err := export.Verify(t.Context(), s, python, 60)
	if err != nil || len(verified) < 8 {
		t.Errorf("%d verified, %v", len(verified), err)
	}
	out := pythonSays(t, python, `import sys, eahas, numpy as np
b = eahas.Benchmark(sys.argv[1])
rng = np.random.default_rng(3)
configs = [{"arch": "|" + "|+|".join("|".join(f"{rng.choice(['none', 'skip_connect', 'nor_conv_3x3'])}~{i}"
    for i in range(k)) for k in (1, 2, 3)) + "|", "width": int(rng.choice([8, 16, 32, 64]))} for _ in range(20)]
many = b.query_batch(configs)
for c, m in zip(configs, many):
    one = b.query(c)
    series = [one.curve, one.energy, one.time, *one.curves.values()]
    for x, y in zip(series, [m.curve, m.energy, m.time, *m.curves.values()]):
        assert np.array_equal(x, y), (c, x, y)
    assert one.targets == m.targets, c
    print(c["arch"], c["width"], len(one.curves), *(x for s in series for x in s), *one.targets.values())`, dir)
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 20 {
		t.Fatalf("%s", out)
	}
	for _, line := range lines {
		fields := strings.Fields(line)
		var width float64
		fmt.Sscan(fields[1], &width)
		a, err := s.Query(features.Config{"arch": features.Text(fields[0]), "width": features.Number(width)})
		if err != nil {
			t.Fatal(err)
		}
		want := append(append(append([]float64{}, a.Curve...), a.Energy...), a.Time...)
		for _, c := range a.Curves {
			want = append(want, c.Values...)
		}
		for _, n := range a.Own {
			want = append(want, n.Value)
		}
		if fields[2] != "2" || len(fields) != 3+len(want) || len(want) != 5*6+5 {
			t.Fatalf("%s: not two further curves and %d numbers", line, len(want))
		}
		for i, x := range want {
			var got float64
			if _, err := fmt.Sscan(fields[3+i], &got); err != nil || math.Abs(got-x) > 1e-9*math.Abs(x) {
				t.Fatalf("%s: number %d is not %g", line, i, x)
			}
		}
	}
}
