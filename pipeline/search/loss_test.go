package search

import (
	"math"
	"testing"

	"eahas/eval"
	"eahas/trial/target"
)

// Every main metric weighs the same: halving what is left in one of four lowers the loss by a quarter of ln 2.
func TestTargetLossWeighsMetricsAlike(t *testing.T) {
	const of = target.EnergyPerEpoch
	rows := func(mape, medape, logR2, tau float64) []eval.Row {
		return []eval.Row{row("v", of, eval.MetricMAPE, mape), row("v", of, eval.MetricMedianAPE, medape),
			row("v", of, eval.MetricLogR2, logR2), row("v", of, eval.MetricTau, tau)}
	}
	base := targetLoss(nil, "v", of, rows(0.2, 0.1, 0.9, 0.8))
	if want := (math.Log(0.2) + math.Log(0.1) + math.Log(0.1) + math.Log(0.2)) / 4; math.Abs(base-want) > 1e-12 {
		t.Errorf("loss %g, want %g", base, want)
	}
	for _, better := range [][]eval.Row{rows(0.1, 0.1, 0.9, 0.8), rows(0.2, 0.05, 0.9, 0.8), rows(0.2, 0.1, 0.95, 0.8),
		rows(0.2, 0.1, 0.9, 0.9)} {
		if got := targetLoss(nil, "v", of, better); math.Abs(base-got-math.Ln2/4) > 1e-12 {
			t.Errorf("loss %g, want %g", got, base-math.Ln2/4)
		}
	}
	if got := targetLoss(nil, "v", of, rows(0.2, 0.1, 0.9, math.NaN())); got <= base || math.IsInf(got, 0) {
		t.Errorf("without a rank correlation: %g", got)
	}
	if got := targetLoss(nil, "v", of, rows(math.NaN(), 0.1, 0.9, 0.8)); !math.IsInf(got, 1) {
		t.Errorf("without the first metric: %g", got)
	}
	if got := targetLoss(nil, "v", of, rows(0.2, 0, 1, 0.8)); math.IsInf(got, 0) || got < math.Log(leastLoss) {
		t.Errorf("perfect in two metrics: %g", got)
	}
}

// Found settings must be no worse: three of four resamples are enough to leave them.
func TestLikelyWorse(t *testing.T) {
	diff := func(metric string, difference, low, high float64) eval.Diff {
		return eval.Diff{Target: target.Curve, Group: eval.GroupAll, Metric: metric, A: "a", B: "b",
			Difference: difference, CILow: low, CIHigh: high}
	}
	for k, c := range []struct {
		d     eval.Diff
		worse bool
	}{
		{diff(eval.MetricPlaceTau, -0.01, -0.03, 0.01), true},     // half an arm below zero
		{diff(eval.MetricPlaceTau, -0.005, -0.025, 0.015), false}, // a quarter
		{diff(eval.MetricPlaceTau, 0.01, 0.005, 0.015), false},
		{diff(eval.MetricRunRMSE, 0.1, -0.1, 0.3), true},
		{diff(eval.MetricRunRMSE, -0.1, -0.3, 0.1), false},
		{diff(eval.MetricMAE, 1, 0.5, 1.5), false}, // no main metric
		{diff(eval.MetricRunRMSE, 0.1, math.NaN(), math.NaN()), true},
		{diff(eval.MetricRunRMSE, 0, 0, 0), false},
	} {
		given := []eval.Diff{c.d}
		if got := likelyWorse(nil, "b", given) != ""; got != c.worse {
			t.Errorf("case %d: %t", k, got)
		}
		if given[0].CILow != c.d.CILow && !math.IsNaN(c.d.CILow) {
			t.Errorf("case %d: the interval was changed", k)
		}
	}
}

func row(variant string, t target.Target, metric string, value float64) eval.Row {
	return eval.Row{Variant: variant, Target: t, Group: eval.GroupAll, Metric: metric, Value: value}
}
