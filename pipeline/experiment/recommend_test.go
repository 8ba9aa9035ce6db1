package experiment

import (
	"math"
	"strings"
	"testing"

	"eahas/eval"
	"eahas/trial/target"
)

func row(variant string, t target.Target, metric string, value float64) eval.Row {
	return eval.Row{Variant: variant, Target: t, Group: eval.GroupAll, Metric: metric, Value: value}
}

// Regrets by hand: each half of the error's excess and the lack of tau, then the mean over the targets.
func TestBestWeighsTargetsAlike(t *testing.T) {
	names := []string{"a", "b", "c"}
	targets := []target.Target{target.Curve, target.EnergyPerEpoch}
	rows := []eval.Row{
		// .1 and .1
		row("a", target.Curve, eval.MetricRunRMSE, 2.2), row("a", target.EnergyPerEpoch, eval.MetricMAPE, 0.11),
		// 0 and .3
		row("b", target.Curve, eval.MetricRunRMSE, 2.0), row("b", target.EnergyPerEpoch, eval.MetricMAPE, 0.13),
		// .5 and 0
		row("c", target.Curve, eval.MetricRunRMSE, 3.0), row("c", target.EnergyPerEpoch, eval.MetricMAPE, 0.10),
		// .4, .3, 0
		row("a", target.Curve, eval.MetricPlaceTau, 0.5), row("b", target.Curve, eval.MetricPlaceTau, 0.6),
		row("c", target.Curve, eval.MetricPlaceTau, 0.9),
	}
	for i, want := range []float64{.05 + .2, 0 + .15, .25} {
		if got := regret(nil, names, target.Curve, rows)[i]; math.Abs(got-want) > 1e-12 {
			t.Errorf("regret of %s for the curve is %v, want %v", names[i], got, want)
		}
	}
	if got := best(nil, names, targets, rows); got != 2 { // .3, .3, .25
		t.Errorf("best is %s", names[got])
	}
	rows[4].Value = math.NaN() // c has no error of the curve: a whole loss
	if got := best(nil, names, targets, rows); got == 2 {
		t.Errorf("best is %s, which has no figure", names[got])
	}
	rows[4].Value = 1e30 // no error weighs more than a whole loss
	if got := regret(nil, names, target.Curve, rows)[2]; got != .5 {
		t.Errorf("regret of an error without bound: %v", got)
	}
}

// A smaller variant that is not surely worse is not taken where it misses the error by more than 2 %.
func TestSmallerButFarOff(t *testing.T) {
	names, targets := []string{"best", "near", "far"}, []target.Target{target.Curve}
	rows := []eval.Row{row("best", target.Curve, eval.MetricRunRMSE, 1),
		row("near", target.Curve, eval.MetricRunRMSE, 1.019), row("far", target.Curve, eval.MetricRunRMSE, 1.1)}
	var diffs []eval.Diff
	far := make([]string, 3)
	for i, name := range names {
		diffs = append(diffs, eval.Diff{Target: target.Curve, Group: eval.GroupAll, Metric: eval.MetricRunRMSE,
			A: "best", B: name, Difference: rows[i].Value - 1, CILow: -1, CIHigh: 1})
		far[i] = misses(nil, name, "best", targets, rows)
	}
	got := recommend(nil, names, 0, diffs, far, []int64{1000, 100, 1})
	if got.Variant != "near" || !strings.Contains(got.Why, "more than 2 % larger: far (curve run_rmse +10 %)") {
		t.Errorf("%+v", got)
	}
	if misses(nil, "absent", "best", targets, rows) == "" {
		t.Error("a variant without a figure misses nothing")
	}
}

func TestRecommendTakesTheSmallestOfEqualOnes(t *testing.T) {
	names := []string{"best", "small", "worse", "large"}
	sizes := []int64{100, 10, 1, 1000}
	diff := func(b string, difference, low, high float64) eval.Diff {
		return eval.Diff{Target: target.Curve, Group: eval.GroupAll, Metric: eval.MetricRunRMSE, A: "best", B: b,
			Difference: difference, CILow: low, CIHigh: high}
	}
	diffs := []eval.Diff{diff("small", 0.1, -0.1, 0.3), diff("worse", 1, 0.5, 1.5), diff("large", 0, 0, 0)}
	none := make([]string, 4)
	got := recommend(nil, names, 0, diffs, none, sizes)
	if got.Variant != "small" || !strings.Contains(got.Why, "worse (curve run_rmse)") ||
		!strings.Contains(got.Why, "10 B") {
		t.Errorf("recommended %+v", got)
	}
	diffs[0].CILow, diffs[0].CIHigh = math.NaN(), math.NaN() // without an interval a difference counts
	if got := recommend(nil, names, 0, diffs, none, sizes); got.Variant != "best" {
		t.Errorf("without intervals: %+v", got)
	}
	diffs[1].Difference, diffs[1].CILow, diffs[1].CIHigh = -1, -1.5, -0.5 // really better is not worse
	if got := recommend(nil, names, 0, diffs, none, sizes); got.Variant != "worse" {
		t.Errorf("a better one that is smaller: %+v", got)
	}
}

// A difference that the seeds turn around puts nobody out.
func TestRecommendHeedsTheSeeds(t *testing.T) {
	names := []string{"best", "small"}
	sizes := []int64{100, 10}
	d := eval.Diff{Target: target.Curve, Group: eval.GroupAll, Metric: eval.MetricRunRMSE, A: "best", B: "small",
		Difference: 1, CILow: 0.5, CIHigh: 1.5}
	for _, c := range []struct {
		seeds *eval.SeedGap
		low   float64
		want  string
	}{
		{nil, 0.5, "best"}, {&eval.SeedGap{Low: 0.1, High: 2}, 0.5, "best"},
		{&eval.SeedGap{Low: -0.1, High: 2}, 0.5, "small"},
		{&eval.SeedGap{Low: -0.1, High: 2}, math.NaN(), "small"},
		{&eval.SeedGap{Low: 0.1, High: 2}, math.NaN(), "best"},
	} {
		d.Seeds, d.CILow = c.seeds, c.low
		got := recommend(nil, names, 0, []eval.Diff{d}, make([]string, 2), sizes)
		if got.Variant != c.want || strings.Contains(got.Why, "may be luck") != (c.want == "small" && c.low == 0.5) ||
			strings.Contains(got.Why, "average over the training seeds") != (c.seeds != nil) {
			t.Errorf("seeds %+v, interval from %g: %+v", c.seeds, c.low, got)
		}
	}
}
