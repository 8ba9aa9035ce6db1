package report

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"

	"eahas/report/svg"
)

// explainFigures draws the explanation.
func (r *Report) explainFigures() []figure {
	e := r.Explanation
	if e == nil {
		return nil
	}
	var out []figure
	for _, f := range []figure{r.frontFigure(), r.importanceFigure(), r.dependenceFigure()} {
		if len(f.Panels) > 0 {
			out = append(out, f)
		}
	}
	return out
}

const shownAxes = 12 // of an importance panel

// importanceFigure is a bar for each axis, a panel for each target.
func (r *Report) importanceFigure() figure {
	e := r.Explanation
	f := figure{ID: "importance", Heading: "Which settings matter?",
		Caption: fmt.Sprintf("Permutation importance: by how much R² falls when the values of one setting are "+
			"dealt anew "+
			"among %s held-out trials (mean of %d dealings; line: standard deviation). %s never saw these trials. "+
			"Settings "+
			"that go together share their importance: each looks less important than both are.", thousands(e.Rows),
			e.Repeats, e.Variant)}
	for _, t := range e.Importance {
		f.Panels = append(f.Panels, r.importancePanel(t))
	}
	return f
}

func (r *Report) importancePanel(t TargetImportance) template.HTML {
	const rowHeight = 20
	axes := t.Axes[:min(shownAxes, len(t.Axes))]
	values := []float64{0}
	left := 60.0
	for _, a := range axes {
		values = append(values, a.Drop, a.Drop+a.SD)
		left = max(left, 12+6.6*float64(len([]rune(shorten(a.Axis, 18)))))
	}
	p := svg.Plot{Width: panelWidth, Height: 66 + rowHeight*float64(len(axes)), Left: left, Right: 58, Top: 44,
		Bottom: 20,
		X:      svg.NewScale(false, values), Y: svg.Scale{Min: 0, Max: float64(len(axes))}, XTicks: 4, XText: tick(""),
		Title: shorten(t.Label, 40), Description: "Importance of settings for " + t.Label}
	p.Start()
	what := "R²"
	if t.Log {
		what = "R² of ln"
	}
	p.Text("subtitle", min(p.Left, 58), 32, what+" "+metricText("", t.Base, "")+", falls by")
	for i, a := range axes {
		y := p.Top + rowHeight*(float64(i)+.5)
		p.Text("name end", p.Left-8, y+4, shorten(a.Axis, 18))
		p.Segment("thick s0", p.X.Pixel(0), y, p.X.Pixel(a.Drop), y)
		p.Segment("whisker", p.X.Pixel(a.Drop-a.SD), y, p.X.Pixel(a.Drop+a.SD), y)
		p.Text("value", p.Width-p.Right+8, y+4, dropText(a.Drop))
	}
	return template.HTML(p.String())
}

// dropText prints a fall of R2; what is below a thousandth is nothing.
func dropText(x float64) string {
	if math.Abs(x) < .001 {
		return "0"
	}
	if math.Abs(x) < .01 {
		return trimZeros(significant(x, 1)) // two would not fit
	}
	return trimZeros(significant(x, 2))
}

// dependenceFigure draws the first axes, and the others behind a fold of their own.
func (r *Report) dependenceFigure() figure {
	f := figure{ID: "dependence", Heading: "What do the settings do?", Folded: true,
		MoreName: "Energy, time, and the other settings",
		Caption: "Partial dependence: the mean prediction when every held-out trial takes one value of a setting, " +
			"the rest " +
			"of it as it was; band: 10 % to 90 % of the trials. A value that a trial's other settings forbid counts " +
			"without it."}
	for i, d := range r.Explanation.Dependence {
		for j, t := range d.Targets {
			panel, ok := dependencePanel(d, t)
			switch {
			case !ok:
			case i < 3 && j == 0:
				f.Panels = append(f.Panels, panel)
			default:
				f.More = append(f.More, panel)
			}
		}
	}
	return f
}

