package stack

import (
	"context"
	"fmt"

	"eahas/models"
)

// Member is one of the models that are joined.
type Member struct {
	Name string // for messages and the member's random stream
	// chooses the representation on the training curves; nil: the member learns the targets as they are
	Fitter models.Fitter
	// Trainer makes the regressor; rep is nil without a Fitter, d is the member's own data.
	Trainer func(rep models.Representation, d *models.Data) (models.Trainer, error)
}

// member is a trained Member.
type member struct {
	weight         float64 // > 0
	predictor      models.Predictor
	representation models.Representation // nil: the predictor's outputs are the stack's
}

// train fits one member on d, whose targets are values at the times.
func (t *Trainer) train(ctx context.Context, m *Member, d models.Data, o models.Options) (member, error) {
	var out member
	var err error
	if m.Fitter != nil {
		if out.representation, err = m.Fitter.Fit(curves(&d, t.Times)); err != nil {
			return out, fmt.Errorf("%s: %w", m.Name, err)
		}
		if d, err = encode(out.representation, d, t.Times); err != nil {
			return out, fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	trainer, err := m.Trainer(out.representation, &d)
	if err == nil {
		out.predictor, err = trainer.Train(ctx, d, o)
	}
	if err != nil {
		return out, fmt.Errorf("%s: %w", m.Name, err)
	}
	return out, nil
}

// curves returns the targets as learning curves that share the times.
func curves(d *models.Data, times []float64) []models.Curve {
	out := make([]models.Curve, d.X.N)
	for i := range out {
		out[i] = models.Curve{Epochs: times, Values: d.Y[i*d.K : (i+1)*d.K]}
	}
	return out
}

// encode returns a copy of d with the representation's targets.
func encode(rep models.Representation, d models.Data, times []float64) (models.Data, error) {
	k := rep.Width()
	y := make([]float64, d.X.N*k)
	for i := range d.X.N {
		if _, err := rep.Encode(y[i*k:(i+1)*k:(i+1)*k], times, d.Y[i*d.K:(i+1)*d.K]); err != nil {
			return d, fmt.Errorf("training row %d: %w", i, err)
		}
	}
	d.K, d.Y = k, y
	return d, nil
}
