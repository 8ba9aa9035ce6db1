package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"

	"eahas/report/svg"
	"eahas/trial/target"
)

const (
	maxDots      = 6000 // of all scatter panels together, so that the page stays small
	maxPanelDots = 700
	minPanelDots = 60
	maxWorst     = 15 // points with the largest errors that are always among them
	maxGroups    = colours
	openScatter  = 3 // panels in sight: a row of a desk's screen
)

// scatterFigure shows predicted against true: the first targets of the variant that the report is about open, the
// others folded.
func (r *Report) scatterFigure() figure {
	f := figure{ID: "scatter", Heading: "Predicted against true", MoreName: "The other variants",
		Caption: "Each dot is a " + r.unseen("held-out ") + "trial; on the diagonal the prediction is " +
			"exact. Shown is " + r.chosen() + "; of the curve, the last value."}
	r.addScatter(&f, func(PredictionSet) bool { return true }, r.scatterPanel)
	if len(f.Panels) > openScatter {
		f.MoreName = "The other targets and variants"
		f.Panels, f.More = f.Panels[:openScatter:openScatter], append(f.Panels[openScatter:], f.More...)
	}
	return f
}

// residualFigure shows predicted over true against true, for costs.
func (r *Report) residualFigure() figure {
	f := figure{ID: "residuals", Heading: "How far off the costs are, by size", Folded: true,
		MoreName: "The other variants",
		Caption: "Predicted divided by true, against true. 1 is exact; the band holds errors within a tenth of the " +
			"truth. Both axes are logarithmic."}
	r.addScatter(&f, func(s PredictionSet) bool { return s.Target != target.Curve && r.logarithmic(s.Target) },
		r.residualPanel)
	return f
}

// addScatter adds a panel for each set that is asked for: the chosen variant's in the order of the targets, those of
// the others behind.
func (r *Report) addScatter(f *figure, asked func(PredictionSet) bool,
	panel func(PredictionSet, []string) template.HTML) {
	groups := r.scatterGroups()
	for i, g := range groups {
		f.Legend = append(f.Legend, legendEntry{class(i), g, false})
	}
	limit := r.dotLimit()
	told := false
	for _, s := range r.Predictions {
		if !asked(s) || len(s.Truth) == 0 || len(s.Truth) != len(s.Pred) {
			continue
		}
		if !fewEnough(len(s.Truth), limit) && !told {
			told = true
			f.Caption += fmt.Sprintf(" Shown are %d of %s trials, the largest errors among them.", limit,
				thousands(len(s.Truth)))
		}
		if s.Variant == r.chosen() {
			f.Panels = append(f.Panels, panel(s, groups))
		} else {
			f.More = append(f.More, panel(s, groups))
		}
	}
}

// scatterGroups are the groups that dots are coloured by; nil where there is one, or too many to tell apart.
func (r *Report) scatterGroups() []string {
	var groups []string
	for _, s := range r.Predictions {
		for _, g := range s.Groups {
			if !slices.Contains(groups, g) {
				if groups = append(groups, g); len(groups) > maxGroups {
					return nil
				}
			}
		}
	}
	if len(groups) < 2 {
		return nil
	}
	slices.Sort(groups)
	return groups
}

// dotLimit shares the dots of the page among its panels.
func (r *Report) dotLimit() int {
	panels := 0
	for _, s := range r.Predictions {
		panels++
		if s.Target != "curve" {
			panels++
		}
	}
	return min(maxPanelDots, max(minPanelDots, maxDots/max(1, panels)))
}

// fewEnough reports whether n points are drawn without a choice: up to a fourth over the limit.
func fewEnough(n, limit int) bool { return 4*n <= 5*limit }

