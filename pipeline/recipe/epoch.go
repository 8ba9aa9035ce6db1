package recipe

import (
	"fmt"

	"eahas/models"
	"eahas/models/epochwise"
)

// epochKind is the representation in which the epoch is a feature: the curve's points on a grid, each a row of its own
// with its place in the run as a further column (package epochwise).
const epochKind = "epoch"

// Defaults of that grid: few points, dense at the start, since each costs a row of training and a question of a query.
const (
	epochPoints = 20
	epochWarp   = 100
)

// trainer makes the Trainer of a curve's targets in this representation.
func (p *Representation) trainer(r *Regressor, t Task, rep models.Representation, data models.Data) (models.Trainer,
	error) {
	if p.Kind != epochKind {
		return r.Trainer(t, rep, data)
	}
	return epochwise.Trainer{Inner: func(long *models.Data) (models.Trainer,
		error) {
		return r.Trainer(t, nil, *long)
	}}, nil
}

// takes refuses regressors that need a curve's targets together.
func (p *Representation) takes(r *Regressor) error {
	if p.Kind != epochKind {
		return nil
	}
	need := ""
	switch {
	case !fits(r.Kind, oneEpoch):
		need = r.Kind
	case r.EndToEnd:
		need = "end_to_end"
	default:
		return nil
	}
	return fmt.Errorf("%s needs the whole curve, and %q shows it one epoch at a time", need, epochKind)
}
