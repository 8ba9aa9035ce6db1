package report

import (
	"slices"
	"strings"

	"eahas/eval"
)

// verdictOfTwo says which of two frozen surrogates is nearer to trials on which both may have been trained; nil where
// nothing was compared.
func (r *Report) verdictOfTwo() *verdict {
	v := &verdict{Not: []string{"Saying how either does on configurations that are new to it: eahas compare tells " +
		"that of variants."}}
	nearer := map[string][]string{} // by surrogate the targets; "": no real difference
	var names []string
	for _, t := range r.targets() {
		d, ok := r.mainDifference(t)
		if !ok {
			continue
		}
		names = []string{d.A, d.B}
		winner, outcome := "", "no real difference"
		switch {
		case d.Real() && d.Difference < 0:
			winner, outcome = d.B, "a real difference"
		case d.Real():
			winner, outcome = d.A, "a real difference"
		}
		nearer[winner] = append(nearer[winner], lowerFirst(t.label))
		v.Parts = append(v.Parts, verdictPart{Target: t.label, Wrong: d.A + " is off by " +
			metricText(d.Metric, d.ValueA, t.unit) + ", " + d.B + " by " + metricText(d.Metric, d.ValueB, t.unit) +
			" (" + metricLabel(d.Metric) + "): " + outcome})
	}
	var said []string
	for _, name := range names {
		if of := nearer[name]; len(of) > 0 {
			said = append(said, name+" is nearer to these trials for "+strings.Join(of, ", ")+".")
		}
	}
	switch of := nearer[""]; {
	case len(v.Parts) == 0:
		return nil
	case len(said) == 0:
		said = append(said, names[0]+" and "+names[1]+" are equally near to these trials.")
	case len(of) > 0:
		said = append(said, "For "+strings.Join(of, ", ")+" there is no real difference.")
	}
	v.Head = strings.Join(said, " ")
	return v
}

// mainDifference is the one by which a target is judged, of all trials.
func (r *Report) mainDifference(t targetInfo) (eval.Diff, bool) {
	metrics := []string{eval.MetricMedianAPE, eval.MetricMAE}
	if r.Targets.IsCurve(t.name) {
		metrics = []string{eval.MetricRunRMSE, eval.MetricRMSE}
	}
	for _, m := range metrics {
		if k := slices.IndexFunc(r.Diffs, func(d eval.Diff) bool {
			return d.Target == t.name && d.Group == eval.GroupAll && d.Metric == m
		}); k >= 0 {
			return r.Diffs[k], true
		}
	}
	return eval.Diff{}, false
}
