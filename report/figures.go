package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"

	"eahas/eval"
	"eahas/report/svg"
	"eahas/trial/target"
)

// Panels are small, so that they stand side by side on a desk and one below the other on a phone without scaling.
const (
	panelWidth  = 380
	panelHeight = 270
	colours     = 8 // classes s0..s7 of the style sheet
)

// figure is a set of panels under one heading.
type figure struct {
	ID      string
	Heading string // says what to see
	Caption string
	Legend  []legendEntry
	Panels  []template.HTML
	Table   []calibrationRow // below the panels, the head first

	Rows [][]string // of a plain table below, the head first

	Folded   bool            // the reader opens it
	More     []template.HTML // panels behind a fold of their own
	MoreName string          // of that fold
}

type legendEntry struct {
	Class, Name string
	Line        bool
}

// figures draws everything that the report has data for.
func (r *Report) figures() []figure {
	var out []figure
	add := func(f figure) {
		if len(f.Panels) > 0 {
			out = append(out, f)
		}
	}
	add(r.exampleFigure())
	add(r.scatterFigure())
	out = append(out, r.explainFigures()...)
	for _, t := range r.targets() {
		add(r.variantFigure(t))
	}
	add(r.epochFigure())
	add(r.residualFigure())
	add(r.calibrationFigure())
	return out
}

func (r *Report) variantClass(name string) string {
	return class(max(0, slices.Index(r.variantNames(), name)))
}

func class(i int) string { return fmt.Sprintf("s%d", i%colours) }

func (r *Report) variantLegend(line bool, names []string) (out []legendEntry) {
	for _, n := range names {
		out = append(out, legendEntry{r.variantClass(n), n, line})
	}
	return out
}

// variantFigure compares the variants on one target: for each metric one panel with a dot and its interval.
func (r *Report) variantFigure(t targetInfo) figure {
	table := r.byVariant(t)
	f := figure{ID: "variants-" + string(t.name), Heading: t.label + ": variants side by side", Folded: true,
		Caption: "Dot: the figure of the table above. Bar: 95 % bootstrap interval over configurations. " +
			"Hollow dot: what the curve's representation alone reaches, with nothing learnt: the ceiling of its " +
			"variants."}
	if len(r.RepresentationFloor) == 0 || t.name != target.Curve {
		f.Caption = "Dot: the figure of the table above. Bar: 95 % bootstrap interval over configurations."
	}
	if len(r.Seeds) > 0 {
		f.Caption += " Small rings: the same variant trained with other random choices."
	}
	for j, m := range table.metrics {
		if m.name != eval.MetricImpossible && m.name != eval.MetricMAE && m.name != eval.MetricSpearman &&
			table.figures(j) > 1 {
			f.Panels = append(f.Panels, r.dotPanel(&table, j))
		}
	}
	return f
}

// figures counts the variants that have a figure of metric j: a single dot compares nothing.
func (t *metricTable) figures(j int) int {
	n := 0
	for _, row := range t.rows {
		if !row.floor && row.cells[j].row.Metric != "" {
			n++
		}
	}
	return n
}

func (r *Report) dotPanel(t *metricTable, j int) template.HTML {
	const rowHeight = 34
	m := t.metrics[j]
	var values []float64
	for _, row := range t.rows {
		c := row.cells[j].row
		if c.Metric != "" {
			values = append(append(values, c.Value, c.CILow, c.CIHigh),
				r.seedValues(row.name, t.target.name, m.name)...)
		}
	}
	if !m.lowerBetter {
		for i, v := range values {
			values[i] = max(v, -1) // far below zero only says "useless": it shall not flatten the rest
		}
	}
	arrow := "higher is better →"
	if m.lowerBetter {
		arrow = "← lower is better"
	}
	p := svg.Plot{Width: panelWidth, Height: 62 + rowHeight*float64(len(t.rows)), Left: 12, Right: 74, Top: 26,
		Bottom: 36,
		X:      svg.NewScale(false, values), Y: svg.Scale{Min: 0, Max: float64(len(t.rows))}, XTicks: 4,
		XLabel: arrow, Title: m.label, Description: m.label + " of " + t.target.label + " by variant"}
	p.XText = axisOf(m.name, t.target.unit, &p.X)
	p.Start()
	for i, row := range t.rows {
		c := row.cells[j].row
		y := p.Top + rowHeight*(float64(i)+.72)
		p.Text("name", p.Left, y-11, shorten(row.name, 46))
		if c.Metric == "" {
			continue
		}
		cls, radius := class(i), 5.0
		if row.floor {
			cls = "floor"
		}
		text := metricText(m.name, c.Value, t.target.unit)
		if !math.IsNaN(c.CILow) && !math.IsNaN(c.CIHigh) {
			p.Segment("bar "+cls, p.X.Pixel(c.CILow), y, p.X.Pixel(c.CIHigh), y)
		}
		at := float64(len(t.rows)) - float64(i) - .72
		if !row.floor {
			for k, x := range r.seedValues(row.name, t.target.name, m.name) {
				p.Dot("seed "+cls, 2.5, max(x, p.X.Min), at,
					fmt.Sprintf("%s, training %d: %s %s", row.name, k+1, m.label, metricText(m.name, x, t.target.unit)))
			}
		}
		p.Dot("dot "+cls, radius, max(c.Value, p.X.Min), at,
			fmt.Sprintf("%s: %s %s, 95 %% interval %s, %d trials", row.name, m.label, text, t.interval(row.cells[j]),
				c.N))
		strength := "value"
		if row.cells[j].best {
			strength = "value best"
		}
		p.Text(strength, p.Width-p.Right+8, y+4, text)
	}
	return template.HTML(p.String())
}