// shown returns the points to draw: all, or evenly chosen ones and those with the largest errors. badness orders the
// errors.
func (r *Report) shown(s PredictionSet, badness func(truth, pred float64) float64) []int {
	limit := r.dotLimit()
	if fewEnough(len(s.Truth), limit) {
		return thin(len(s.Truth), len(s.Truth))
	}
	order := thin(len(s.Truth), len(s.Truth))
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(badness(s.Truth[b], s.Pred[b]), badness(s.Truth[a], s.Pred[a]))
	})
	keep := slices.Clone(order[:maxWorst])
	for _, i := range thin(len(s.Truth), limit-maxWorst) {
		if !slices.Contains(order[:maxWorst], i) {
			keep = append(keep, i)
		}
	}
	slices.Sort(keep)
	return keep
}

func (s PredictionSet) dotTitle(i int) string {
	id := fmt.Sprint("trial ", i)
	if i < len(s.IDs) {
		id = shorten(s.IDs[i], 60)
	}
	return fmt.Sprintf("%s: true %s, predicted %s", id, quantity(s.Truth[i], s.Unit, 4), quantity(s.Pred[i], s.Unit, 4))
}

func (s PredictionSet) dotClass(i int, groups []string, fallback string) string {
	if groups != nil && i < len(s.Groups) {
		return "point " + class(max(0, slices.Index(groups, s.Groups[i])))
	}
	return "point " + fallback
}

func (r *Report) scatterPanel(s PredictionSet, groups []string) template.HTML {
	log := r.logarithmic(s.Target)
	if s.Target == target.Curve {
		log = s.Unit != "%" && spansDecades(s.Truth)
	}
	scale := svg.NewScale(log, s.Truth, s.Pred)
	what := "last value"
	if s.Target != "curve" {
		what = r.target(s.Target).label
	}
	unit := s.Unit
	if unit == "J" || unit == "s" {
		unit = "" // the ticks carry it
	}
	text := axis(s.Unit, &scale)
	p := svg.Plot{Width: panelWidth, Height: panelWidth - 20, Left: 68, Right: 14, Top: 28, Bottom: 38, X: scale,
		Y: scale, XText: text, YText: text, XLabel: withUnit("true", unit), YLabel: withUnit("predicted", unit),
		Title: shorten(what, 46), Description: "Predicted against true " + what + " by " + s.Variant}
	if s.Variant != r.chosen() {
		p.Title = shorten(s.Variant+": "+what, 46)
	}
	p.Start()
	p.Line("exact", "", []float64{scale.Min, scale.Max}, []float64{scale.Min, scale.Max})
	badness := func(y, p float64) float64 { return math.Abs(y - p) }
	if log {
		badness = func(y, p float64) float64 { return math.Abs(math.Log(p / y)) }
	}
	for _, i := range r.shown(s, badness) {
		p.Dot(s.dotClass(i, groups, r.variantClass(s.Variant)), 3, s.Truth[i], s.Pred[i], s.dotTitle(i))
	}
	return template.HTML(p.String())
}

func (r *Report) residualPanel(s PredictionSet, groups []string) template.HTML {
	ratio := make([]float64, len(s.Truth))
	for i, y := range s.Truth {
		ratio[i] = s.Pred[i] / y
	}
	x, y := svg.NewScale(true, s.Truth), svg.NewScale(true, ratio, []float64{.8, 1.25})
	text := axis(s.Unit, &x)
	p := svg.Plot{Width: panelWidth, Height: panelHeight, Left: 58, Right: 14, Top: 28, Bottom: 38, X: x, Y: y,
		XText: text, YText: func(x float64) string { return "×" + trimZeros(significant(x, 3)) },
		XLabel: "true", YLabel: "predicted ÷ true",
		Title: shorten(s.Variant+": "+r.target(s.Target).label, 46), Description: "Relative residuals by " + s.Variant}
	p.Start()
	ends := []float64{x.Min, x.Max}
	p.Area("band", ends, []float64{.9, .9}, []float64{1.1, 1.1})
	p.Line("exact", "", ends, []float64{1, 1})
	for _, i := range r.shown(s, func(y, p float64) float64 { return math.Abs(math.Log(p / y)) }) {
		p.Dot(s.dotClass(i, groups, r.variantClass(s.Variant)), 3, s.Truth[i], ratio[i], s.dotTitle(i))
	}
	return template.HTML(p.String())
}
