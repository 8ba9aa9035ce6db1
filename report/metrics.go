package report

import (
	"cmp"
	"math"
	"slices"

	"eahas/eval"
	"eahas/trial/target"
)

// metricInfo says how a metric is shown.
type metricInfo struct {
	name, label, explained string
	lowerBetter            bool
}

var metricInfos = []metricInfo{
	{eval.MetricAvgR2, "avg R²",
		"share of the variance between trials that is explained, at each epoch, averaged over epochs and groups; 1 " +
			"is perfect", false},
	{eval.MetricAvgTau, "avg τ",
		"Kendall's tau-b, how well trials are ranked, at each epoch, averaged over epochs and groups; 1 is perfect",
		false},
	{eval.MetricFinalR2, "final R²", "R² at the last epoch", false},
	{eval.MetricFinalTau, "final τ", "tau-b at the last epoch", false},
	{eval.MetricRunRMSE, "run RMSE",
		"root of the mean squared error of a run over the places of its curve, over all runs", true},
	{eval.MetricPlaceR2, "pooled R²",
		"share of the variance between runs of a group that is explained: squared errors and squared deviations are " +
			"summed over the places of the run and the groups before they are divided, so that no epoch at which " +
			"runs hardly differ decides; 0 or less is no better than the group's mean", false},
	{eval.MetricPlaceTau, "pooled τ",
		"Kendall's tau-b, how well runs of a group are ranked, averaged over the places of the run and all runs; 1 " +
			"is perfect", false},
	{eval.MetricEndR2, "last R²", "pooled R² of the runs' last values", false},
	{eval.MetricEndTau, "last τ", "pooled τ of the runs' last values", false},
	{eval.MetricR2, "R²", "share of the variance that is explained; 1 is perfect", false},
	{eval.MetricLogR2, "R² of ln", "R² of the natural logarithms: every order of magnitude counts the same", false},
	{eval.MetricTau, "τ", "Kendall's tau-b, how well trials are ranked; 1 is perfect", false},
	{eval.MetricSpearman, "Spearman", "correlation of the ranks; 1 is perfect", false},
	{eval.MetricRMSE, "RMSE", "root mean squared error", true},
	{eval.MetricMAE, "MAE", "mean absolute error", true},
	{eval.MetricMAPE, "MAPE", "mean error relative to the truth", true},
	{eval.MetricMedianAPE, "median APE", "median error relative to the truth", true},
	{eval.MetricImpossible, "impossible",
		"predictions that cannot be true: zero or negative costs, values out of bounds or not finite", true},
}

// metricLabel is a metric's name for a reader.
func metricLabel(name string) string {
	if k := slices.IndexFunc(metricInfos, func(m metricInfo) bool { return m.name == name }); k >= 0 {
		return metricInfos[k].label
	}
	return name
}

// targetInfo says how a target is shown.
type targetInfo struct {
	name  target.Target
	label string
	unit  string
}

// target returns how a target is shown; the curve takes its name and unit from the report.
func (r *Report) target(name target.Target) targetInfo {
	d, _ := r.Targets.Of(name)
	info := targetInfo{name, cmp.Or(d.Label, string(name)), cmp.Or(map[string]string{"percent": "%"}[d.Unit], d.Unit)}
	if d.Span == target.EveryEpoch && d.Scale == target.Log {
		info.unit = "ln" // errors of a curve on a logarithmic scale are those of its logarithm
	}
	if name == target.Curve {
		info.unit = r.Curve.Unit
		if r.Curve.Name != "" {
			info.label += " (" + r.Curve.Name + ")"
		}
	}
	return info
}

// logarithmic reports whether a target that has one number a trial is shown on a logarithmic scale.
func (r *Report) logarithmic(name target.Target) bool {
	d, ok := r.Targets.Of(name)
	return !ok || d.Scale == target.Log
}

// targets returns the targets that have rows, the known ones first and in their order.
func (r *Report) targets() []targetInfo {
	names := append(append(target.Asked(), target.TimeTotal), r.Targets.Names()...)
	for _, row := range r.Rows {
		if !slices.Contains(names, row.Target) {
			names = append(names, row.Target)
		}
	}
	var out []targetInfo
	for _, name := range names {
		if slices.ContainsFunc(r.Rows, func(row eval.Row) bool { return row.Target == name }) {
			out = append(out, r.target(name))
		}
	}
	return out
}

// variantNames returns the names of the variants in order, and of those that only rows mention.
func (r *Report) variantNames() []string {
	var names []string
	for _, v := range r.Variants {
		names = append(names, v.Name)
	}
	for _, row := range r.Rows {
		if !slices.Contains(names, row.Variant) {
			names = append(names, row.Variant)
		}
	}
	return names
}

// trivial reports whether a variant learns nothing.
func (r *Report) trivial(name string) bool {
	return slices.ContainsFunc(r.Variants, func(v Variant) bool { return v.Name == name && v.Trivial })
}

// learntNames are the variants that are not trivial.
func (r *Report) learntNames() []string { return slices.DeleteFunc(r.variantNames(), r.trivial) }

// metricTable is metrics in columns and one thing, variants or groups, in rows.
type metricTable struct {
	target  targetInfo
	first   string // what the rows are
	metrics []metricInfo
	rows    []metricTableRow
}

type metricTableRow struct {
	name  string
	n     int
	cells []metricCell
	floor bool // what the representation alone reaches: not a variant
}

type metricCell struct {
	row  eval.Row // Metric is empty where there is none
	best bool     // of its column
}

