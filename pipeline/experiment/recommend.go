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

// MainMetrics are the metrics that decide about a target, built-in or one of own; the first is the error that a user
// meets. A variant counts as worse than another when any of them is worse by more than the paired interval.
func MainMetrics(own target.Own, t target.Target) []string {
	d, _ := own.Of(t)
	switch {
	case own.IsCurve(t):
		return []string{eval.MetricRunRMSE, eval.MetricPlaceR2, eval.MetricPlaceTau, eval.MetricEndR2,
			eval.MetricEndTau}
	case d.Scale != target.Log:
		return []string{eval.MetricMAE, eval.MetricRMSE, eval.MetricR2, eval.MetricTau}
	}
	return []string{eval.MetricMAPE, eval.MetricMedianAPE, eval.MetricLogR2, eval.MetricTau}
}

// rankMetric is the metric that says how well a target's runs are ranked.
func rankMetric(own target.Own, t target.Target) string {
	if own.IsCurve(t) {
		return eval.MetricPlaceTau
	}
	return eval.MetricTau
}

// LowerBetter reports whether smaller values of a metric are better.
func LowerBetter(metric string) bool {
	return slices.Contains([]string{eval.MetricRunRMSE, eval.MetricRMSE, eval.MetricMAE, eval.MetricMAPE,
		eval.MetricMedianAPE}, metric)
}

// Loss is the part of a main metric that is left to improve: 0 is perfect.
func Loss(metric string, value float64) float64 {
	if LowerBetter(metric) {
		return value
	}
	return 1 - value
}

// regret is what is lost by taking a variant for a target in the place of the best one in each of two respects: the
// mean of its error (the first main metric) over the smallest of all, less 1, and of the largest rank correlation less
// its own. Both lie in 0..1: an error twice the smallest is a whole loss, and so is one that is not known. One value a
// name; all are 0 where nobody has a figure.
func regret(own target.Own, names []string, t target.Target, rows []eval.Row) []float64 {
	figures := func(metric string) []float64 {
		out := make([]float64, len(names))
		for i, name := range names {
			out[i] = math.NaN()
			if row, ok := eval.Find(rows, name, t, eval.GroupAll, metric); ok {
				out[i] = row.Value
			}
		}
		return out
	}
	errors, ranks := figures(MainMetrics(own, t)[0]), figures(rankMetric(own, t))
	least, most := math.Inf(1), math.Inf(-1)
	for i := range names {
		if !math.IsNaN(errors[i]) {
			least = min(least, errors[i])
		}
		if !math.IsNaN(ranks[i]) {
			most = max(most, ranks[i])
		}
	}
	out := make([]float64, len(names))
	for i := range names {
		if !math.IsInf(least, 1) {
			out[i] += loss(excess(errors[i], least)) / 2
		}
		if !math.IsInf(most, -1) {
			out[i] += loss(most-ranks[i]) / 2
		}
	}
	return out
}

// excess is by what share an error is larger than another: 0 for the same, .1 for a tenth more.
func excess(x, than float64) float64 {
	if x == than {
		return 0
	}
	return x/than - 1
}

// loss holds a loss to 0..1; one that is not known is whole.
func loss(x float64) float64 {
	if math.IsNaN(x) {
		return 1
	}
	return min(1, max(0, x))
}

// best returns the competitor with the smallest regret on average over the targets. Ties go to the earlier one.
func best(own target.Own, names []string, targets []target.Target, rows []eval.Row) int {
	score := make([]float64, len(names))
	for _, t := range targets {
		for i, x := range regret(own, names, t, rows) {
			score[i] += x
		}
	}
	least := 0
	for i, x := range score {
		if x < score[least] {
			least = i
		}
	}
	return least
}

// missed is by how much an error may be larger than the best's in a variant that is recommended because it is smaller.
const missed = 0.02

