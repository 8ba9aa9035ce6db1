package recipe

import (
	"fmt"
	"maps"
	"slices"

	"eahas/trial/target"
)

// Number is the regressor of a target that has a number a trial: the one that the variant names for it, else that of
// the costs. Where the costs are trained together as power x time, it is what learns the times, and of a physical law
// what learns the rest.
func (v *Variant) Number(t target.Target) *Regressor {
	if r, ok := v.Targets[t]; ok {
		return &r
	}
	r := &v.Cost
	if r.Together() {
		r = &r.PowerTime.Time
	}
	if r.Kind == law.name {
		r = r.Physical.Rest
	}
	return r
}

// completeTargets completes the regressors of single targets.
func (v *Variant) completeTargets() error {
	for _, t := range slices.Sorted(maps.Keys(v.Targets)) {
		r := v.Targets[t]
		if err := r.complete(seat{place: ofCost}); err != nil {
			return fmt.Errorf("targets.%s: %w", t, err)
		}
		if t == target.Curve || r.Together() || r.Kind == law.name {
			return fmt.Errorf("targets.%s: a %s cannot stand there: it is for targets with one number a trial, each "+
				"for itself", t, r.Kind)
		}
		v.Targets[t] = r
	}
	return nil
}