// impossible reports whether the cell counts answers that cannot be.
func (c *metricCell) impossible() bool {
	return c.row.Metric == eval.MetricImpossible && c.row.Value > 0
}

// anyImpossible reports whether tables count any such answers. Where there are none, the page needs no column for them:
// a card says so.
func anyImpossible(tables ...metricTable) bool {
	for _, t := range tables {
		for _, row := range t.rows {
			if slices.ContainsFunc(row.cells, func(c metricCell) bool { return c.impossible() }) {
				return true
			}
		}
	}
	return false
}

// tableOf arranges rows of one target; name picks what the table's rows are, and whether a Row has a place at all.
func tableOf(target targetInfo, first string, rows []eval.Row, name func(eval.Row) (string, bool)) metricTable {
	t := metricTable{target: target, first: first}
	index := map[string]int{}
	var kept []eval.Row
	for _, r := range rows {
		n, ok := name(r)
		if !ok || r.Target != target.name {
			continue
		}
		kept = append(kept, r)
		if _, ok := index[n]; !ok {
			index[n] = len(t.rows)
			t.rows = append(t.rows, metricTableRow{name: n, n: r.N})
		}
	}
	for _, m := range metricInfos {
		if slices.ContainsFunc(kept, func(r eval.Row) bool { return r.Metric == m.name }) {
			t.metrics = append(t.metrics, m)
		}
	}
	for i := range t.rows {
		t.rows[i].cells = make([]metricCell, len(t.metrics))
	}
	for _, r := range kept {
		n, _ := name(r)
		for j, m := range t.metrics {
			if m.name == r.Metric {
				t.rows[index[n]].cells[j].row = r
			}
		}
	}
	return t
}

// markBest marks the best value of each column, when there are at least two to choose from.
func (t *metricTable) markBest() {
	for j, m := range t.metrics {
		best, count := -1, 0
		for i, row := range t.rows {
			c := row.cells[j].row
			if row.floor || c.Metric == "" || math.IsNaN(c.Value) || m.name == eval.MetricImpossible {
				continue
			}
			count++
			if best < 0 || (c.Value < t.rows[best].cells[j].row.Value) == m.lowerBetter &&
				c.Value != t.rows[best].cells[j].row.Value {
				best = i
			}
		}
		if count > 1 {
			t.rows[best].cells[j].best = true
		}
	}
}

// byVariant is the table of one target's pooled figures, one row a variant, and below them what the representations
// alone would reach.
func (r *Report) byVariant(target targetInfo) metricTable {
	pooled := func(prefix string) func(eval.Row) (string, bool) {
		return func(row eval.Row) (string, bool) { return prefix + row.Variant, row.Group == eval.GroupAll }
	}
	t := tableOf(target, "variant", r.Rows, pooled(""))
	floor := tableOf(target, "", r.RepresentationFloor, pooled("representation alone: "))
	for _, row := range floor.rows {
		aligned := metricTableRow{name: row.name, n: row.n, floor: true, cells: make([]metricCell, len(t.metrics))}
		for j, m := range t.metrics {
			for _, c := range row.cells {
				if c.row.Metric == m.name {
					aligned.cells[j] = c
				}
			}
		}
		t.rows = append(t.rows, aligned)
	}
	t.markBest()
	return t.main()
}

// byGroup is the table of one variant's figures group by group.
func (r *Report) byGroup(target targetInfo, variant string) metricTable {
	first := "group"
	if r.Curve.GroupedBy != "" {
		first = r.Curve.GroupedBy
	}
	t := tableOf(target, first, r.Rows, func(row eval.Row) (string, bool) { return row.Group, row.Variant == variant })
	return t.main()
}

// ofEpochs are the metrics that average ratios over single epochs, as the paper does. Where there are pooled ones these
// decide, and the old ones stand apart.
var ofEpochs = []string{eval.MetricAvgR2, eval.MetricAvgTau, eval.MetricFinalR2, eval.MetricFinalTau, eval.MetricRMSE,
	eval.MetricMAE}

// pooled reports whether the table has metrics that decide in the place of those of single epochs.
func (t *metricTable) pooled() bool {
	return slices.ContainsFunc(t.metrics, func(m metricInfo) bool { return m.name == eval.MetricRunRMSE })
}

// main is the table without the metrics that decide nothing.
func (t metricTable) main() metricTable {
	if !t.pooled() {
		return t
	}
	return t.only(func(metric string) bool { return !slices.Contains(ofEpochs, metric) })
}

// byEpochs is the table of the metrics that average over single epochs, one row a variant, where others decide.
func (r *Report) byEpochs(target targetInfo) (metricTable, bool) {
	t := tableOf(target, "variant", r.Rows, func(row eval.Row) (string, bool) {
		return row.Variant,
			row.Group == eval.GroupAll
	})
	if !t.pooled() {
		return t, false
	}
	t.markBest()
	return t.only(func(metric string) bool { return slices.Contains(ofEpochs, metric) }), true
}

// only keeps some metrics.
func (t metricTable) only(keep func(metric string) bool) metricTable {
	out := t
	out.metrics, out.rows = nil, slices.Clone(t.rows)
	for i := range out.rows {
		out.rows[i].cells = nil
	}
	for j, m := range t.metrics {
		if !keep(m.name) {
			continue
		}
		out.metrics = append(out.metrics, m)
		for i := range out.rows {
			out.rows[i].cells = append(out.rows[i].cells, t.rows[i].cells[j])
		}
	}
	return out
}