// misses returns the first target whose error is larger than the best variant's by more than missed, in words, or "".
func misses(own target.Own, name, best string, targets []target.Target, rows []eval.Row) string {
	for _, t := range targets {
		metric := MainMetrics(own, t)[0]
		own, okOwn := eval.Find(rows, name, t, eval.GroupAll, metric)
		of, okBest := eval.Find(rows, best, t, eval.GroupAll, metric)
		if !okBest || math.IsNaN(of.Value) {
			continue
		}
		if more := excess(own.Value, of.Value); !okOwn || !(more <= missed) {
			return fmt.Sprintf("%s %s +%.3g %%", t, metric, 100*more)
		}
	}
	return ""
}

// Recommend compares every competitor with the best one, pair by pair, and names the one to freeze. sizes are the bytes
// of each.
func (s Scored) Recommend(sizes []int64) ([]eval.Diff, *report.Recommendation, error) {
	names := make([]string, len(s.Competitors))
	for i, c := range s.Competitors {
		names[i] = c.Name
	}
	rows := s.meanRows()
	own := s.Plan.Table.Own
	first := best(own, names, s.Plan.Targets, rows)
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
	far := make([]string, len(names))
	for i, name := range names {
		far[i] = misses(own, name, names[first], s.Plan.Targets, rows)
	}
	rec := recommend(own, names, first, diffs, far, sizes)
	if text := s.Trivial.AgainstMean(rec.Variant); text != "" {
		rec.Why += " " + text
	}
	return diffs, rec, nil
}

// recommend names the smallest one of those that are not really worse than the best in any main metric of any target,
// and do not miss its error. diffs compare the others (B) with the best (A); far says by whom the error is missed, and
// by how much.
func recommend(own target.Own, names []string, best int, diffs []eval.Diff, far []string,
	sizes []int64) *report.Recommendation {
	chosen := best
	var worse, missing, equal []string
	for i, name := range names {
		if i == best {
			continue
		}
		if reason := ReallyWorse(own, name, diffs); reason != "" {
			worse = append(worse, name+" ("+reason+")")
			continue
		}
		if far[i] != "" {
			missing = append(missing, name+" ("+far[i]+")")
			continue
		}
		if reason := maybeChance(own, name, diffs); reason != "" {
			equal = append(equal, name+" ("+reason+" may be luck of the training)")
		} else {
			equal = append(equal, name)
		}
		if sizes[i] < sizes[chosen] {
			chosen = i
		}
	}
	why := names[best] + " loses least over errors and ranks"
	if slices.ContainsFunc(diffs, func(d eval.Diff) bool { return d.Seeds != nil }) {
		why += " on average over the training seeds"
	}
	if len(names) == 1 {
		why = "It is the only one"
	}
	if len(worse) > 0 {
		why += "; really worse, by paired intervals: " + strings.Join(worse, ", ")
	}
	if len(missing) > 0 {
		why += fmt.Sprintf("; not surely worse, but with an error more than %g %% larger: ", 100*missed) +
			strings.Join(missing, ", ")
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
func ReallyWorse(own target.Own, name string, diffs []eval.Diff) string {
	return firstWorse(own, name, diffs, func(d eval.Diff) bool { return d.Real() || math.IsNaN(d.CILow) && d.Apart() })
}

// maybeChance returns the first main metric in which the variant is worse by more than the paired interval, but not
// with all training seeds, or "".
func maybeChance(own target.Own, name string, diffs []eval.Diff) string {
	return firstWorse(own, name, diffs, func(d eval.Diff) bool { return (d.CILow > 0 || d.CIHigh < 0) && !d.Apart() })
}

// firstWorse returns the first main metric in which the variant is worse and the difference counts.
func firstWorse(own target.Own, name string, diffs []eval.Diff, counts func(eval.Diff) bool) string {
	for _, d := range diffs {
		if d.B != name || d.Group != eval.GroupAll || !slices.Contains(MainMetrics(own, d.Target), d.Metric) {
			continue
		}
		if counts(d) && (d.Difference > 0) == LowerBetter(d.Metric) && d.Difference != 0 {
			return string(d.Target) + " " + d.Metric
		}
	}
	return ""
}
