package experiment

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/eval"
	"eahas/report"
	"eahas/trial/target"
)

// MainMetrics are the metrics that decide about a target; the first also chooses the best variant. A variant counts as
// worse than another when any of them is worse by more than the paired interval.
func MainMetrics(t target.Target) []string {
	if t == target.Curve {
		return []string{eval.MetricAvgR2, eval.MetricAvgTau, eval.MetricFinalR2, eval.MetricFinalTau, eval.MetricRMSE}
	}
	return []string{eval.MetricMAPE, eval.MetricMedianAPE, eval.MetricLogR2, eval.MetricTau}
}

// LowerBetter reports whether smaller values of a metric are better.
func LowerBetter(metric string) bool {
	return slices.Contains([]string{eval.MetricRMSE, eval.MetricMAE, eval.MetricMAPE, eval.MetricMedianAPE}, metric)
}

// Loss is the part of a main metric that is left to improve: 0 is perfect.
func Loss(metric string, value float64) float64 {
	if LowerBetter(metric) {
		return value
	}
	return 1 - value
}

// best returns the competitor with the smallest loss in the first main metric of each target, relative to the smallest
// of all and averaged over the targets. Ties go to the earlier one.
func best(names []string, targets []target.Target, rows []eval.Row) int {
	score := make([]float64, len(names))
	for _, t := range targets {
		metric := MainMetrics(t)[0]
		losses := make([]float64, len(names))
		least := math.Inf(1)
		for vi, name := range names {
			losses[vi] = math.Inf(1)
			if row, ok := eval.Find(rows, name, t, eval.GroupAll, metric); ok && !math.IsNaN(row.Value) {
				losses[vi] = Loss(metric, row.Value)
			}
			least = min(least, losses[vi])
		}
		for vi, l := range losses {
			switch {
			case math.IsInf(least, 1): // nobody has a figure: the target decides nothing
			case math.IsInf(l, 1):
				score[vi] = l
			default:
				score[vi] += max(l, 1e-12) / max(least, 1e-12)
			}
		}
	}
	least := 0
	for vi, x := range score {
		if x < score[least] {
			least = vi
		}
	}
	return least
}

// Recommend compares every competitor with the best one, pair by pair, and names the one to freeze. sizes are the bytes of each.
func (s Scored) Recommend(sizes []int64) ([]eval.Diff, *report.Recommendation, error) {
	names := make([]string, len(s.Competitors))
	for i, c := range s.Competitors {
		names[i] = c.Name
	}
	first := best(names, s.Plan.Targets, s.meanRows())
	var diffs []eval.Diff
	for i := range names {
		if i == first {
			continue
		}
		d, err := s.Diffs(first, i)
		if err != nil {
			return nil, nil, err
		}
		diffs = append(diffs, d...)
	}
	return diffs, recommend(names, first, diffs, sizes), nil
}

// recommend names the smallest one of those that are not really worse than the best in any main metric of any target. diffs
// compare the others (B) with the best (A).
func recommend(names []string, best int, diffs []eval.Diff, sizes []int64) *report.Recommendation {
	chosen := best
	var worse, equal []string
	for i, name := range names {
		if i == best {
			continue
		}
		if reason := ReallyWorse(name, diffs); reason != "" {
			worse = append(worse, name+" ("+reason+")")
			continue
		}
		if reason := maybeChance(name, diffs); reason != "" {
			equal = append(equal, name+" ("+reason+" may be luck of the training)")
		} else {
			equal = append(equal, name)
		}
		if sizes[i] < sizes[chosen] {
			chosen = i
		}
	}
	why := names[best] + " has the smallest error"
	if slices.ContainsFunc(diffs, func(d eval.Diff) bool { return d.Seeds != nil }) {
		why += " on average over the training seeds"
	}
	if len(names) == 1 {
		why = "It is the only one"
	}
	if len(worse) > 0 {
		why += "; really worse, by paired intervals: " + strings.Join(worse, ", ")
	}
	if len(equal) > 0 {
		why += "; not really worse: " + strings.Join(equal, ", ")
		if chosen == best {
			why += ", but no smaller"
		} else {
			why += fmt.Sprintf("; of these %s is the smallest (%s)", names[chosen], report.BytesText(sizes[chosen]))
		}
	}
	return &report.Recommendation{Variant: names[chosen], Why: why + "."}
}

// ReallyWorse returns the first main metric in which the variant is worse than the best by more than the paired
// interval, whatever the training seeds, or "". Without intervals any difference counts that no seed turns around.
func ReallyWorse(name string, diffs []eval.Diff) string {
	return firstWorse(name, diffs, func(d eval.Diff) bool { return d.Real() || math.IsNaN(d.CILow) && d.Apart() })
}

// maybeChance returns the first main metric in which the variant is worse by more than the paired interval, but not with
// all training seeds, or "".
func maybeChance(name string, diffs []eval.Diff) string {
	return firstWorse(name, diffs, func(d eval.Diff) bool { return (d.CILow > 0 || d.CIHigh < 0) && !d.Apart() })
}

// firstWorse returns the first main metric in which the variant is worse and the difference counts.
func firstWorse(name string, diffs []eval.Diff, counts func(eval.Diff) bool) string {
	for _, d := range diffs {
		if d.B != name || d.Group != eval.GroupAll || !slices.Contains(MainMetrics(d.Target), d.Metric) {
			continue
		}
		if counts(d) && (d.Difference > 0) == LowerBetter(d.Metric) && d.Difference != 0 {
			return string(d.Target) + " " + d.Metric
		}
	}
	return ""
}
