package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/artifacts/export"
	"eahas/features"
	"eahas/internal/fixture"
	"eahas/report"
)

// firstLog is 90 runs whose size follows from depth and width; a third do not say it. The latency follows from the
// size.
func firstLog() string {
	var b strings.Builder
	b.WriteString("id,depth,width,n_params,lat_ms,acc\n")
	for i := range 90 {
		depth, width := 1+i%10, 8*(1+i/10)
		params := float64(12*depth*width*width) * (1 + 0.3*math.Sin(float64(depth)))
		size := fmt.Sprint(params)
		if i%3 == 1 {
			size = ""
		}
		fmt.Fprintf(&b, "r%d,%d,%d,%s,%g,%g\n", i, depth, width, size, 1e-3*params, 90-1e5/(params+3e3))
	}
	return b.String()
}

const firstConfig = `name: first
seed: 3
logs:
  - {path: runs.csv, layout: wide, id: id, params: [depth, width]}
space:
  params:
    - {name: depth, kind: integer, low: 1, high: 10}
    - {name: width, kind: integer, low: 8, high: 72, step: 8}
targets:
  - {name: params, column: n_params, direction: lower, scale: log, known: predict}
  - {name: latency, column: lat_ms, unit: ms}
  - {name: accuracy, column: acc, unit: percent, direction: higher}
evaluate: {folds: 3, bootstrap: 20}
variants:
  - name: mixed
    base: bezier+gbdt
    cost: {kind: gbdt, gbdt: {rounds: 30, min_child_count: 2}}
    targets: {latency: knn, accuracy: linear}
`

// A number that no formula gives is predicted first: the others' models see its prediction, in the program, in both
// Python readers, and in words in the report; what cannot hold that says so.
func TestPredictedFirst(t *testing.T) {
	t.Parallel()
	res := ranOn(t, firstConfig, firstLog())
	b, err := artifacts.OpenBundle(res.Out)
	if err != nil {
		t.Fatal(err)
	}
	s := b.Surrogate
	width := len(s.Spec().Encoder.Columns())
	if b.Version != 4 || s.Head("params").Columns != nil {
		t.Errorf("version %d, params see the columns %v", b.Version, s.Head("params").Columns)
	}
	// the models of the others take one column more: those of the encoder alone are too few
	if x := panics(func() { s.Head("accuracy").Predictor.Predict(nil, make([]float64, width)) }); !x {
		t.Error("the model of accuracy takes the encoder's columns alone")
	}
	if x := panics(func() { s.Head("accuracy").Predictor.Predict(nil, make([]float64, width+1)) }); x {
		t.Error("the model of accuracy does not take one column more")
	}
	rep, err := report.Read(filepath.Join(res.Out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	rows := fmt.Sprint(rep.Space.Axes)
	if !strings.Contains(rows, "predicted from the axes (60 of 90 trials have it)") {
		t.Error(rows)
	}
	for _, format := range export.Formats() {
		_, err := format.Files(s, export.Options{Rows: 5, Bundle: res.Out})
		if format.First != (err == nil) || err != nil && (!errors.Is(err, export.ErrUnsupported) && !format.NoOwn) {
			t.Errorf("%s: %v", format.Name, err)
		}
	}
	_, err = RunAdapt(context.Background(), Adapt{Bundle: res.Out, Paths: []string{"none.csv"}},
		Options{Out: filepath.Join(t.TempDir(), "a")})
	if err == nil || !strings.Contains(err.Error(), "predicted first") {
		t.Errorf("adapt: %v", err)
	}
	t.Run("python", func(t *testing.T) { pythonAnswersFirst(t, s, res.Out) })
}

func panics(do func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	do()
	return yes
}

func pythonAnswersFirst(t *testing.T, s *artifacts.Surrogate, dir string) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	if all, err := export.Verify(t.Context(), s, python, 40); err != nil || len(all) == 0 {
		t.Errorf("%d verified, %v", len(all), err)
	}
	var a artifacts.Answer
	if err := s.AskInto(&a, features.Config{"depth": features.Number(4), "width": features.Number(24)},
		artifacts.Ask{UpTo: artifacts.Whole, Level: .8}, 0); err != nil {
		t.Fatal(err)
	}
	out := pythonSays(t, python, `import sys, eahas
a = eahas.Benchmark(sys.argv[1]).query({"depth": 4, "width": 24}, level=.8)
for t, v in a.targets.items():
    print(t, v, *a.intervals.targets[t])`, dir)
	sameOwn(t, out, &a, func(i int) []float64 {
		return []float64{a.Own[i].Value, a.Intervals.Own[i].Low, a.Intervals.Own[i].High}
	})
}

func TestWhatCannotBePredictedFirst(t *testing.T) {
	t.Parallel()
	for want, known := range map[string]string{`known "guess"; want predict`: "known: guess",
		"a curve is not known before training": "known: predict, per: curve"} {
		_, err := Parse("first.yaml", []byte(strings.Replace(firstConfig, "known: predict", known, 1)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, wanted %s", err, want)
		}
	}
	one := "id,depth,width,n_params,lat_ms,acc\n"
	for i := range 20 {
		size := ""
		if i == 3 {
			size = "7"
		}
		one += fmt.Sprintf("r%d,%d,8,%s,%d,50\n", i, 1+i%10, size, i+1)
	}
	if _, err := runOn(t, firstConfig, one); err == nil {
		t.Error("one run alone says the size")
	}
}
