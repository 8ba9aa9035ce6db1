package search

import (
	"slices"
	"strings"

	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/trial/target"
	"eahas/tune"
)

// budgetShares are the shares of the training budget on which a trial is scored before it is with all of it.
var budgetShares = []float64{0.25}

// side is a part of the surrogate that is tuned by itself: the curve, or the costs. They are trained apart, so each has
// studies of its own, in a smaller space, and what is bad for one does not keep the other from what is good for it.
type side struct {
	name   string          // "curve" or "costs"
	plan   experiment.Plan // with the side's targets, which the loss counts, and the heads that answer them
	space  tune.Space
	start  []float64 // what the default settings are like
	at     func(point []float64) recipe.Variant
	shares []float64 // of the training budget, see budgetShares
}

// newSides lists the sides that have anything to tune.
func newSides(p experiment.Plan, v recipe.Variant) []*side {
	isCurve := func(t target.Target) bool { return p.Table.Own.IsCurve(t) }
	curve := slices.DeleteFunc(slices.Clone(p.Targets), func(t target.Target) bool { return !isCurve(t) })
	costs := slices.DeleteFunc(slices.Clone(p.Targets), isCurve)
	var out []*side
	add := func(name string, targets []target.Target, r *recipe.Regressor) {
		if len(targets) == 0 {
			return
		}
		knobs := recipe.NewTunable(v, name == "curve", name == "costs", len(p.Table.Trials))
		sd := &side{name: name, plan: p.Only(targets), space: knobs.Space, start: knobs.Start, at: knobs.At}
		if r.HasBudget() {
			sd.shares = budgetShares
		}
		if len(sd.space) > 0 {
			out = append(out, sd)
		}
	}
	add("curve", curve, &v.Regressor)
	add("costs", costs, &v.Cost)
	return out
}

// combined returns the variant with what the sides chose, and whether that is anything at all. There is a choice for
// each side.
func (s *search) combined(choices []*choice) (v recipe.Variant, changed bool) {
	v = s.variant.Clone()
	for k, sd := range s.sides {
		if choices[k].Point == nil {
			continue
		}
		found := sd.at(choices[k].Point)
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
func (s *search) why(choices []*choice) string {
	if len(choices) == 1 {
		return choices[0].Why
	}
	var parts []string
	for k, sd := range s.sides {
		parts = append(parts, sd.name+": "+choices[k].Why)
	}
	return strings.Join(parts, "; ")
}

// studyName names a side's study on a part of the trials.
func (s *search) studyName(part string, sd *side) string {
	if len(s.sides) == 1 {
		return part
	}
	return part + " " + sd.name
}
