package recipe

import (
	"eahas/features"
	"eahas/models"
)

// Task is all that a trainer may take from the data set besides its rows.
type Task struct {
	Space   features.Space
	Percent bool // the curve's values are percentages
	Apart   bool // the folds stand between repeats: whole configurations are not what will be asked
	// the axis of which whole values will be asked that no training run had; "": none
	Whole string
	Log   bool // the targets are logarithms, of which errors count as relative ones
	// of each column of an axis of graphs, by its name, the way in which it is encoded
	Ways map[string]string
}

// part is a regressor inside another, and for a curve's member of a stack its representation.
type part struct {
	name           string // below the settings of what holds it: "stack.0", "twopart.gate"
	regressor      *Regressor
	representation *Representation // nil: none of its own
}

// place is where a regressor may stand.
type place uint

const (
	ofCurve     place = 1 << iota // learns a curve's target vector
	ofCost                        // learns the logarithm of a cost
	curveMember                   // a member of a stack of curves
	costMember                    // a member of a stack of costs
	powerPart                     // power or time of powertime
	twoPart                       // gate, alive or failed of twopart
	lawRest                       // what a physical law leaves
	oneEpoch                      // sees one epoch of a curve at a time
)

const anywhere = ofCurve | ofCost | curveMember | costMember | powerPart | twoPart | lawRest | oneEpoch

// seat is one place in a variant, with what a regressor's settings may depend on there.
type seat struct {
	place          place
	representation string // kind, of a curve
	law            string // "time" or "power" where the place says which physical law belongs there
}

// curve reports whether a curve's targets are learned there.
func (s seat) curve() bool { return s.place == ofCurve || s.place == curveMember || s.place == twoPart }

// trainers makes a Trainer for a problem of that many rows, columns and targets. rep is nil for costs.
type trainers func(r *Regressor, t Task, rep models.Representation, data models.Data) (models.Trainer, error)

// or returns the value that p points to, or def.
func or[T any](p *T, def T) T {
	if p != nil {
		return *p
	}
	return def
}

// orDefault makes *p point to def where it points to nothing.
func orDefault[T any](p **T, def T) {
	if *p == nil {
		*p = &def
	}
}
