package pipeline

import (
	"math"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/eval"
)

func row(variant, target, metric string, value float64) eval.Row {
	return eval.Row{Variant: variant, Target: target, Group: eval.GroupAll, Metric: metric, Value: value}
}

func TestBestVariantWeighsTargetsAlike(t *testing.T) {
	variants := []Variant{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	targets := []string{artifacts.Curve, artifacts.EnergyPerEpoch}
	rows := []eval.Row{
		row("a", artifacts.Curve, eval.MetricAvgR2, 0.90), row("a", artifacts.EnergyPerEpoch, eval.MetricMAPE, 0.10), // 2 and 2
		row("b", artifacts.Curve, eval.MetricAvgR2, 0.95), row("b", artifacts.EnergyPerEpoch, eval.MetricMAPE, 0.14), // 1 and 2.8
		row("c", artifacts.Curve, eval.MetricAvgR2, 0.85), row("c", artifacts.EnergyPerEpoch, eval.MetricMAPE, 0.05), // 3 and 1
	}
	if got := bestVariant(variants, targets, rows); got != 1 {
		t.Errorf("best is %s", variants[got].Name)
	}
	rows[2].Value = math.NaN() // b has no figure for the curve
	if got := bestVariant(variants, targets, rows); got != 0 && got != 2 {
		t.Errorf("best is %s, which has no figure", variants[got].Name)
	}
}

func TestRecommendTakesTheSmallestOfEqualOnes(t *testing.T) {
	variants := []Variant{{Name: "best"}, {Name: "small"}, {Name: "worse"}, {Name: "large"}}
	timings := []Timing{{Bytes: 100}, {Bytes: 10}, {Bytes: 1}, {Bytes: 1000}}
	diff := func(b string, difference, low, high float64) eval.Diff {
		return eval.Diff{Target: artifacts.Curve, Group: eval.GroupAll, Metric: eval.MetricRMSE, A: "best", B: b, Difference: difference, CILow: low, CIHigh: high}
	}
	diffs := []eval.Diff{diff("small", 0.1, -0.1, 0.3), diff("worse", 1, 0.5, 1.5), diff("large", 0, 0, 0)}
	got := recommend(variants, 0, diffs, timings)
	if got.Variant != "small" || !strings.Contains(got.Why, "worse (curve rmse)") || !strings.Contains(got.Why, "10 B") {
		t.Errorf("recommended %+v", got)
	}
	diffs[0].CILow, diffs[0].CIHigh = math.NaN(), math.NaN() // without an interval a difference counts
	if got := recommend(variants, 0, diffs, timings); got.Variant != "best" {
		t.Errorf("without intervals: %+v", got)
	}
	diffs[1].Difference, diffs[1].CILow, diffs[1].CIHigh = -1, -1.5, -0.5 // really better is not worse
	if got := recommend(variants, 0, diffs, timings); got.Variant != "worse" {
		t.Errorf("a better one that is smaller: %+v", got)
	}
}

// A difference that the seeds turn around puts nobody out.
func TestRecommendHeedsTheSeeds(t *testing.T) {
	variants := []Variant{{Name: "best"}, {Name: "small"}}
	timings := []Timing{{Bytes: 100}, {Bytes: 10}}
	d := eval.Diff{Target: artifacts.Curve, Group: eval.GroupAll, Metric: eval.MetricRMSE, A: "best", B: "small", Difference: 1, CILow: 0.5, CIHigh: 1.5}
	for _, c := range []struct {
		seeds *eval.SeedGap
		low   float64
		want  string
	}{
		{nil, 0.5, "best"}, {&eval.SeedGap{Low: 0.1, High: 2}, 0.5, "best"}, {&eval.SeedGap{Low: -0.1, High: 2}, 0.5, "small"},
		{&eval.SeedGap{Low: -0.1, High: 2}, math.NaN(), "small"}, {&eval.SeedGap{Low: 0.1, High: 2}, math.NaN(), "best"},
	} {
		d.Seeds, d.CILow = c.seeds, c.low
		got := recommend(variants, 0, []eval.Diff{d}, timings)
		if got.Variant != c.want || strings.Contains(got.Why, "may be luck") != (c.want == "small" && c.low == 0.5) ||
			strings.Contains(got.Why, "average over the training seeds") != (c.seeds != nil) {
			t.Errorf("seeds %+v, interval from %g: %+v", c.seeds, c.low, got)
		}
	}
}

func TestParseShard(t *testing.T) {
	if sh, err := ParseShard("2/3"); err != nil || sh != (Shard{2, 3}) {
		t.Errorf("2/3: %+v, %v", sh, err)
	}
	for _, bad := range []string{"", "1", "3/3", "-1/3", "0/0", "a/b", "1/2/3"} {
		if _, err := ParseShard(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
