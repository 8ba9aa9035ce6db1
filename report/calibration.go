package report

import (
	"fmt"
	"html/template"
	"slices"

	"eahas/report/svg"
	"eahas/trial/target"
)

// usedCalibration returns the calibration of the intervals that variants use: less those that are there to be compared
// with.
func (r *Report) usedCalibration() []Calibration {
	if !r.anyChosen() {
		return r.Calibration // a report of an older version
	}
	return slices.DeleteFunc(slices.Clone(r.Calibration), func(c Calibration) bool { return !c.Chosen })
}

// anyChosen reports whether the report says which sources are in use; one of an older version does not.
func (r *Report) anyChosen() bool {
	return slices.ContainsFunc(r.Calibration, func(c Calibration) bool { return c.Chosen })
}

// rivals reports whether sources are listed that nobody uses.
func (r *Report) rivals() bool {
	n := 0
	for _, c := range r.Calibration {
		if c.Repeats {
			n++
		}
	}
	return len(r.usedCalibration())+n < len(r.Calibration)
}

// repeated stands for the source in the row of further runs of logged configurations, and repeatedExplained says what
// that is.
const (
	repeated          = "further runs of logged configurations"
	repeatedExplained = "The other rows are of configurations that were not trained on. Rows of further runs of " +
		"logged configurations ask the bundle about those that it was trained on, and take a further run to differ " +
		"from the logged ones as they do from each other; of curves the last value."
)

// autoExplained says what the row of auto means, and why it may differ from that of the source it took.
const autoExplained = "Auto takes the source that is really better, else residuals; its row is checked part by part, " +
	"by the choice that the other parts make."

// calibrationRow is one line of the table of calibration.
type calibrationRow struct {
	Cells  []string
	Strong bool // among others that are not in use
}

// calibrationTable has a line a variant, target and source: the share of truths inside and the mean width at each
// level, the interval score averaged over levels, the number of truths. The first row is the head. Nil without a
// calibration.
func (r *Report) calibrationTable() []calibrationRow {
	var levels []float64
	for _, c := range r.Calibration {
		for _, l := range c.Levels {
			if !slices.Contains(levels, l.Level) {
				levels = append(levels, l.Level)
			}
		}
	}
	if len(levels) == 0 {
		return nil
	}
	slices.Sort(levels)
	head := []string{"variant", "target", "made from"}
	for _, l := range levels {
		head = append(head, "in "+trimZeros(significant(100*l, 3))+" %")
	}
	for _, l := range levels {
		head = append(head, "width "+trimZeros(significant(100*l, 3))+" %")
	}
	out := []calibrationRow{{Cells: append(head, "score", "n")}}
	rivals := r.rivals()
	for _, c := range r.Calibration {
		row := calibrationRow{Cells: []string{c.Variant, string(c.Target), c.Source}, Strong: c.Chosen && rivals}
		if c.Repeats {
			row.Cells[2] = repeated
		}
		if row.Strong {
			row.Cells[2] = "→ " + c.Source
		}
		unit := errorUnit(c.Unit)
		inside, width := make([]string, len(levels)), make([]string, len(levels))
		score, n := 0.0, 0
		for _, l := range c.Levels {
			k, _ := slices.BinarySearch(levels, l.Level)
			inside[k], width[k] = percent(l.Observed), quantity(l.Width, unit, 3)
			score, n = score+l.Score/float64(len(c.Levels)), max(n, l.N)
		}
		row.Cells = append(append(append(row.Cells, inside...), width...), quantity(score, unit, 3), thousands(n))
		out = append(out, row)
	}
	return out
}

// calibrationFigure shows how often intervals hold the truth, one panel a target.
func (r *Report) calibrationFigure() figure {
	f := figure{ID: "calibration", Heading: "Do the predicted intervals keep their promise?", Folded: true,
		Caption: "Share of held-out truths inside the intervals, against the share that was promised. On the " +
			"diagonal they keep it; below it they are too narrow. " +
			"The interval score is a mean over the levels of width, and of a fine for truths outside; lower is better."}
	var targets []target.Target
	var names []string
	used := r.usedCalibration()
	for _, c := range used {
		if !slices.Contains(targets, c.Target) {
			targets = append(targets, c.Target)
		}
		if !slices.Contains(names, c.Variant) {
			names = append(names, c.Variant)
		}
	}
	f.Legend = r.variantLegend(true, names)
	percentTick := func(x float64) string { return trimZeros(significant(100*x, 3)) + " %" }
	for _, t := range targets {
		scale := svg.Scale{Min: 0, Max: 1.02}
		p := svg.Plot{Width: panelWidth, Height: panelHeight + 50, Left: 58, Right: 14, Top: 28, Bottom: 38, X: scale,
			Y:     scale,
			XText: percentTick, YText: percentTick, XLabel: "promised", YLabel: "observed", Title: r.target(t).label,
			Description: "Coverage of intervals of " + string(t)}
		p.Start()
		p.Line("exact", "", []float64{0, 1}, []float64{0, 1})
		for _, c := range used {
			if c.Target != t {
				continue
			}
			var xs, ys []float64
			for _, l := range c.Levels {
				xs, ys = append(xs, l.Level), append(ys, l.Observed)
			}
			p.Line(r.variantClass(c.Variant), c.Variant, xs, ys)
			for i, l := range c.Levels {
				p.Dot("dot "+r.variantClass(c.Variant), 4.5, xs[i], ys[i],
					fmt.Sprintf("%s: %s promised, %s observed, mean width %s, %d trials",
						c.Variant, percent(l.Level), percent(l.Observed), quantity(l.Width, c.Unit, 3), l.N))
			}
		}
		f.Panels = append(f.Panels, template.HTML(p.String()))
	}
	f.Table = r.calibrationTable()
	if slices.ContainsFunc(r.Calibration, func(c Calibration) bool { return c.Repeats }) {
		f.Caption += " " + repeatedExplained
	}
	if r.rivals() {
		f.Caption += " In the table, bold: in use; the others are tried. " + autoExplained
	}
	return f
}
