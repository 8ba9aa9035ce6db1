package recipe

import (
	"fmt"
	"maps"
	"slices"

	"eahas/models"
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

// CurveRecipe is how one curve of one's own is learnt.
type CurveRecipe struct {
	// how the curve becomes a target vector
	Representation Representation `yaml:"representation,omitempty" json:"representation"`
	Regressor      Regressor      `yaml:"regressor,omitempty" json:"regressor"` // of that vector
}

// Curve is how a curve is learnt: the main one, or one of one's own.
func (v *Variant) Curve(t target.Target) CurveRecipe {
	if c, ok := v.Curves[t]; ok {
		return c
	}
	return CurveRecipe{v.Representation, v.Regressor}
}

// Trainer makes the Trainer of a curve's target vectors in the fitted representation.
func (c *CurveRecipe) Trainer(t Task, rep models.Representation, data models.Data) (models.Trainer, error) {
	return c.Representation.trainer(&c.Regressor, t, rep, data)
}

// completeCurves completes the recipes of single curves.
func (v *Variant) completeCurves() error {
	for _, t := range slices.Sorted(maps.Keys(v.Curves)) {
		c := v.Curves[t]
		if (c.Representation == Representation{}) {
			c.Representation = v.Representation
		}
		if !c.Regressor.said() {
			c.Regressor = v.Regressor
		}
		if err := c.Representation.complete(); err != nil {
			return fmt.Errorf("curves.%s: %w", t, err)
		}
		if err := c.Regressor.complete(seat{place: ofCurve, representation: c.Representation.Kind}); err != nil {
			return fmt.Errorf("curves.%s: %w", t, err)
		}
		if err := c.Representation.takes(&c.Regressor); err != nil {
			return fmt.Errorf("curves.%s: %w", t, err)
		}
		v.Curves[t] = c
	}
	return nil
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
