package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/artifacts/export"
	"eahas/features"
	"eahas/internal/fixture"
	"eahas/report"
	"eahas/search"
	"eahas/search/next"
	"eahas/trial/target"
)

// ownLog is 60 runs of two settings: a latency that every seventh row lacks, a final accuracy and a margin that may be
// negative.
func ownLog() string {
	var b strings.Builder
	b.WriteString("id,depth,width,lat_ms,acc,margin\n")
	for i := range 60 {
		depth, width := 1+i%10, 8*(1+i/10)
		lat := fmt.Sprintf("%g", 0.5*float64(depth)+0.01*float64(width*depth))
		if i%7 == 0 {
			lat = ""
		}
		fmt.Fprintf(&b, "r%d,%d,%d,%s,%g,%g\n", i, depth, width, lat, 0.5+0.03*float64(depth)+0.001*float64(width),
			float64(depth)-5)
	}
	return b.String()
}

const ownConfig = `name: own
seed: 3
logs:
  - {path: runs.csv, layout: wide, id: id, params: [depth, width],
     final: {column: acc, kind: accuracy, unit: fraction}}
space:
  params:
    - {name: depth, kind: integer, low: 1, high: 10}
    - {name: width, kind: integer, low: 8, high: 48, step: 8}
targets:
  - {name: latency, column: lat_ms, unit: ms}
  - {name: margin, direction: higher}
evaluate: {folds: 3, bootstrap: 20}
variants: [{name: trees, base: bezier+gbdt, cost: {kind: gbdt, gbdt: {rounds: 300, min_child_count: 1}},
  intervals: residuals}]
`

// A log without a curve, an energy or a time becomes a bundle that answers its own targets: each trained on the rows
// that have it, on its scale and inside its bounds, with intervals, the same bytes twice, and in the formats that hold
// them.
func TestTargetsOfOnesOwn(t *testing.T) {
	t.Parallel()
	first, second := ranOn(t, ownConfig, ownLog()), ranOn(t, ownConfig, ownLog())
	b, err := artifacts.OpenBundle(first.Out)
	if err != nil {
		t.Fatal(err)
	}
	if b.Version != 2 || b.MaxDifference != 0 {
		t.Errorf("version %d, golden difference %g", b.Version, b.MaxDifference)
	}
	for _, f := range []string{artifacts.ManifestName, "golden.jsonl", report.JSONFile} {
		x, _ := os.ReadFile(filepath.Join(first.Out, f))
		y, _ := os.ReadFile(filepath.Join(second.Out, f))
		if len(x) == 0 || !bytes.Equal(x, y) {
			t.Errorf("%s: %d and %d bytes, not the same", f, len(x), len(y))
		}
	}
	a, err := b.Surrogate.Query(features.Config{"depth": features.Number(4), "width": features.Number(24)})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[target.Target][2]float64{"latency": {0.0025, 0.0035}, "margin": {-2, 0},
		target.Final: {60, 68}} {
		if x, ok := a.Of(name); !ok || x < want[0] || x > want[1] {
			t.Errorf("%s is %g, wanted %v", name, x, want)
		}
	}
	if err := b.Surrogate.Bounds(a, 0.95); err != nil {
		t.Fatal(err)
	}
	for i, v := range a.Intervals.Own {
		if x := a.Own[i].Value; v.Target != a.Own[i].Target || !(v.Low <= x && x <= v.High) || v.Low == v.High {
			t.Errorf("%s: %g in %g..%g", v.Target, x, v.Low, v.High)
		}
	}
	rep, err := report.Read(filepath.Join(first.Out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	if got := rep.Dataset.WithOwn; !slices.Equal(got, []report.Count{{What: "latency", Count: 51},
		{What: "margin", Count: 60}, {What: "final", Count: 60}}) {
		t.Errorf("rows by target: %v", got)
	}
	metrics := map[target.Target][]string{}
	for _, r := range rep.Rows {
		if r.Variant == "trees" {
			metrics[r.Target] = append(metrics[r.Target], r.Metric)
		}
	}
	if got := metrics["margin"]; slices.Contains(got, "mape") || !slices.Contains(got, "mae") {
		t.Errorf("margin, which may be negative, is scored by %v", got)
	}
	if got := metrics["latency"]; !slices.Contains(got, "mape") {
		t.Errorf("latency is scored by %v", got)
	}
	for _, f := range export.Formats() {
		files, err := f.Files(b.Surrogate, export.Options{Rows: 5, Bundle: first.Out})
		if f.NoOwn && (!errors.Is(err, export.ErrUnsupported) || !strings.Contains(err.Error(), "latency")) {
			t.Errorf("%s: %v", f.Name, err)
		}
		if !f.NoOwn && (err != nil || len(files) == 0) {
			t.Errorf("%s: %d files, %v", f.Name, len(files), err)
		}
	}
}

func TestTargetsThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"twice": {"{name: margin,", "{name: latency, column: margin,", `target "latency" is there twice`},
		"built in": {"{name: margin,", "{name: energy_total, column: margin,",
			`the name is that of a built-in target`},
		"an axis's name":    {"{name: margin,", "{name: depth, column: margin,", `has the name of an axis`},
		"an axis's column":  {"column: lat_ms", "column: width", `column "width" is the target "latency" and the axis`},
		"no direction":      {"direction: higher", "unit: images", `direction ""; want lower or higher`},
		"direction":         {"direction: higher", "direction: up", `direction "up"; want lower or higher`},
		"scale":             {"direction: higher", "direction: higher, scale: cubic", `scale "cubic"; want`},
		"no bounds":         {"direction: higher", "direction: higher, scale: bounded", `needs low < high`},
		"bounds of a log":   {"unit: ms", "unit: ms, high: 3", `low and high belong to scale bounded`},
		"per":               {"unit: ms", "unit: ms, per: week", `per "week"; want trial, epoch or curve`},
		"an unknown key":    {"unit: ms", "unit: ms, colour: red", `unknown field "colour"`},
		"an unknown target": {"  - {name: latency", "  - happiness\n  - {name: latency", `"happiness" is not one of`},
		"a regressor's": {"intervals: res", "targets: {happiness: gbdt}, intervals: res",
			`"happiness" is not one of`},
		"a regressor": {"intervals: res", "targets: {margin: powertime}, intervals: res", `cannot stand there`},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(ownConfig, c.from, c.to, 1)
			if _, err := Parse("own.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, wanted %q", err, c.want)
			}
		})
	}
}

