package report

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"eahas/eval"
	"eahas/trial/target"
)

// diffCells is the table of the pooled differences, with a head; what the seeds say is there with several.
func (r *Report) diffCells(between string) [][]string {
	diffs := r.pooledDiffs()
	if len(diffs) == 0 {
		return nil
	}
	several := slices.ContainsFunc(diffs, func(d eval.Diff) bool { return d.Seeds != nil })
	rows := [][]string{{"second − first", "target", "metric", "real?", "difference", "95 % interval"}}
	if several {
		rows[0] = append(rows[0], "any two trainings")
	}
	var pair string
	var last target.Target
	for _, d := range diffs {
		unit := r.target(d.Target).unit
		row := []string{"", "", metricLabel(d.Metric), yesNo(d.Real()), diffText(d.Metric, d.Difference, unit),
			rangeText(d.Metric, d.CILow, d.CIHigh, unit, between)}
		if several {
			text := ""
			if d.Seeds != nil {
				text = rangeText(d.Metric, d.Seeds.Low, d.Seeds.High, unit, between)
			}
			row = append(row, text)
		}
		if p := d.B + " − " + d.A; p != pair { // said once for all lines that follow
			pair, last, row[0] = p, "", p
		}
		if d.Target != last {
			last, row[1] = d.Target, r.target(d.Target).label
		}
		rows = append(rows, row)
	}
	return rows
}

// diffText prints a difference of a metric in the metric's unit, correlations and R2 with two digits.
func diffText(metric string, x float64, unit string) string {
	switch metric {
	case eval.MetricMAPE, eval.MetricMedianAPE, eval.MetricRMSE, eval.MetricMAE, eval.MetricRunRMSE:
		return metricText(metric, x, unit)
	}
	if a := math.Abs(x); 0 < a && a < 1e-4 {
		return minus(strconv.FormatFloat(x, 'f', 6, 64))
	}
	return significant(x, 2)
}

// rangeText prints the ends of a range of differences, the unit once where both have the same.
func rangeText(metric string, low, high float64, unit, between string) string {
	return unitOnce(diffText(metric, low, unit), between, diffText(metric, high, unit))
}

// unitOnce joins two quantities, with the unit behind the second alone where both have the same.
func unitOnce(a, between, b string) string {
	if number, unit, ok := strings.Cut(a, " "); ok && strings.HasSuffix(b, " "+unit) {
		a = number
	}
	return a + between + b
}

func (r *Report) pooledDiffs() []eval.Diff {
	pooled := slices.ContainsFunc(r.Diffs, func(d eval.Diff) bool { return d.Metric == eval.MetricRunRMSE })
	return slices.DeleteFunc(slices.Clone(r.Diffs), func(d eval.Diff) bool {
		return d.Group != eval.GroupAll || pooled && r.Targets.IsCurve(d.Target) && slices.Contains(ofEpochs, d.Metric)
	})
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
