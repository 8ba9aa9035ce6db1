package report

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"eahas/eval"
	"eahas/trial/target"
)

// shownSeeds is how many single values a line of the text has room for; report.json has all.
const shownSeeds = 6

// seedTable is one target's figures under the training seeds, variants down and metrics across.
type seedTable struct {
	target  targetInfo
	metrics []metricInfo
	names   []string           // of the variants
	cells   [][]eval.SeedScore // of each variant, of each metric; Metric is empty where there is none
}

// seedTables arranges Seeds, a table for each target.
func (r *Report) seedTables() []seedTable {
	var out []seedTable
	for _, target := range r.targets() {
		t := seedTable{target: target}
		of := func(match func(eval.SeedScore) bool) (eval.SeedScore, bool) {
			k := slices.IndexFunc(r.Seeds, func(s eval.SeedScore) bool { return s.Target == target.name && match(s) })
			if k < 0 {
				return eval.SeedScore{}, false
			}
			return r.Seeds[k], true
		}
		for _, m := range metricInfos {
			if _, ok := of(func(s eval.SeedScore) bool { return s.Metric == m.name }); ok {
				t.metrics = append(t.metrics, m)
			}
		}
		for _, name := range r.variantNames() {
			if _, ok := of(func(s eval.SeedScore) bool { return s.Variant == name }); !ok {
				continue
			}
			row := make([]eval.SeedScore, len(t.metrics))
			for j, m := range t.metrics {
				row[j], _ = of(func(s eval.SeedScore) bool { return s.Variant == name && s.Metric == m.name })
			}
			t.names, t.cells = append(t.names, name), append(t.cells, row)
		}
		if len(t.metrics) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// trainings is the number of training seeds.
func (r *Report) trainings() int {
	n := 0
	for _, s := range r.Seeds {
		n = max(n, len(s.Values))
	}
	return n
}

// seedsText says in words what the seeds are.
func (r *Report) seedsText() string {
	return fmt.Sprintf("Each variant was trained %d times on each fold, with other random choices and the same folds. "+
		"Every other figure of this report is that of the first training.", r.trainings())
}

// spread prints a standard deviation of a metric.
func spread(metric string, sd float64, unit string) string {
	switch metric {
	case eval.MetricMAPE, eval.MetricMedianAPE:
		if math.IsNaN(sd) {
			return undefined
		}
		return significant(100*sd, 2) + " %"
	case eval.MetricRMSE, eval.MetricMAE, eval.MetricRunRMSE:
		return quantity(sd, errorUnit(unit), 2)
	}
	switch {
	case 0 < sd && sd < 5e-5:
		return "<0.0001"
	case 0 < sd && sd < .01:
		return strconv.FormatFloat(sd, 'f', 4, 64)
	case sd < 1:
		return strconv.FormatFloat(sd, 'f', 3, 64)
	}
	return significant(sd, 2)
}

// meanAndSpread prints "mean ± standard deviation" with the unit once, if it is the same.
func meanAndSpread(s eval.SeedScore, unit string) string {
	mean := metricText(s.Metric, s.Mean, unit)
	if s.SD == 0 {
		return mean + " ± 0"
	}
	return unitOnce(mean, " ± ", spread(s.Metric, s.SD, unit))
}

// ends prints the smallest and the largest value, or nothing where they are one.
func ends(s eval.SeedScore, unit string) string {
	if s.Min == s.Max {
		return ""
	}
	return metricText(s.Metric, s.Min, unit) + " … " + metricText(s.Metric, s.Max, unit)
}

// seedPage is a seedTable as the page shows it: summaries, and every single value.
type seedPage struct {
	Scores scoreTable
	Single blockTable
}

func (t *seedTable) page() seedPage {
	scores := scoreTable{Heading: t.target.label, First: "variant", Count: "trainings"}
	single := [][]string{{"variant", "metric"}}
	for k := range t.cells[0][0].Values {
		single[0] = append(single[0], fmt.Sprint("training ", k+1))
	}
	for _, m := range t.metrics {
		scores.Metrics = append(scores.Metrics, explained{m.label, m.explained})
	}
	for i, name := range t.names {
		line := scoreRow{Name: name}
		for j, s := range t.cells[i] {
			if s.Metric == "" {
				line.Cells = append(line.Cells, scoreCell{})
				continue
			}
			line.N = thousands(len(s.Values))
			line.Cells = append(line.Cells, scoreCell{Value: meanAndSpread(s, t.target.unit),
				Interval: ends(s, t.target.unit)})
			row := []string{name, t.metrics[j].label}
			name = ""
			for _, x := range s.Values {
				row = append(row, metricText(s.Metric, x, t.target.unit))
			}
			single = append(single, row)
		}
		scores.Rows = append(scores.Rows, line)
	}
	return seedPage{scores, blocksOf(single, 1)}
}

func (r *Report) textSeeds(b *bytes.Buffer) {
	tables := r.seedTables()
	if len(tables) == 0 {
		return
	}
	heading(b, "How much is luck of the training?")
	fmt.Fprintf(b, "  %s\n", r.seedsText())
	for _, t := range tables {
		fmt.Fprintf(b, "\n  %s\n", plain(t.target.label))
		rows := [][]string{{"variant", "metric", "mean ± sd", "min … max", "each training"}}
		for i, name := range t.names {
			for j, s := range t.cells[i] {
				if s.Metric == "" {
					continue
				}
				var each []string
				for _, x := range s.Values {
					each = append(each, metricText(s.Metric, x, t.target.unit))
				}
				if len(each) > shownSeeds {
					each = append(each[:shownSeeds-1], "…")
				}
				rows = append(rows, []string{name, t.metrics[j].label, meanAndSpread(s, t.target.unit),
					ends(s, t.target.unit), strings.Join(each, "  ")})
			}
		}
		columns(b, rows)
	}
}

// seedValues are the values of one figure under the training seeds; nil with one seed.
func (r *Report) seedValues(variant string, of target.Target, metric string) []float64 {
	for _, s := range r.Seeds {
		if s.Variant == variant && s.Target == of && s.Metric == metric {
			return s.Values
		}
	}
	return nil
}