// The Python client answers a bundle's own targets as this program does: values, bounds and noise. The second reader of
// the format repeats the golden answers.
func TestPythonAnswersTargetsOfOnesOwn(t *testing.T) {
	t.Parallel()
	python := fixture.Tool(t, "EAHAS_PYTHON")
	dir := ranOn(t, ownConfig, ownLog()).Out
	s, err := artifacts.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	config := features.Config{"depth": features.Number(4), "width": features.Number(24)}
	var a, noisy artifacts.Answer
	err = errors.Join(s.AskInto(&a, config, artifacts.Ask{UpTo: artifacts.Whole, Level: .8}, 0),
		s.AskInto(&noisy, config, artifacts.Ask{UpTo: artifacts.Whole, Sample: true, Seed: 5}, 1))
	if err != nil {
		t.Fatal(err)
	}
	out := pythonSays(t, python, `import sys, eahas
b = eahas.Benchmark(sys.argv[1])
c = {"depth": 4, "width": 24}
a, n = b.query(c, level=.8), b.query_batch([c], seed=5)[0]
for t, v in a.targets.items():
    print(t, b.own_targets[t]["direction"], v, *a.intervals.targets[t], n.targets[t])`, dir)
	sameOwn(t, out, &a, func(i int) []float64 {
		v := a.Intervals.Own[i]
		return []float64{a.Own[i].Value, v.Low, v.High, noisy.Own[i].Value}
	})
}

// A search takes a target of the bundle's own for its objective, and another one beside it: the run has one checkpoint,
// at its end.
func TestSearchByATargetOfOnesOwn(t *testing.T) {
	t.Parallel()
	s, err := artifacts.Open(ranOn(t, ownConfig, ownLog()).Out)
	if err != nil {
		t.Fatal(err)
	}
	task, err := search.NewSurrogateTask(s, []byte("x"), search.BundleOptions{Cost: search.Epochs, Metric: "final",
		Second: "latency"})
	if err != nil {
		t.Fatal(err)
	}
	config := features.Config{"depth": features.Number(4), "width": features.Number(24)}
	a, err := s.Query(config)
	if err != nil {
		t.Fatal(err)
	}
	accuracy, _ := a.Of(target.Final)
	latency, _ := a.Of("latency")
	r, err := task.Asker().Ask(config, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	if m := task.Metric(); m.Kind != artifacts.Accuracy || m.Loss(accuracy) != 100-accuracy {
		t.Errorf("%+v", m)
	}
	if len(r.Truth) != 1 || r.Truth[0] != accuracy || r.Second != latency || !slices.Equal(r.Trained, []float64{1}) {
		t.Errorf("%+v, wanted %g beside %g", r, accuracy, latency)
	}
	advice, err := next.Advise(t.Context(), s, []next.Trial{{Config: config, Value: accuracy, Epochs: math.NaN(),
		Joules: math.NaN(), Line: 1}}, next.Options{K: 2, Metric: "final", Second: "latency", Weight: 0.5, Draws: 100,
		Beyond: true})
	if err != nil {
		t.Fatal(err)
	}
	if advice.LossName != "100 - final" || advice.CostName != "latency" || advice.CostUnit != "s" ||
		len(advice.Next) != 2 || math.Abs(advice.Best-(100-accuracy)) > 1e-9 {
		t.Errorf("%+v", advice)
	}
	for _, c := range advice.Next {
		a, err := s.Query(c.Config)
		if err != nil {
			t.Fatal(err)
		}
		accuracy, _ := a.Of(target.Final)
		latency, _ := a.Of("latency")
		if math.Abs(c.Loss-(100-accuracy)) > 1e-6 || c.Joules != latency || !math.IsNaN(c.PerKWh) || !(c.Gain > 0) {
			t.Errorf("%+v, of %g and %g", c, accuracy, latency)
		}
	}
	for want, o := range map[string]next.Options{`no target "happiness"`: {Metric: "happiness"},
		"-metric names a target of its own": {}, "needs the energy": {Metric: "final", Stop: 1}} {
		if _, err := next.Advise(t.Context(), s, nil, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, wanted %s", err, want)
		}
	}
	for name, o := range map[string]search.BundleOptions{
		`no target "happiness"`:               {Cost: search.Epochs, Metric: "happiness"},
		`"margin" has the scale linear`:       {Cost: search.Epochs, Metric: "final", Second: "margin"},
		"no learning curve of known length":   {Cost: search.Epochs, Second: "latency"},
		"does not know the energy of a train": {Metric: "final"},
	} {
		if _, err := search.NewSurrogateTask(s, nil, o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, wanted %s", err, name)
		}
	}
}
