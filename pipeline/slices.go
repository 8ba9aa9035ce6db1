package pipeline

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/report"
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
func (r *run) slicers(d *Dataset) []slicer {
	var out []slicer
	axes := []string{}
	if g := r.config.Evaluate.GroupBy; g != "" {
		axes = append(axes, g)
	}
	for i := range d.Space.Params {
		p := &d.Space.Params[i]
		few := p.Kind == features.Choice && len(p.Choices) <= maxSliceValues
		if few && !slices.Contains(axes, p.Name) {
			axes = append(axes, p.Name)
		}
	}
	for _, name := range axes {
		out = append(out, slicer{name, func(i int) string { return d.slice(i, name) }})
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

// slices scores every variant on every slice, without intervals.
func (r *run) slices(s *scored) []report.Slice {
	o := r.evalOptions()
	o.Resamples = -1
	var out []report.Slice
	for _, cut := range r.slicers(s.data) {
		sl := report.Slice{By: cut.by}
		for vi, v := range r.config.Variants {
			for _, target := range s.targets {
				if target == artifacts.Curve {
					sl.Rows = append(sl.Rows, s.curveSlice(vi, v.Name, cut, o)...)
				} else {
					sl.Rows = append(sl.Rows, s.costSlice(vi, v.Name, target, cut, o)...)
				}
			}
		}
		if len(sl.Rows) > 0 {
			out = append(out, sl)
		}
	}
	return out
}

func (s *scored) curveSlice(vi int, name string, cut slicer, o eval.Options) []eval.Row {
	full := s.data.curveData("", s.outs[vi].Rows, s.outs[vi].Curve)
	kept := eval.CurveData{Low: full.Low, High: full.High}
	k := 0
	for _, i := range s.outs[vi].Rows {
		if _, ok := s.outs[vi].Curve[i]; !ok {
			continue
		}
		t := full.Trials[k]
		k++
		if t.Group = cut.part(i); t.Group != "" {
			kept.Trials = append(kept.Trials, t)
		}
	}
	rows, _ := eval.CurveRows(name, kept, o)
	return sliceRows(rows)
}

func (s *scored) costSlice(vi int, name, target string, cut slicer, o eval.Options) []eval.Row {
	full := s.costData(vi, target, "")
	var kept eval.CostData
	for k, i := range s.data.labelled(target, s.outs[vi].Rows) {
		if g := cut.part(i); g != "" {
			kept.Groups = append(kept.Groups, g)
			kept.Truth, kept.Pred = append(kept.Truth, full.Truth[k]), append(kept.Pred, full.Pred[k])
			kept.Clusters = append(kept.Clusters, full.Clusters[k])
		}
	}
	rows, _ := eval.CostRows(name, target, kept, o)
	return sliceRows(rows)
}

// sliceRows drops the rows over all slices, which say nothing new, and metrics that no table shows.
func sliceRows(rows []eval.Row) []eval.Row {
	return slices.DeleteFunc(rows, func(r eval.Row) bool {
		return r.Group == eval.GroupAll || !slices.Contains(mainMetrics(r.Target), r.Metric)
	})
}

func slicesAsJSON(all []report.Slice) ([]byte, error) {
	b, err := json.MarshalIndent(all, "", " ")
	return append(b, '\n'), err
}
