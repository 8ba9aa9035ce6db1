package searchpage

import (
	"html/template"
	"math"

	"eahas/report"
	"eahas/report/svg"
	"eahas/search"
	"eahas/search/study"
)

// Panels stand side by side on a desk and one below the other on a phone.
const (
	wide, high   = 410, 300
	small, lower = 300, 210
)

// spentAt returns what is spent at each step of the budget.
func spentAt(t *study.TaskSummary) []float64 {
	xs := make([]float64, study.GridPoints)
	for k := range xs {
		xs[k] = t.Budget * float64(k+1) / study.GridPoints
	}
	return xs
}

// plot begins a figure over the budget.
func plot(t *study.TaskSummary, w, h float64, title, ylabel string, log bool, values ...[]float64) *svg.Plot {
	p := &svg.Plot{Width: w, Height: h, Left: 52, Right: 12, Top: 26, Bottom: 40, Title: title, Description: title,
		X: svg.NewScale(false, []float64{0, t.Budget}), Y: svg.NewScale(log, values...),
		XLabel: t.Cost + " spent", YLabel: ylabel}
	p.XText, p.YText = report.Ticks(unitOf[t.Cost], &p.X), report.Ticks("", &p.Y)
	if w < 400 {
		p.XTicks, p.YTicks = 3, 4
	}
	p.Start()
	return p
}

// positive replaces what a logarithmic axis cannot show by the smallest regret that is shown.
func positive(t *study.TaskSummary, v []float64) []float64 {
	least := max(t.Floor/4, (t.Bounds.Worst-t.Bounds.Best)*1e-4)
	out := make([]float64, len(v))
	for i, x := range v {
		if out[i] = x; x < least {
			out[i] = least
		}
	}
	return out
}

// regretFigure shows the medians of all methods.
func regretFigure(s *study.Summary, t *study.TaskSummary) template.HTML {
	var all [][]float64
	for _, m := range t.Scores {
		all = append(all, positive(t, m.Curve.Median))
	}
	p := plot(t, wide, high, "Regret of the incumbent", "regret, "+t.Unit, true, all...)
	floorLine(p, t)
	for i, v := range all {
		p.Line(class(i), s.Methods[i].Name, spentAt(t), v)
	}
	return template.HTML(p.String())
}

// floorLine shows below which regret nothing can be told.
func floorLine(p *svg.Plot, t *study.TaskSummary) {
	if t.Floor > 0 && p.Y.Holds(t.Floor) {
		p.Segment("exact", p.X.From, p.Y.Pixel(t.Floor), p.X.To, p.Y.Pixel(t.Floor))
		p.Text("tick end", p.X.To-4, p.Y.Pixel(t.Floor)-4, "floor")
	}
}

func volumeFigure(s *study.Summary, t *study.TaskSummary) template.HTML {
	var all [][]float64
	for _, m := range t.Scores {
		all = append(all, m.VolCurve.Median)
	}
	p := plot(t, wide, high, "Hypervolume of loss and cost", "share of the true front's", false, all...)
	for i, v := range all {
		p.Line(class(i), s.Methods[i].Name, spentAt(t), v)
	}
	return template.HTML(p.String())
}

// eachFigure shows one method with its quartiles before the others.
func eachFigure(s *study.Summary, t *study.TaskSummary, k int) template.HTML {
	var all [][]float64
	for _, m := range t.Scores {
		all = append(all, positive(t, m.Curve.Median))
	}
	m := t.Scores[k]
	low, high := positive(t, m.Curve.Low), positive(t, m.Curve.High)
	p := plot(t, small, lower, m.Method, "", true, append(all, low, high)...)
	for i, v := range all {
		if i != k {
			p.Line("grid", s.Methods[i].Name, spentAt(t), v)
		}
	}
	p.Area(class(k), spentAt(t), low, high)
	p.Line(class(k), m.Method, spentAt(t), all[k])
	return template.HTML(p.String())
}

// frontFigure shows a method's front before the true one, with its knee.
func frontFigure(t *study.TaskSummary, k int) template.HTML {
	m := t.Scores[k]
	tx, ty := coordinates(t.Bounds.Front)
	mx, my := coordinates(m.Front)
	p := &svg.Plot{Width: small, Height: lower, Left: 52, Right: 12, Top: 26, Bottom: 40, Title: m.Method,
		Description: "Pareto front of " + m.Method,
		X:           svg.NewScale(true, tx, mx), Y: svg.NewScale(false, ty, my), XTicks: 3, YTicks: 4,
		XLabel: t.Cost + " of the training", YLabel: t.Unit}
	p.XText, p.YText = report.Ticks(unitOf[t.Cost], &p.X), report.Ticks("", &p.Y)
	p.Start()
	p.Line("exact", "the task's true front", tx, ty)
	p.Line(class(k), m.Method, mx, my)
	for i := range mx {
		title := loss(my[i], t.Unit) + " at " + report.Quantity(mx[i], unitOf[t.Cost], 3)
		if i == m.Knee {
			p.Dot("point solid "+class(k), 5, mx[i], my[i], "knee: "+title)
		} else {
			p.Dot("point "+class(k), 2, mx[i], my[i], title)
		}
	}
	return template.HTML(p.String())
}

func coordinates(f []search.FrontPoint) (x, y []float64) {
	for _, p := range f {
		x, y = append(x, p.Second), append(y, p.Loss)
	}
	return x, y
}

// rankFigure shows the mean ranks along the budget.
func rankFigure(s *study.Summary) template.HTML {
	xs := make([]float64, study.GridPoints)
	for k := range xs {
		xs[k] = 100 * float64(k+1) / study.GridPoints
	}
	p := &svg.Plot{Width: wide, Height: high, Left: 52, Right: 12, Top: 26, Bottom: 40,
		Title:       "Mean rank by regret, 1 is the best",
		Description: "mean rank of the methods along the budget", X: svg.NewScale(false, []float64{0, 100}),
		Y:      svg.NewScale(false, []float64{1, float64(max(2, len(s.Methods)))}),
		XLabel: "% of the budget spent", YLabel: "mean rank"}
	p.XText, p.YText = report.Ticks("", &p.X), report.Ticks("", &p.Y)
	p.Start()
	for i, m := range s.Methods {
		p.Line(class(i), m.Name, xs, finite(m.Rank))
	}
	return template.HTML(p.String())
}

func finite(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		if out[i] = x; math.IsInf(x, 0) {
			out[i] = math.NaN()
		}
	}
	return out
}
