package report

import (
	"html/template"
	"math"
	"slices"

	"eahas/eval"
	"eahas/report/svg"
	"eahas/trial/target"
)

// sliceMetrics are the metrics that a slice is drawn for; the tables have all. Absolute and relative errors can be
// compared between parts; R2 is relative to the spread inside the part.
var sliceMetrics = map[target.Target][]string{
	target.Curve: {eval.MetricRunRMSE, eval.MetricPlaceR2, eval.MetricPlaceTau, eval.MetricRMSE, eval.MetricAvgR2,
		eval.MetricAvgTau},
	"": {eval.MetricMAPE, eval.MetricMedianAPE, eval.MetricMAE, eval.MetricTau}, // any other, what it has
}

// slicePage is one way of cutting as the page shows it.
type slicePage struct {
	By      string
	Targets []sliceTargetPage
}

type sliceTargetPage struct {
	Label   string
	By      string
	Panels  []template.HTML
	Metrics []explained
	Parts   []slicePart
}

// slicePart is one block of the table: a line for each variant.
type slicePart struct {
	Name, N string
	Few     bool
	Rows    []scoreRow
}

func (r *Report) slicePages() []slicePage {
	var out []slicePage
	for _, s := range r.Slices {
		p := slicePage{By: s.By}
		for _, t := range r.sliceTables(s) {
			p.Targets = append(p.Targets, r.sliceTarget(&t))
		}
		if len(p.Targets) > 0 {
			out = append(out, p)
		}
	}
	return out
}

func (r *Report) sliceTarget(t *sliceTable) sliceTargetPage {
	out := sliceTargetPage{Label: t.target.label, By: t.by}
	shown, ok := sliceMetrics[t.target.name]
	if !ok {
		shown = sliceMetrics[""]
	}
	for _, name := range shown {
		if j := slices.IndexFunc(t.metrics, func(m metricInfo) bool { return m.name == name }); j >= 0 {
			out.Panels = append(out.Panels, r.slicePanel(t, j))
		}
	}
	impossible := anyImpossible(t.tables...) // in one part: all parts have the head's columns
	for i, name := range t.names {
		table := t.tables[i].page("", "", impossible, r.trivial)
		out.Metrics = table.Metrics
		out.Parts = append(out.Parts, slicePart{name, thousands(t.size(i)), t.size(i) < fewTrials, table.Rows})
	}
	return out
}

// slicePanel draws one metric: a band for each part, in it a dot for each variant, a little lower than the one before.
func (r *Report) slicePanel(t *sliceTable, j int) template.HTML {
	const head, step = 27.0, 8.0 // pixels of a part's name, and of each variant
	m := t.metrics[j]
	band := head + step*float64(len(r.variantNames())) + 4
	values := t.values(j)
	arrow := "higher is better →"
	if m.lowerBetter {
		arrow = "← lower is better"
	}
	p := svg.Plot{Width: panelWidth, Height: 62 + band*float64(len(t.names)), Left: 12, Right: 82, Top: 26, Bottom: 36,
		X: svg.NewScale(m.lowerBetter && spansDecades(positive(values)), values),
		Y: svg.Scale{Min: 0, Max: band * float64(len(t.names))}, XTicks: 6,
		XLabel: arrow, Title: m.label, Description: m.label + " of " + t.target.label + " by " + t.by}
	p.XText = axisOf(m.name, t.target.unit, &p.X)
	p.Start()
	for i, name := range t.names {
		top := band * float64(i)
		few := ""
		if t.size(i) < fewTrials {
			few = " few"
		}
		if i > 0 {
			p.Segment("grid", p.Left, p.Top+top, p.Width-p.Left, p.Top+top)
		}
		p.Text("name"+few, p.Left, p.Top+top+15, shorten(name, 34)+" · n "+thousands(t.size(i)))
		alone := undefined // written where nothing is best: there is one figure, or none
		for _, row := range t.tables[i].rows {
			c := row.cells[j]
			if c.row.Metric == "" || math.IsNaN(c.row.Value) {
				continue
			}
			k := max(0, slices.Index(r.variantNames(), row.name))
			text := metricText(m.name, c.row.Value, t.target.unit)
			down := top + head + step*float64(k)
			p.Dot("dot "+class(k)+few, 4, max(c.row.Value, p.X.Min), p.Y.Max-down, name+", "+row.name+": "+text)
			if c.best {
				p.Text("value best "+class(k)+few, p.Width-p.Right+8, p.Top+down+4, text)
			}
			alone = text
		}
		if !slices.ContainsFunc(t.tables[i].rows, func(row metricTableRow) bool { return row.cells[j].best }) {
			p.Text("value few", p.Width-p.Right+8, p.Top+top+head+4, alone)
		}
	}
	return template.HTML(p.String())
}

// values are those of one metric; far below zero only says "useless" and shall not flatten the rest.
func (t *sliceTable) values(j int) []float64 {
	var out []float64
	for _, table := range t.tables {
		for _, row := range table.rows {
			if c := row.cells[j].row; c.Metric != "" {
				out = append(out, max(c.Value, -1))
			}
		}
	}
	return out
}

// positive returns the numbers that a logarithmic axis can show, or nothing if there are others.
func positive(xs []float64) []float64 {
	out := slices.DeleteFunc(slices.Clone(xs), math.IsNaN)
	if slices.ContainsFunc(out, func(x float64) bool { return x <= 0 || math.IsInf(x, 0) }) {
		return nil
	}
	return out
}
