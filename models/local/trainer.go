package local

import (
	"context"
	"fmt"
	"slices"

	"eahas/models"
	"eahas/models/dense"
	"eahas/models/internal/problem"
)

// Trainer gathers the sites. It has no hyperparameters and draws nothing.
type Trainer struct {
	Strict bool // ErrNoLine when no axis joins two sites, instead of a model of nearest sites alone
}

var _ models.Trainer = Trainer{}

// Train returns a *Model. It looks at the targets only to average repeats.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	m, err := t.Fit(ctx, d, o)
	if err != nil {
		return nil, err // not a nil *Model inside the interface
	}
	return m, nil
}

// Fit is Train with the concrete type.
func (t Trainer) Fit(ctx context.Context, d models.Data, o models.Options) (*Model, error) {
	d, err := problem.Clean(d)
	if err != nil {
		return nil, fmt.Errorf("local: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sites := merge(&d)
	m := &Model{n: len(sites), p: d.X.P(), outputs: d.K, scaler: dense.Fit(&d.X)}
	var numeric []int
	for j, c := range d.X.Columns {
		if c.Group < 0 {
			numeric = append(numeric, j)
		}
	}
	m.axis = chooseAxis(sites, numeric)
	if t.Strict && m.axis < 0 {
		return nil, fmt.Errorf("%w (%d configurations)", ErrNoLine, len(sites))
	}
	slices.SortFunc(sites, func(a, b site) int { return order(a.x, b.x, m.axis) })
	for _, s := range sites {
		m.x, m.y = append(m.x, s.x...), append(m.y, s.y...)
	}
	if o.Progress != nil {
		o.Progress(1, 1)
	}
	return m.finish(), nil
}
