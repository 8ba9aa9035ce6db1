package experiment

import (
	"eahas/eval"
)

// Diffs compares competitor b with competitor a, on all targets.
func (s Scored) Diffs(a, b int) ([]eval.Diff, error) {
	d, err := s.Plan.Paired(s.Competitors[a].Name, s.Competitors[a].first(), s.Competitors[b].Name,
		s.Competitors[b].first())
	return s.withGaps(d), err
}

// Paired compares the predictions b with the predictions a of the same trials, on all targets.
func (p Plan) Paired(nameA string, a *Predictions, nameB string, b *Predictions) ([]eval.Diff, error) {
	var out []eval.Diff
	for _, t := range p.Targets {
		var d []eval.Diff
		var err error
		if p.isCurve(t) {
			own, a, b := p.as(t), a.as(t), b.as(t)
			d, err = eval.PairedCurves(nameA, own.curveData(a, a.Curve), nameB, own.curveData(b, b.Curve), p.options())
			for i := range d {
				d[i].Target = t
			}
		} else {
			d, err = eval.PairedCosts(t, nameA, p.costData(a, t, p.GroupBy), nameB, p.costData(b, t, p.GroupBy),
				p.options())
		}
		if err != nil {
			return nil, err
		}
		out = append(out, d...)
	}
	return out, nil
}
