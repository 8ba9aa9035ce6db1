package trial

import "eahas/trial/target"

// TargetColumn is a target of one's own and the column that holds it. Where a mapping's files have the column, its
// trials have the number: one value a row (wide; of a list the last element, or with per: epoch the mean), or in a long
// log the value at the last epoch that has one, or the mean over the epochs. A trial without the number is trained on
// for the other targets.
type TargetColumn struct {
	Name   target.Target `yaml:"name" json:"name"`
	Column string        `yaml:"column,omitempty" json:"column"` // default: the name
	// column -> value or values: other rows say nothing about the target, such as those of other devices
	Where map[string]Values `yaml:"where,omitempty" json:"where,omitempty"`
	Label string            `yaml:"label,omitempty" json:"label,omitempty"`
	// trial (default): one number a run; epoch: a number that holds for any epoch, the mean over those that were
	// logged; curve: a value at each epoch, beside the main curve
	Per string `yaml:"per,omitempty" json:"per,omitempty"`
	// of the column: a unit of energy, time or power, percent or fraction, or free text. Inside it is J, s, W, percent
	Unit      string           `yaml:"unit,omitempty" json:"unit,omitempty"`
	Direction target.Direction `yaml:"direction,omitempty" json:"direction,omitempty"` // lower or higher is better
	// linear (default), log (default of energies, times and powers) or bounded (default of percent and fraction)
	Scale target.Scale `yaml:"scale,omitempty" json:"scale,omitempty"`
	Low   *float64     `yaml:"low,omitempty" json:"low,omitempty"` // with bounded, in the column's unit
	High  *float64     `yaml:"high,omitempty" json:"high,omitempty"`
	// predict: known of a configuration before training, as parameters are, but given by no formula: it is predicted
	// first, and what is predicted is an input of the other targets' models
	Known string `yaml:"known,omitempty" json:"known,omitempty"`
}

// Number is what a trial has measured of a target of one's own, in the target's unit.
type Number struct {
	Target target.Target
	Value  float64 // finite
}

// TargetCurve is a further learning curve, a target of one's own that has a value at each epoch.
type TargetCurve struct {
	Target target.Target
	Curve  // in the target's unit
}

// CurveOf returns the learning curve of a target of one's own; without points when the log has none.
func (t *Trial) CurveOf(of target.Target) Curve {
	for _, c := range t.Curves {
		if c.Target == of {
			return c.Curve
		}
	}
	return Curve{}
}

// Number returns what the trial has measured of a target of one's own; ok is false when the log does not say.
func (t *Trial) Number(of target.Target) (x float64, ok bool) {
	for _, n := range t.Numbers {
		if n.Target == of {
			return n.Value, true
		}
	}
	return 0, false
}
