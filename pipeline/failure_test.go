package pipeline

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/models/svd"
	"eahas/pipeline/recipe"
	"eahas/report"
	"eahas/trial/target"
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
		"compare": func() (*Result, error) { return Compare(t.Context(), c, Options{Out: out + "-compare"}, nil) },
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
			if r.Variant != "good" && !recipe.IsTrivial(r.Variant) && !recipe.IsReference(r.Variant) {
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

const meanConfig = `name: mean
seed: 6
simulate: {trials: 240}
space: {builtin: eahas-cifar10}
targets: [curve]
evaluate: {folds: 2, bootstrap: 40}
variants:
  - {name: nothing, base: grid+mean, cost: mean, intervals: none}
  - {name: something, base: grid+linear, representation: {points: 5}, cost: linear, intervals: none}
`

// A bundle that is no better than the mean says so itself, to whoever opens it; a better one does not.
func TestABundleThatIsNotBetterThanTheMeanSaysSo(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"nothing": true, "something": false} {
		c, err := Parse("mean.yaml", []byte(meanConfig))
		if err != nil {
			t.Fatal(err)
		}
		c.Freeze = name
		out := filepath.Join(t.TempDir(), name)
		if _, err := Run(t.Context(), c, Options{Out: out}); err != nil {
			t.Fatal(err)
		}
		s, err := artifacts.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		if notice := s.Spec().Notice; strings.Contains(notice, "Not better than the mean") != want {
			t.Errorf("%s: the notice is %q", name, notice)
		}
	}
}

// Asked for what was never seen, a report has a row of its own for it, whose figures are those of other folds.
func TestUnseenValuesHaveARow(t *testing.T) {
	t.Parallel()
	c, err := Parse("mean.yaml", []byte(strings.Replace(meanConfig, "folds: 2,", "folds: 2, unseen: true,", 1)))
	if err != nil {
		t.Fatal(err)
	}
	res, err := Evaluate(t.Context(), c, Options{Out: filepath.Join(t.TempDir(), "out")})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := report.Read(filepath.Join(res.Out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	axis := ""
	for _, v := range rep.Variants {
		if name, of := strings.CutPrefix(v.Name, "something, new "); of && v.Baseline {
			axis = name
		}
	}
	seen, ok := eval.Find(rep.Rows, "something", target.Curve, eval.GroupAll, eval.MetricRunRMSE)
	unseen, okUnseen := eval.Find(rep.Rows, "something, new "+axis, target.Curve, eval.GroupAll, eval.MetricRunRMSE)
	if axis == "" || !ok || !okUnseen || seen.Value == unseen.Value || seen.N != unseen.N {
		t.Errorf("axis %q: seen %+v, never seen %+v", axis, seen, unseen)
	}
	if w := strings.Join(res.Warnings, "\n"); !strings.Contains(w, "on a "+axis+" that was never seen run_rmse is") {
		t.Errorf("warnings:\n%s", w)
	}
}
