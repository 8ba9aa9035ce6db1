package search

import (
	"math"
	"slices"

	"eahas/eval"
	"eahas/pipeline/experiment"
	"eahas/trial/target"
	"eahas/tune"
)

// loss is the mean over the plan's targets, and for each over its main metrics, of the logarithm of what is left to
// improve, so that all weigh the same whatever their unit. The lower the better; tune.Failed when a target's first
// metric is not a number.
//
// Note: with the first metric alone the search took settings that lowered the squared error of deepobs' curves and
// ranked the runs worse (nearest neighbours: avg_tau, by more than its interval on the held-out folds).
func loss(p experiment.Plan, name string, out *experiment.Predictions) float64 {
	sum := 0.0
	for _, t := range p.Targets {
		sum += targetLoss(p.Table.Own, name, t, p.Figures(name, out, t)) / float64(len(p.Targets))
	}
	return min(sum, tune.Failed)
}

// leastLoss is as good as perfect in a metric without a unit.
const leastLoss = 1e-4

// targetLoss is the part of loss that belongs to one target.
func targetLoss(own target.Own, name string, t target.Target, rows []eval.Row) float64 {
	metrics := experiment.MainMetrics(own, t)
	sum := 0.0
	for k, metric := range metrics {
		row, _ := eval.Find(rows, name, t, eval.GroupAll, metric)
		x := experiment.Loss(metric, row.Value)
		switch {
		case math.IsNaN(x) && k == 0:
			return math.Inf(1)
		case math.IsNaN(x):
			x = 1 // a rank correlation without ranks: nothing is explained
		case slices.Contains([]string{eval.MetricRunRMSE, eval.MetricRMSE, eval.MetricMAE}, metric): // in a unit
			x = max(x, 1e-9)
		default:
			x = max(x, leastLoss)
		}
		sum += math.Log(x) / float64(len(metrics))
	}
	return sum
}

// doubt is the share of a 95 % interval's arm beyond which a worsening counts against tuned settings: .674 of 1.96
// standard errors, so that three of four resamples are worse.
const doubt = 0.674 / 1.96

// likelyWorse returns the first main metric in which b is worse than a in three of four resamples, "" for none. It is
// stricter than experiment.ReallyWorse: there the data must show that a variant is worse, here that settings found by
// search are no worse. Without an interval any worsening counts.
func likelyWorse(own target.Own, b string, diffs []eval.Diff) string {
	diffs = slices.Clone(diffs)
	for i := range diffs {
		d := &diffs[i]
		low, high := d.Difference-d.CILow, d.CIHigh-d.Difference
		d.CILow, d.CIHigh = d.Difference-doubt*low, d.Difference+doubt*high
	}
	return experiment.ReallyWorse(own, b, diffs)
}