func dependencePanel(d AxisDependence, t TargetDependence) (template.HTML, bool) {
	xs := []float64(d.At)
	if xs == nil {
		for i := range d.Values {
			xs = append(xs, float64(i))
		}
	}
	if len(xs) < 2 || len(xs) != len(t.Mean) {
		return "", false
	}
	p := svg.Plot{Width: panelWidth, Height: panelHeight - 40, Left: 58, Right: 14, Top: 28, Bottom: 38,
		X: svg.NewScale(d.Log && d.At != nil, xs), Y: svg.NewScale(false, t.Mean, t.Low, t.High), XText: tick(""),
		XLabel: withUnit(d.Axis, d.Unit), YLabel: shorten(withUnit(t.Label, t.Unit), 34),
		Title: shorten(t.Label+" by "+d.Axis, 46), Description: t.Label + " by " + d.Axis}
	if t.Unit == "J" || t.Unit == "s" {
		p.YLabel = shorten(t.Label, 34)
	}
	p.YText = axis(t.Unit, &p.Y)
	if d.At == nil {
		p.X = svg.Scale{Min: -.5, Max: float64(len(xs)) - .5}
		p.XText = nil
	}
	p.Start()
	if d.At == nil {
		choiceDots(&p, d, t)
		return template.HTML(p.String()), true
	}
	p.Area("s0", xs, t.Low, t.High)
	p.Line("s0", t.Label, xs, t.Mean)
	for i, x := range xs {
		p.Dot("dot s0", 3, x, t.Mean[i], fmt.Sprintf("%s = %s: %s (%s to %s), %d trials", d.Axis, d.Values[i],
			quantity(t.Mean[i], t.Unit, 3), quantity(t.Low[i], t.Unit, 3), quantity(t.High[i], t.Unit, 3), t.N[i]))
	}
	return template.HTML(p.String()), true
}

// choiceDots draws an axis without order: a dot and a bar for each choice, its name below.
func choiceDots(p *svg.Plot, d AxisDependence, t TargetDependence) {
	each := (p.X.To - p.X.From) / float64(len(d.Values))
	for i, name := range d.Values {
		at := p.X.Pixel(float64(i))
		p.Segment("bar s0", at, p.Y.Pixel(t.Low[i]), at, p.Y.Pixel(t.High[i]))
		p.Dot("dot s0", 4.5, float64(i), t.Mean[i], fmt.Sprintf("%s: %s, %d trials", name,
			quantity(t.Mean[i], t.Unit, 3), t.N[i]))
		if letters := int(each / 6.4); letters > 2 {
			p.Text("tick mid", at, p.Y.From+15, shorten(name, letters))
		}
	}
}

// frontFigure is the trade between the curve's last value and a cost.
func (r *Report) frontFigure() figure {
	fr := r.Explanation.Front
	if fr == nil || len(fr.Logged) == 0 {
		return figure{}
	}
	f := figure{ID: "front", Heading: "What accuracy costs", Caption: "Dots: logged trials. Rings: what " +
		r.Explanation.Variant + " predicts for configurations that nobody trained and that lie within the training " +
		"data. Lines: no dot, or ring, is as good in both. A predicted front is the best of many guesses, so it " +
		"flatters " +
		"itself: train what it names before you believe it."}
	f.Legend = []legendEntry{{"s0", "logged", true}, {"s1", "predicted", true}}
	f.Panels = append(f.Panels, frontPanel(fr))
	if len(r.Explanation.Best) > 0 {
		f.Rows = r.foundCells()
	}
	return f
}

