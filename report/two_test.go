package report

import (
	"strings"
	"testing"

	"eahas/eval"
	"eahas/trial/target"
)

// TestVerdictOfTwo: a comparison of frozen surrogates names the nearer one by real differences alone, target by target,
// and claims nowhere that something was held out.
func TestVerdictOfTwo(t *testing.T) {
	r := sample(60)
	r.TrainedOn, r.Recommended, r.Explanation = true, nil, nil
	curve := eval.Diff{Target: target.Curve, Group: eval.GroupAll, Metric: eval.MetricRMSE, A: "old", B: "new",
		ValueA: 7, ValueB: 3, Difference: -4, CILow: -5, CIHigh: -2}
	energy := eval.Diff{Target: target.EnergyPerEpoch, Group: eval.GroupAll, Metric: eval.MetricMedianAPE, A: "old",
		B: "new", ValueA: .02, ValueB: .03, Difference: .01, CILow: .005, CIHigh: .02}
	for _, c := range []struct {
		change func()
		head   string
	}{
		{func() {}, "old is nearer to these trials for energy per epoch. " +
			"new is nearer to these trials for learning curve (test accuracy)."},
		{func() { energy.CILow = -.01 }, "new is nearer to these trials for learning curve (test accuracy). " +
			"For energy per epoch there is no real difference."},
		{func() { curve.CIHigh = 1 }, "old and new are equally near to these trials."},
	} {
		c.change()
		r.Diffs = []eval.Diff{curve, energy}
		v := r.verdict()
		if v == nil || v.Head != c.head || len(v.Parts) != 2 {
			t.Errorf("%+v, want %q", v, c.head)
		}
	}
	if r.Diffs = nil; r.verdict() != nil {
		t.Error("a verdict without differences")
	}
	r.Diffs = []eval.Diff{curve, energy}
	var page strings.Builder
	if err := HTML(&page, r); err != nil {
		t.Fatal(err)
	}
	for _, lie := range []string{"held-out trial", "never saw"} {
		if at := strings.Index(page.String(), lie); at >= 0 {
			t.Errorf("...%s...", page.String()[at-80:at+40])
		}
	}
}
