package experiment

import (
	"fmt"
	"slices"
	"sort"
	"strconv"

	"eahas/eval"
	"eahas/features"
	"eahas/report"
	"eahas/trial/target"
)

// maxSliceValues is the largest number of values of an axis that trials are sliced by.
const maxSliceValues = 12

// slicer names the part that a trial belongs to; "" leaves it out.
type slicer struct {
	by   string
	part func(i int) string
}

// slicers lists the ways of cutting the trials: by group_by, by each axis of few values, by the number of points of the
// curve, by the quartile of the true last value.
func (p Plan) slicers() []slicer {
	d := p.Table
	var out []slicer
	axes := []string{}
	if g := p.GroupBy; g != "" {
		axes = append(axes, g)
	}
	for _, axis := range d.Space.Params {
		few := axis.Kind == features.Choice && len(axis.Choices) <= maxSliceValues
		if few && !slices.Contains(axes, axis.Name) {
			axes = append(axes, axis.Name)
		}
	}
	for _, name := range axes {
		out = append(out, slicer{name, func(i int) string { return d.Part(i, name) }})
	}
	var finals []float64
	for _, t := range d.Trials {
		if n := len(t.Curve.Values); n > 0 {
			finals = append(finals, t.Curve.Values[n-1])
		}
	}
	if len(finals) == 0 {
		return out
	}
	sort.Float64s(finals)
	at := func(q float64) float64 { return finals[int(q*float64(len(finals)-1))] }
	edges := []float64{at(0.25), at(0.5), at(0.75)}
	return append(out,
		slicer{"points of the curve", func(i int) string { return lengthClass(len(d.Trials[i].Curve.Epochs)) }},
		slicer{"quartile of the last value", func(i int) string {
			v := d.Trials[i].Curve.Values
			if len(v) == 0 {
				return ""
			}
			q := sort.SearchFloat64s(edges, v[len(v)-1])
			names := []string{"1: lowest, to " + shortNumber(edges[0]), "2: to " + shortNumber(edges[1]),
				"3: to " + shortNumber(edges[2]), "4: above"}
			return names[q]
		}})
}

// lengthClass puts curves of similar length together: powers of two.
func lengthClass(n int) string {
	if n == 0 {
		return ""
	}
	low := 1
	for low*2 <= n {
		low *= 2
	}
	return fmt.Sprintf("%d to %d", low, 2*low-1)
}

func shortNumber(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }

// Slices scores every competitor on every slice, without intervals.
func (s Scored) Slices() []report.Slice {
	var out []report.Slice
	for _, cut := range s.Plan.slicers() {
		sl := report.Slice{By: cut.by}
		for _, c := range s.Competitors {
			for _, t := range s.Plan.Targets {
				if t == target.Curve {
					sl.Rows = append(sl.Rows, s.Plan.curveSlice(c, cut)...)
				} else if !s.Plan.isCurve(t) {
					sl.Rows = append(sl.Rows, s.Plan.costSlice(c, t, cut)...)
				}
			}
		}
		if len(sl.Rows) > 0 {
			out = append(out, sl)
		}
	}
	return out
}

func (p Plan) curveSlice(c Competitor, cut slicer) []eval.Row {
	out := c.first()
	full := p.curveData(out, out.Curve)
	kept := eval.CurveData{Low: full.Low, High: full.High}
	next := 0
	for k, i := range out.Rows {
		if len(out.Curve[k]) == 0 {
			continue
		}
		one := full.Trials[next]
		next++
		if one.Group = cut.part(i); one.Group != "" {
			kept.Trials = append(kept.Trials, one)
		}
	}
	rows, _ := eval.CurveRows(c.Name, kept, p.plain())
	return p.sliceRows(rows)
}

func (p Plan) costSlice(c Competitor, t target.Target, cut slicer) []eval.Row {
	full := p.costData(c.first(), t, "")
	_, rows := c.first().Labelled(p.Table, t)
	kept := eval.CostData{Scale: full.Scale, Low: full.Low, High: full.High}
	for k, i := range rows {
		if g := cut.part(i); g != "" {
			kept.Groups = append(kept.Groups, g)
			kept.Truth, kept.Pred = append(kept.Truth, full.Truth[k]), append(kept.Pred, full.Pred[k])
			kept.Clusters = append(kept.Clusters, full.Clusters[k])
		}
	}
	figures, _ := eval.CostRows(c.Name, t, kept, p.plain())
	return p.sliceRows(figures)
}

// sliceRows drops the rows over all slices, which say nothing new, and metrics that no table shows.
func (p Plan) sliceRows(rows []eval.Row) []eval.Row {
	return slices.DeleteFunc(rows, func(r eval.Row) bool {
		return r.Group == eval.GroupAll || !slices.Contains(MainMetrics(p.Table.Own, r.Target), r.Metric)
	})
}