// axisOf is axis for the values of a metric of a target with that unit.
func axisOf(metric, unit string, s *svg.Scale) func(float64) string {
	switch metric {
	case eval.MetricMAPE, eval.MetricMedianAPE:
		return func(x float64) string { return trimZeros(significant(100*x, 3)) + " %" }
	case eval.MetricRMSE, eval.MetricMAE, eval.MetricRunRMSE:
		return axis(unit, s)
	}
	return axis("", s)
}

// shorten cuts a name in its middle.
func shorten(s string, n int) string {
	c := []rune(s)
	if len(c) <= n {
		return s
	}
	return string(c[:n/2]) + "…" + string(c[len(c)-(n-n/2-1):])
}

// exampleFigure shows single curves with their predictions.
func (r *Report) exampleFigure() figure {
	f := figure{ID: "examples", Heading: "Learning curves and their predictions",
		Caption: "Grey dots: measured. Lines: predicted" + r.unseen(" by a surrogate that never saw this "+
			"configuration") + ". " +
			"Best, median and worst by the error of " + cmp.Or(r.ExamplesBy, "the first variant") +
			" over the curve, the others drawn at random." + bandCaption(r.Examples),
		MoreName: "More curves, drawn at random"}
	var names []string
	for _, e := range r.Examples {
		for _, v := range e.Pred {
			if !slices.Contains(names, v.Variant) {
				names = append(names, v.Variant)
			}
		}
	}
	f.Legend = append([]legendEntry{{"truth", "measured", false}}, r.variantLegend(true, names)...)
	for _, e := range r.Examples {
		if e.Why == "random" && len(f.Panels) > 0 {
			f.More = append(f.More, r.examplePanel(e))
		} else {
			f.Panels = append(f.Panels, r.examplePanel(e))
		}
	}
	return f
}

// unseen is text, said of predictions of trials that were held out; empty where none was.
func (r *Report) unseen(text string) string {
	if r.TrainedOn {
		return ""
	}
	return text
}

// bandCaption says what the shaded bands are, where there are some.
func bandCaption(examples []Example) string {
	for _, e := range examples {
		for _, v := range e.Pred {
			if v.Level > 0 {
				return fmt.Sprintf(" Bands: %.3g %% intervals of the predicted values, from what other trials' "+
					"predictions missed.",
					100*v.Level)
			}
		}
	}
	return ""
}

