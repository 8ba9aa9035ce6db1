package pipeline

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"eahas/models/svd"
	"eahas/pipeline/recipe"
	"eahas/report"
)

const failingConfig = `name: failing
seed: 6
simulate: {trials: 90}
space: {builtin: eahas-cifar10}
evaluate: {folds: 3, bootstrap: 40}
freeze: good
variants:
  - {name: bad, base: svd+linear, representation: {components: 30, points: 20}, cost: linear}
  - {name: good, base: grid+linear, representation: {points: 5}, cost: linear, intervals: residuals}
`

// A comparison and a run go on without a variant that cannot be trained, and say why; the bands of the examples are
// those of the variant that has intervals. A run whose frozen variant fails ends with its error.
func TestTheReportSaysWhichVariantFailed(t *testing.T) {
	t.Parallel()
	c, err := Parse("failing.yaml", []byte(failingConfig))
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	for name, do := range map[string]func() (*Result, error){
		"compare": func() (*Result, error) { return Compare(t.Context(), c, Options{Out: out + "-compare"}) },
		"run":     func() (*Result, error) { return Run(t.Context(), c, Options{Out: out}) },
	} {
		res, err := do()
		if err != nil {
			t.Fatal(err)
		}
		rep, err := report.Read(filepath.Join(res.Out, report.JSONFile))
		if err != nil {
			t.Fatal(err)
		}
		if v := rep.Variants; len(v) < 3 || !v[2].Trivial ||
			!strings.Contains(v[0].FailureReason, svd.ErrComponents.Error()) || v[1].FailureReason != "" {
			t.Errorf("%s: variants %+v", name, v)
		}
		if w := strings.Join(res.Warnings, "\n"); !strings.Contains(w, "bad: could not be trained: fold 0: ") {
			t.Errorf("%s warned %s", name, w)
		}
		for _, r := range rep.Rows {
			if r.Variant != "good" && !recipe.IsTrivial(r.Variant) {
				t.Errorf("%s: a figure of %s", name, r.Variant)
			}
		}
		if len(rep.Examples) != exampleCurves {
			t.Errorf("%s: %d examples", name, len(rep.Examples))
		}
		for _, e := range rep.Examples {
			if p := e.Pred; len(p) != 1 || p[0].Level == 0 || len(p[0].Low) != len(e.Epochs) ||
				len(p[0].High) != len(e.Epochs) {
				t.Errorf("%s: the predictions of %s have no band: %+v", name, e.ID, p)
			}
		}
	}
	c.Freeze = "bad"
	if _, err := Run(t.Context(), c, Options{Out: out + "-bad"}); !errors.Is(err, svd.ErrComponents) {
		t.Errorf("frozen: %v", err)
	}
}
