package pipeline

import (
	"strings"

	"eahas/artifacts"
)

// side is a part of the surrogate that is tuned by itself: the curve, or the costs. They are trained apart, so each has
// studies of its own, in a smaller space, and what is bad for one does not keep the other from what is good for it.
type side struct {
	name    string   // "curve" or "costs"
	targets []string // that the loss counts
	heads   []string // that answer them
	knobs   tunable
	shares  []float64 // of the training budget, see budgetShares
}

// newSides lists the sides that have anything to tune.
func newSides(d *Dataset, v Variant, targets []string) []*side {
	curve, costs := &side{name: "curve"}, &side{name: "costs"}
	for _, t := range targets {
		of := costs
		if t == artifacts.Curve {
			of = curve
		}
		of.targets = append(of.targets, t)
	}
	var out []*side
	for _, sd := range []*side{curve, costs} {
		if len(sd.targets) == 0 {
			continue
		}
		sd.heads = d.heads(sd.targets)
		sd.knobs = newTunable(v, sd.targets, len(d.Trials))
		if v.hasBudget(sd.targets) {
			sd.shares = budgetShares
		}
		if len(sd.knobs.Space) > 0 {
			out = append(out, sd)
		}
	}
	return out
}

// combined returns the variant with what the sides chose, and whether that is anything at all. There is a choice for each side.
func (w *tuning) combined(choices []*choice) (v Variant, changed bool) {
	v = w.variant.clone()
	for k, sd := range w.sides {
		if choices[k].Point == nil {
			continue
		}
		found := sd.knobs.at(choices[k].Point)
		if sd.name == "costs" {
			v.Cost = found.Cost
		} else {
			v.Representation, v.Regressor = found.Representation, found.Regressor
		}
		changed = true
	}
	return v, changed
}

// why says in one line how the sides' studies ended.
func (w *tuning) why(choices []*choice) string {
	if len(choices) == 1 {
		return choices[0].Why
	}
	var parts []string
	for k, sd := range w.sides {
		parts = append(parts, sd.name+": "+choices[k].Why)
	}
	return strings.Join(parts, "; ")
}

// studyName names a side's study on a part of the trials.
func (w *tuning) studyName(part string, sd *side) string {
	if len(w.sides) == 1 {
		return part
	}
	return part + " " + sd.name
}