func (r *Report) examplePanel(e Example) template.HTML {
	ranges := [][]float64{e.Truth}
	for _, v := range e.Pred {
		ranges = append(ranges, v.Values, v.Low, v.High)
	}
	log := r.Curve.Logarithmic || r.Curve.Unit != "%" && spansDecades(e.Truth)
	p := svg.Plot{Width: panelWidth, Height: panelHeight, Left: 58, Right: 12, Top: 42, Bottom: 38,
		X: svg.NewScale(r.Curve.EpochLogAxis, e.Epochs), Y: svg.NewScale(log, ranges...),
		XText: tick(""), YText: tick(""), XLabel: cmp.Or(r.Curve.EpochName, "epoch"),
		YLabel:      withUnit(cmp.Or(r.Curve.Name, "value"), r.Curve.Unit),
		Title:       shorten(fmt.Sprintf("%s: %s", e.Why, e.ID), 44),
		Description: "Learning curve of " + e.ID + " with predictions"}
	p.Start()
	p.Text("subtitle", p.Left, 31, shorten(fmt.Sprintf("%s · RMSE %s", e.Group,
		metricText(eval.MetricRMSE, e.Error, r.Curve.Unit)), 50))
	keep := thin(len(e.Epochs), 100)
	xs := pick(e.Epochs, keep)
	for i, y := range pick(e.Truth, keep) {
		p.Dot("truth", 2, xs[i], y, "")
	}
	for _, v := range e.Pred {
		cls := r.variantClass(v.Variant)
		if len(v.Low) == len(e.Epochs) && len(v.High) == len(e.Epochs) && len(v.Low) > 0 {
			p.Area(cls, xs, pick(v.Low, keep), pick(v.High, keep))
		}
		p.Line(cls, v.Variant, xs, pick(v.Values, keep))
	}
	return template.HTML(p.String())
}

// spansDecades reports whether positive values differ by a factor above 100.
func spansDecades(xs []float64) bool {
	return len(xs) > 0 && slices.Min(xs) > 0 && slices.Max(xs) > 100*slices.Min(xs)
}

func withUnit(name, unit string) string {
	if unit == "" || unit == name {
		return name
	}
	return name + ", " + unit
}

// thin returns at most limit indices of n, evenly spaced, first and last among them.
func thin(n, limit int) []int {
	m := min(n, limit)
	out := make([]int, m)
	for k := range out {
		out[k] = k
		if m < n {
			out[k] = int(math.Round(float64(k) * float64(n-1) / float64(m-1)))
		}
	}
	return out
}

func pick(xs []float64, keep []int) []float64 {
	out := make([]float64, len(keep))
	for k, i := range keep {
		out[k] = xs[i]
	}
	return out
}

// epochFigure shows the error along the epochs, one panel a group.
func (r *Report) epochFigure() figure {
	f := figure{ID: "epochs", Heading: "Where along the curve the predictions are off", Folded: true,
		Caption: "Root mean squared error over the " + r.unseen("held-out ") + "trials of a group, at each epoch."}
	const most = 9
	var groups, names []string
	for _, s := range r.ByEpoch {
		for _, e := range s.Epochs {
			if !slices.Contains(groups, e.Group) {
				groups = append(groups, e.Group)
			}
		}
		if len(s.Epochs) > 0 {
			names = append(names, s.Variant)
		}
	}
	if len(groups) > most {
		f.Caption += fmt.Sprintf(" The first %d of %d groups.", most, len(groups))
		groups = groups[:most]
	}
	f.Legend = r.variantLegend(true, names)
	for _, g := range groups {
		if panel, ok := r.epochPanel(g); ok {
			f.Panels = append(f.Panels, panel)
		}
	}
	return f
}

func (r *Report) epochPanel(group string) (template.HTML, bool) {
	type series struct {
		variant string
		x, y    []float64
	}
	var all []series
	var xs, ys [][]float64
	for _, s := range r.ByEpoch {
		line := series{variant: s.Variant}
		for _, e := range s.Epochs {
			if e.Group == group {
				line.x, line.y = append(line.x, e.Epoch), append(line.y, e.RMSE)
			}
		}
		if len(line.x) > 1 {
			keep := thin(len(line.x), 120)
			line.x, line.y = pick(line.x, keep), pick(line.y, keep)
			all, xs, ys = append(all, line), append(xs, line.x), append(ys, line.y)
		}
	}
	if len(all) == 0 {
		return "", false
	}
	log := r.Curve.Unit != "%" && spansDecades(slices.Concat(ys...))
	if !log {
		ys = append(ys, []float64{0})
	}
	unit := r.Curve.Unit
	if unit == "%" {
		unit = "points"
	}
	p := svg.Plot{Width: panelWidth, Height: panelHeight, Left: 58, Right: 12, Top: 28, Bottom: 38,
		X: svg.NewScale(r.Curve.EpochLogAxis, xs...), Y: svg.NewScale(log, ys...), XText: tick(""), YText: tick(""),
		XLabel: cmp.Or(r.Curve.EpochName, "epoch"), YLabel: withUnit("RMSE", unit), Title: shorten(group, 46),
		Description: "RMSE along the epochs of " + group}
	p.Start()
	for _, s := range all {
		p.Line(r.variantClass(s.variant), s.variant, s.x, s.y)
	}
	return template.HTML(p.String()), true
}
