package pipeline

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/fixture"
	"eahas/internal/stream"
	"eahas/report"
)

// unseenConfig declares a device that no run was trained on.
const unseenConfig = `name: devices
seed: 2
logs:
  - path: log.csv
    layout: wide
    params: [gpu, batch]
    energy: {column: joules, unit: J, shape: total}
space:
  params:
    - {name: gpu, kind: choice, choices: [a, b, c, d, e, f, g]}
    - {name: batch, kind: log, low: 1, high: 1000}
evaluate: {folds: 3, group_by: gpu, unseen: true, bootstrap: -1}
variants: [{name: trees, base: grid+gbdt}]
`

// devices writes a log of six devices, each with a level of its own far from the others'.
func devices(t *testing.T, dir string) {
	r := stream.New(4, "devices")
	lines := []string{"gpu,batch,joules"}
	for d, gpu := range []string{"a", "b", "c", "d", "e", "f"} {
		level := []float64{0, 2, -2, 1, 3, -1}[d]
		for range 25 {
			batch := math.Exp(6.9 * r.Float64())
			lines = append(lines, fmt.Sprintf("%s,%.6g,%.6g", gpu, batch,
				math.Exp(level+0.5*math.Log(batch)+0.02*r.NormFloat64())))
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "log.csv"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestUnseenDevicesHaveWiderBounds: a bundle knows how sure it is of a device that it was trained on, and of one that
// it was not, and the report checks both.
func TestUnseenDevicesHaveWiderBounds(t *testing.T) {
	dir := t.TempDir()
	devices(t, dir)
	c, err := Parse("devices.yaml", []byte(unseenConfig))
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "bundle")
	if _, err := Run(t.Context(), c, Options{Out: out, DataDir: dir}); err != nil {
		t.Fatal(err)
	}
	s, err := artifacts.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	ratio := map[string]float64{}
	for gpu, unseen := range map[string]string{"b": "", "g": "gpu"} {
		a, err := s.Query(features.Config{"gpu": features.Text(gpu), "batch": features.Number(31)})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Bounds(a, 0.8); err != nil {
			t.Fatal(err)
		}
		v := a.Intervals
		if v.Unseen != unseen || !(v.EnergyTotalLow < a.EnergyTotal && a.EnergyTotal < v.EnergyTotalHigh) ||
			a.Extrapolates != (unseen != "") {
			t.Errorf("gpu %s: %+v, %+v", gpu, a, v)
		}
		ratio[gpu] = v.EnergyTotalHigh / v.EnergyTotalLow
		if text := string(a.AppendJSON(nil)); strings.Contains(text, `"unseen":"gpu"`) != (unseen != "") {
			t.Errorf("gpu %s: %s", gpu, text)
		}
	}
	if !(ratio["b"] < 2 && ratio["g"] > 10) { // levels differ by up to e^5, runs of a device by 2 %
		t.Errorf("high over low: %v", ratio)
	}
	rep, err := report.Read(filepath.Join(out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	inside := map[string]float64{}
	for _, c := range rep.Calibration {
		inside[c.Variant] = c.Levels[len(c.Levels)-1].Observed
	}
	if len(inside) != 2 || inside["trees, new gpu"] < 0.8 {
		t.Errorf("inside 95 %%: %v", inside)
	}
	t.Run("python", func(t *testing.T) { samePythonBounds(t, out, ratio["g"]) })
}

// TestUnseenValueOfAllLabels: where only one device has a label of a target, nothing can be said of devices that were
// never seen, and the run goes on.
func TestUnseenValueOfAllLabels(t *testing.T) {
	dir := t.TempDir()
	var lines []string
	for i := range 60 {
		seconds := ""
		if i%3 == 0 {
			seconds = fmt.Sprint(1 + i)
		}
		lines = append(lines, fmt.Sprintf("%c,%d,%d,%s", "abc"[i%3], 1+i, 3+i, seconds))
	}
	text := "gpu,batch,joules,seconds\n" + strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(dir, "log.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Parse("devices.yaml", []byte(strings.Replace(unseenConfig, "evaluate:", "targets: [energy_total, "+
		"{name: seconds, column: seconds, unit: s, direction: lower, scale: log}]\nevaluate:", 1)))
	if err != nil {
		t.Fatal(err)
	}
	res, err := Evaluate(t.Context(), c, Options{Out: filepath.Join(dir, "out"), DataDir: dir})
	if err != nil || !strings.Contains(strings.Join(res.Warnings, "\n"), "no figures for a gpu that was never seen") {
		t.Fatalf("%v: %+v", err, res)
	}
}

// samePythonBounds asks the Python client for the bounds of the device that was never seen.
func samePythonBounds(t *testing.T, bundle string, want float64) {
	client, err := filepath.Abs(filepath.Join("..", "clients", "python"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(fixture.Tool(t, "EAHAS_PYTHON"), "-c", `import sys, eahas
a = eahas.Benchmark(sys.argv[1]).query_batch([{"gpu": "b", "batch": 31}, {"gpu": "g", "batch": 31}], level=0.8)
print(float(a.high["energy_total"][1] / a.low["energy_total"][1]))`, bundle)
	cmd.Env = append(os.Environ(), "PYTHONPATH="+client, "PYTHONDONTWRITEBYTECODE=1")
	b, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if got, err := strconv.ParseFloat(strings.TrimSpace(string(b)), 64); err != nil || math.Abs(got/want-1) > 1e-9 {
		t.Errorf("high over low is %q, want %v", b, want)
	}
}
