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

func TestBestWeighsTargetsAlike(t *testing.T) {
	names := []string{"a", "b", "c"}
	targets := []target.Target{target.Curve, target.EnergyPerEpoch}
	rows := []eval.Row{
		row("a", target.Curve, eval.MetricAvgR2, 0.90), row("a", target.EnergyPerEpoch, eval.MetricMAPE, 0.10), // 2 and 2
		row("b", target.Curve, eval.MetricAvgR2, 0.95), row("b", target.EnergyPerEpoch, eval.MetricMAPE, 0.14), // 1 and 2.8
		row("c", target.Curve, eval.MetricAvgR2, 0.85), row("c", target.EnergyPerEpoch, eval.MetricMAPE, 0.05), // 3 and 1
	}
	if got := best(names, targets, rows); got != 1 {
		t.Errorf("best is %s", names[got])
	}
	rows[2].Value = math.NaN() // b has no figure for the curve
	if got := best(names, targets, rows); got != 0 && got != 2 {
		t.Errorf("best is %s, which has no figure", names[got])
	}
}

func TestRecommendTakesTheSmallestOfEqualOnes(t *testing.T) {
	names := []string{"best", "small", "worse", "large"}
	sizes := []int64{100, 10, 1, 1000}
	diff := func(b string, difference, low, high float64) eval.Diff {
		return eval.Diff{Target: target.Curve, Group: eval.GroupAll, Metric: eval.MetricRMSE, A: "best", B: b, Difference: difference, CILow: low, CIHigh: high}
	}
	diffs := []eval.Diff{diff("small", 0.1, -0.1, 0.3), diff("worse", 1, 0.5, 1.5), diff("large", 0, 0, 0)}
	got := recommend(names, 0, diffs, sizes)
	if got.Variant != "small" || !strings.Contains(got.Why, "worse (curve rmse)") || !strings.Contains(got.Why, "10 B") {
		t.Errorf("recommended %+v", got)
	}
	diffs[0].CILow, diffs[0].CIHigh = math.NaN(), math.NaN() // without an interval a difference counts
	if got := recommend(names, 0, diffs, sizes); got.Variant != "best" {
		t.Errorf("without intervals: %+v", got)
	}
	diffs[1].Difference, diffs[1].CILow, diffs[1].CIHigh = -1, -1.5, -0.5 // really better is not worse
	if got := recommend(names, 0, diffs, sizes); got.Variant != "worse" {
		t.Errorf("a better one that is smaller: %+v", got)
	}
}

// A difference that the seeds turn around puts nobody out.
func TestRecommendHeedsTheSeeds(t *testing.T) {
	names := []string{"best", "small"}
	sizes := []int64{100, 10}
	d := eval.Diff{Target: target.Curve, Group: eval.GroupAll, Metric: eval.MetricRMSE, A: "best", B: "small", Difference: 1, CILow: 0.5, CIHigh: 1.5}
	for _, c := range []struct {
		seeds *eval.SeedGap
		low   float64
		want  string
	}{
		{nil, 0.5, "best"}, {&eval.SeedGap{Low: 0.1, High: 2}, 0.5, "best"}, {&eval.SeedGap{Low: -0.1, High: 2}, 0.5, "small"},
		{&eval.SeedGap{Low: -0.1, High: 2}, math.NaN(), "small"}, {&eval.SeedGap{Low: 0.1, High: 2}, math.NaN(), "best"},
	} {
		d.Seeds, d.CILow = c.seeds, c.low
		got := recommend(names, 0, []eval.Diff{d}, sizes)
		if got.Variant != c.want || strings.Contains(got.Why, "may be luck") != (c.want == "small" && c.low == 0.5) ||
			strings.Contains(got.Why, "average over the training seeds") != (c.seeds != nil) {
			t.Errorf("seeds %+v, interval from %g: %+v", c.seeds, c.low, got)
		}
	}
}