func frontPanel(fr *Front) template.HTML {
	coordinates := func(points []FrontPoint, front bool) (x, y []float64) {
		for _, p := range points {
			if p.Front || !front {
				x, y = append(x, p.Cost), append(y, p.Value)
			}
		}
		return x, y
	}
	lx, ly := coordinates(fr.Logged, false)
	px, py := coordinates(fr.Predicted, false)
	p := svg.Plot{Width: panelWidth, Height: 320, Left: 58, Right: 14, Top: 14, Bottom: 38,
		X: svg.NewScale(slices.Min(lx) > 0, lx, px), Y: svg.NewScale(false, ly, py), XTicks: 4,
		XLabel: fr.Cost.Label,
		YLabel: withUnit(fr.Value.Label, fr.Value.Unit), Description: fr.Value.Label + " against " + fr.Cost.Label}
	p.XText, p.YText = axis(fr.Cost.Unit, &p.X), axis("", &p.Y)
	p.Start()
	draw := func(points []FrontPoint, cls, kind string) {
		for _, one := range points {
			p.Dot(cls, 2.5, one.Cost, one.Value, fmt.Sprintf("%s %s: %s at %s", kind, shorten(one.ID, 80),
				quantity(one.Value, fr.Value.Unit, 3), quantity(one.Cost, fr.Cost.Unit, 3)))
		}
	}
	draw(fr.Predicted, "ring s1", "predicted")
	draw(fr.Logged, "point s0", "logged")
	fx, fy := coordinates(fr.Predicted, true)
	p.Line("s1", "predicted front", fx, fy)
	fx, fy = coordinates(fr.Logged, true)
	p.Line("s0", "logged front", fx, fy)
	return template.HTML(p.String())
}

// foundCells is the table of the best configurations, the head first.
func (r *Report) foundCells() [][]string {
	e := r.Explanation
	value, cost := Explained{Label: "value"}, Explained{}
	if e.Front != nil {
		value, cost = e.Front.Value, e.Front.Cost
	}
	rows := [][]string{{"best found", value.Label, cmp.Or(cost.Label, "cost"), "configuration"}}
	for _, b := range e.Best {
		kind := "logged"
		if b.Predicted {
			kind = "predicted"
		}
		rows = append(rows, []string{kind, quantity(b.Value, value.Unit, 3), quantity(b.Cost, cost.Unit, 3), b.Config})
	}
	return rows
}

// coverageCells says how much of the space the logs hold, the head first.
func (r *Report) coverageCells() [][]string {
	e := r.Explanation
	if e == nil || len(e.Coverage) == 0 {
		return nil
	}
	rows := [][]string{{"axis", "values tried", "of", "share of the range", "logged"}}
	for _, c := range e.Coverage {
		of := "∞"
		if c.Of > 0 {
			of = thousands(c.Of)
		}
		rows = append(rows, []string{c.Axis, thousands(c.Tried), of, percent(c.Share), c.Range})
	}
	return rows
}

// coverageText says how much of the space the surrogate answers without extrapolation.
func (r *Report) coverageText() string {
	e := r.Explanation
	if e == nil || e.Drawn == 0 {
		return ""
	}
	return fmt.Sprintf("Of %s configurations drawn from the space, %s lie within the training data; elsewhere "+
		"answers say "+
		"that they extrapolate.", thousands(e.Drawn), percent(float64(e.Inside)/float64(e.Drawn)))
}

func (r *Report) textExplanation(b *bytes.Buffer) {
	e := r.Explanation
	if e == nil {
		return
	}
	if len(e.Importance) > 0 {
		heading(b, "Which settings matter (permutation importance)")
		fmt.Fprintf(b, "  By how much R² falls when a setting is dealt anew among %s held-out trials, %d times.\n",
			thousands(e.Rows), e.Repeats)
		for _, t := range e.Importance {
			fmt.Fprintf(b, "  %s (%s): ", plain(t.Label), metricText("", t.Base, ""))
			for i, a := range t.Axes[:min(6, len(t.Axes))] {
				if i > 0 {
					fmt.Fprint(b, ", ")
				}
				fmt.Fprintf(b, "%s %s", plain(a.Axis), dropText(a.Drop))
			}
			fmt.Fprintln(b)
		}
	}
	if len(e.Best) > 0 {
		heading(b, "Best configurations")
		columns(b, r.foundCells())
	}
	if cells := r.coverageCells(); cells != nil {
		heading(b, "Coverage of the space")
		fmt.Fprintf(b, "  %s\n", r.coverageText())
		columns(b, cells)
	}
}
