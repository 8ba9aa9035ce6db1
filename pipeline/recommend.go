package pipeline

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/report"
)

// mainMetrics are the metrics that decide about a target; the first also chooses the best variant. A variant counts as
// worse than another when any of them is worse by more than the paired interval.
func mainMetrics(target string) []string {
	if target == artifacts.Curve {
		return []string{eval.MetricAvgR2, eval.MetricAvgTau, eval.MetricFinalR2, eval.MetricFinalTau, eval.MetricRMSE}
	}
	return []string{eval.MetricMAPE, eval.MetricMedianAPE, eval.MetricLogR2, eval.MetricTau}
}

// lowerBetter reports whether smaller values of a metric are better.
func lowerBetter(metric string) bool {
	return slices.Contains([]string{eval.MetricRMSE, eval.MetricMAE, eval.MetricMAPE, eval.MetricMedianAPE}, metric)
}

// loss is the part of a main metric that is left to improve: 0 is perfect.
func loss(metric string, value float64) float64 {
	if lowerBetter(metric) {
		return value
	}
	return 1 - value
}

// bestVariant returns the variant with the smallest loss in the first main metric of each target, relative to the smallest
// of all variants and averaged over the targets. Ties go to the earlier one.
func bestVariant(variants []Variant, targets []string, rows []eval.Row) int {
	score := make([]float64, len(variants))
	for _, target := range targets {
		metric := mainMetrics(target)[0]
		losses := make([]float64, len(variants))
		least := math.Inf(1)
		for vi, v := range variants {
			losses[vi] = math.Inf(1)
			if row, ok := eval.Find(rows, v.Name, target, eval.GroupAll, metric); ok && !math.IsNaN(row.Value) {
				losses[vi] = loss(metric, row.Value)
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
	best := 0
	for vi, x := range score {
		if x < score[best] {
			best = vi
		}
	}
	return best
}

// recommend names the variant to freeze: the smallest one of those that are not really worse than the best in any
// main metric of any target. diffs compare the others (B) with the best (A).
func recommend(variants []Variant, best int, diffs []eval.Diff, timings []Timing) *report.Recommendation {
	chosen := best
	var worse, equal []string
	for vi, v := range variants {
		if vi == best {
			continue
		}
		if reason := reallyWorse(v.Name, diffs); reason != "" {
			worse = append(worse, v.Name+" ("+reason+")")
			continue
		}
		if reason := maybeLuck(v.Name, diffs); reason != "" {
			equal = append(equal, v.Name+" ("+reason+" may be luck of the training)")
		} else {
			equal = append(equal, v.Name)
		}
		if timings[vi].Bytes < timings[chosen].Bytes {
			chosen = vi
		}
	}
	why := fmt.Sprintf("%s has the smallest error", variants[best].Name)
	if slices.ContainsFunc(diffs, func(d eval.Diff) bool { return d.Seeds != nil }) {
		why += " on average over the training seeds"
	}
	if len(variants) == 1 {
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
			why += fmt.Sprintf("; of these %s is the smallest (%s)", variants[chosen].Name, report.BytesText(timings[chosen].Bytes))
		}
	}
	return &report.Recommendation{Variant: variants[chosen].Name, Why: why + "."}
}

// reallyWorse returns the first main metric in which the variant is worse than the best by more than the paired
// interval, whatever the training seeds, or "". Without intervals any difference counts that no seed turns around.
func reallyWorse(name string, diffs []eval.Diff) string {
	return firstWorse(name, diffs, func(d eval.Diff) bool { return d.Real() || math.IsNaN(d.CILow) && d.Apart() })
}

// maybeLuck returns the first main metric in which the variant is worse by more than the paired interval, but not with
// all training seeds, or "".
func maybeLuck(name string, diffs []eval.Diff) string {
	return firstWorse(name, diffs, func(d eval.Diff) bool { return (d.CILow > 0 || d.CIHigh < 0) && !d.Apart() })
}

// firstWorse returns the first main metric in which the variant is worse and the difference counts.
func firstWorse(name string, diffs []eval.Diff, counts func(eval.Diff) bool) string {
	for _, d := range diffs {
		if d.B != name || d.Group != eval.GroupAll || !slices.Contains(mainMetrics(d.Target), d.Metric) {
			continue
		}
		if counts(d) && (d.Difference > 0) == lowerBetter(d.Metric) && d.Difference != 0 {
			return d.Target + " " + d.Metric
		}
	}
	return ""
}
