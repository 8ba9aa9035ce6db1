package artifacts

import (
	"fmt"

	"eahas/features"
	"eahas/trial/target"
)

// Spec is everything about a surrogate that is not a model.
type Spec struct {
	Name      string // of the bundle; printed, never interpreted
	Synthetic bool   // the training logs were simulated
	Notice    string // one sentence that every answer's reader should see; may be empty

	Space   features.Space
	Encoder *features.Encoder // nil means the space's own encoder
	Support *features.Support // where the training data lie; nil means unknown: no answer says that it extrapolates

	Metric Metric
	Epochs EpochRule
	Own    target.Own // targets of the bundle's own, beside the built-in ones; each that is answered has a head

	Intervals []TargetInterval // how sure the answers are, at most one a target; may be empty
	Unseen    Unseen           // the same for values of an axis that no training run had; may be empty
}

// Unseen says how sure the answers are for values of an axis that no training run had: a device, a problem, a data set.
// Intervals in it stand in the place of Spec.Intervals where an answer's OutsideAxes name the axis; a target without
// one has no interval there.
type Unseen struct {
	Axis      string // "" for none
	Intervals []TargetInterval
}

// The kinds of a learning curve's metric.
const (
	Accuracy = "accuracy" // percent, 0..100
	Error    = "error"    // percent, 0..100
	Loss     = "loss"     // raw
	Score    = "score"    // raw
)

// Metric says what a learning curve's values are.
type Metric struct {
	Name         string `json:"name"`             // as the logs call it, such as "top-1 accuracy"
	Kind         string `json:"kind"`             // Accuracy, Error, Loss or Score
	Unit         string `json:"unit"`             // "percent" for Accuracy and Error, else free text, may be empty
	HigherBetter bool   `json:"higher_is_better"` // true when larger values are better
}

// Percent reports whether the values lie in 0..100 by their nature.
func (m Metric) Percent() bool { return m.Kind == Accuracy || m.Kind == Error }

func (m Metric) check() error {
	switch m.Kind {
	case Accuracy, Error:
		if m.Unit != "percent" {
			return fmt.Errorf("%w: metric %q is of kind %s with the unit %q, wanted percent", ErrSpec, m.Name, m.Kind,
				m.Unit)
		}
	case Loss, Score:
	default:
		return fmt.Errorf("%w: metric %q has the unknown kind %q", ErrSpec, m.Name, m.Kind)
	}
	return nil
}
