package pipeline

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/report"
)

// knownLog is 60 runs whose parameters follow from depth and width.
func knownLog(wrong int) string {
	var b strings.Builder
	b.WriteString("id,depth,width,n_params,lat_ms\n")
	for i := range 60 {
		depth, width := 1+i%10, 8*(1+i/10)
		params := 12*depth*width*width + width
		if i == wrong {
			params++
		}
		fmt.Fprintf(&b, "r%d,%d,%d,%d,%g\n", i, depth, width, params, 1+1e-3*float64(params)/float64(width))
	}
	return b.String()
}

const knownConfig = `name: known
seed: 3
logs:
  - {path: runs.csv, layout: wide, id: id, params: [depth, width]}
space:
  params:
    - {name: depth, kind: integer, low: 1, high: 10}
    - {name: width, kind: integer, low: 8, high: 48, step: 8}
  known:
    - {name: params, formula: 12 * depth * width^2 + width, column: n_params}
    - {name: bytes, formula: 4 * params, unit: B}
targets:
  - {name: latency, column: lat_ms, unit: ms}
evaluate: {folds: 3, bootstrap: 20}
variants: [{name: trees, base: bezier+gbdt, cost: {kind: gbdt, gbdt: {rounds: 50, min_child_count: 1}}}]
`

// What formulas give is an input of the models and part of every answer; a column of the logs is held against it, in
// words in the report, and is neither an axis nor a target.
func TestKnownBeforeTraining(t *testing.T) {
	t.Parallel()
	res := ranOn(t, knownConfig, knownLog(-1))
	b, err := artifacts.OpenBundle(res.Out)
	if err != nil {
		t.Fatal(err)
	}
	if b.Version != 2 || len(b.Surrogate.Spec().Own) != 1 {
		t.Errorf("version %d, own targets %v", b.Version, b.Surrogate.Spec().Own)
	}
	a, err := b.Surrogate.Query(features.Config{"depth": features.Number(4), "width": features.Number(24)})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(a.AppendJSON(nil)); !strings.Contains(got, `"known":{"params":27672,"bytes":110688}`) {
		t.Error(got)
	}
	if x, _ := a.Of("latency"); x < 0.0018 || x > 0.0026 {
		t.Errorf("latency %g, of runs like it .00215", x)
	}
	rep, err := report.Read(filepath.Join(res.Out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	rows := fmt.Sprint(rep.Space.Axes)
	if !strings.Contains(rows, "column n_params says the same in all 60 trials") || rep.Space.Columns != 4 {
		t.Errorf("%s, %d columns", rows, rep.Space.Columns)
	}
}

func TestFormulasThatDoNotHold(t *testing.T) {
	t.Parallel()
	if _, err := runOn(t, knownConfig, knownLog(17)); !errors.Is(err, ErrConfig) ||
		!strings.Contains(err.Error(), "runs.csv row 17, column \"n_params\" has 24593") {
		t.Errorf("a row that says something else: %v", err)
	}
	for want, c := range map[string][2]string{
		`is no axis of the space`:          {"width^2", "size^2"},
		`has the name of a known quantity`: {"name: latency", "name: params"},
		`gives no finite number for any`:   {"4 * params", "params / (depth - depth)"},
		`unknown field "formulae"`:         {"formula: 4", "formulae: 4"},
	} {
		if _, err := Parse("known.yaml", []byte(strings.Replace(knownConfig, c[0], c[1], 1))); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%v, wanted %s", err, want)
		}
	}
}
