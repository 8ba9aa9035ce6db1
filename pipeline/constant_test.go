package pipeline

import (
	"path/filepath"
	"strings"
	"testing"

	"eahas/internal/fixture"
	"eahas/report"
	"eahas/trial/target"
)

// TestConstantCostCase: every run takes 10,000 s. That is answered, the report says that nothing varies, and its
// drawing ends.
func TestConstantCostCase(t *testing.T) {
	config, err := Parse("constant.yaml", []byte(`
name: constant
logs:
  - {path: runs.parquet, layout: wide, id: id, params: [lr], curve: {column: acc, kind: accuracy, unit: fraction},
     time: {column: s, unit: s, shape: total}}
space: {params: [{name: lr, kind: linear, low: 0, high: 1}]}
epochs: {fixed: 5}
variants: [{name: near, base: grid+knn, intervals: none}]
`))
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	data := fixture.Case(t, "hostile/constant_cost")
	if _, err := Evaluate(t.Context(), config, Options{DataDir: data, Out: out}); err != nil {
		t.Fatal(err)
	}
	rep, err := report.Read(filepath.Join(out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(rep.Warnings, "\n"); !strings.Contains(all, "2000 for every trial") {
		t.Errorf("nothing says that the time does not vary: %s", all)
	}
	for _, row := range rep.Rows {
		if row.Target == target.TimePerEpoch {
			t.Errorf("a constant is scored: %+v", row)
		}
	}
}
