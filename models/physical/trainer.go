package physical

import (
	"context"
	"fmt"

	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/internal/problem"
)

// Trainer fits a law and then any regressor on what it leaves.
type Trainer struct {
	Law   Law            // Time or Power
	Batch Axis           // the batch size
	Limit Axis           // the power limit, watts; without a name there is none
	Rest  models.Trainer // of what the law leaves, on the same columns
	Ridge float64        // strength of the penalties; 0 means 0.5
}

var _ models.Trainer = Trainer{}

// Train returns a *Model. Each output has a law of its own; Rest sees all of them. An output that is equal for all rows
// has none. Errors are ErrLaw, ErrAxis, ErrRest, those of data that do not fit, and those of Rest.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	m, err := t.Fit(ctx, d, o)
	if err != nil {
		return nil, err // not a nil *Model inside the interface
	}
	return m, nil
}

// Fit is Train with the concrete type.
func (t Trainer) Fit(ctx context.Context, d models.Data, o models.Options) (*Model, error) {
	if t.Law != Time && t.Law != Power {
		return nil, fmt.Errorf("%w: %d", ErrLaw, t.Law)
	}
	if t.Rest == nil {
		return nil, ErrRest
	}
	if t.Ridge == 0 {
		t.Ridge = 0.5
	}
	d, err := problem.Clean(d)
	if err != nil {
		return nil, fmt.Errorf("physical: %w", err)
	}
	m := &Model{inputs: d.X.P()}
	if m.batch, err = t.Batch.in(&d.X); err != nil {
		return nil, err
	}
	if m.limit, err = t.Limit.in(&d.X); err != nil {
		return nil, err
	}
	m.batch.fill(&d)
	m.limit.fill(&d)
	m.terms = terms(&d.X, m.batch.column, m.limit.column)
	for k := range d.K {
		l := output{law: none}
		if !constant(&d, k) {
			l.law = t.Law
			if l.p, err = newFitting(t.Law, t.Ridge, m, &d, k).minimise(ctx); err != nil {
				return nil, err
			}
		}
		m.outputs = append(m.outputs, l)
	}
	left := d
	left.Y = make([]float64, len(d.Y))
	for i := range d.X.N {
		for k := range d.K {
			left.Y[i*d.K+k] = d.Y[i*d.K+k] - m.lawAt(k, d.X.Row(i))
		}
	}
	o.Seed = stream.Seed(o.Seed, "physical", "rest")
	if m.rest, err = t.Rest.Train(ctx, left, o); err != nil {
		return nil, fmt.Errorf("physical: %w", err)
	}
	return m, nil
}

// fill sets the centre to the weighted mean of the rows that have the number.
func (s *scale) fill(d *models.Data) {
	total, mean := 0.0, 0.0
	for i := range d.X.N {
		x := d.X.Row(i)
		if s.column < 0 || x[s.column] != x[s.column] {
			continue
		}
		w := problem.Weight(d, i)
		total += w
		mean += w / total * (s.of(x) - mean)
	}
	s.centre = mean
}

// constant reports whether output k is equal for all rows.
func constant(d *models.Data, k int) bool {
	for i := range d.X.N {
		if d.Y[i*d.K+k] != d.Y[k] {
			return false
		}
	}
	return true
}
