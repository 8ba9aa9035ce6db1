package knn

import (
	"cmp"
	"context"
	"fmt"

	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/dense"
	"eahas/models/internal/problem"
)

// MaxNeighbours is the largest K.
const MaxNeighbours = 32

// Weighting says how much a neighbour at distance d counts. A neighbour at distance 0 outweighs all others.
type Weighting uint8

const (
	Learned       Weighting = iota // the best of the three below
	Uniform                        // all the same
	Inverse                        // 1/d
	InverseSquare                  // 1/d^2
)

// Loss is the leave-group-out error that the search minimises, summed over standardised outputs.
type Loss uint8

const (
	Absolute Loss = iota // robust, and the better friend of rank correlations
	Squared
)

// Trainer holds the hyperparameters. The zero value learns everything.
type Trainer struct {
	K         int       // neighbours, 1..MaxNeighbours; 0 learns it among 1, 2, 3, 4, 5, 7, 10, 15, 20
	Weighting Weighting // Learned learns it
	Loss      Loss
	// keep all scales at 1 (numeric columns standardised, one-hot groups 0 or 1) instead of learning them
	NoScales bool
	TuneRows int // sites that the search looks at, drawn from the seed when there are more; 0 means 1000
	// sites that are kept, drawn from the seed when there are more, whole groups at a time; 0 means DefaultMaxRows
	MaxRows int
}

// DefaultMaxRows is how many distinct inputs are kept: an answer looks at all of them.
const DefaultMaxRows = 20_000

var _ models.Trainer = Trainer{}

// Train fits a Model. See the package comment for the steps.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	m, err := t.Fit(ctx, d, o)
	if err != nil {
		return nil, err // not a nil *Model inside the interface
	}
	return m, nil
}

// Fit is Train with the concrete type.
func (t Trainer) Fit(ctx context.Context, d models.Data, o models.Options) (*Model, error) {
	if t.K < 0 || t.K > MaxNeighbours || t.Weighting > InverseSquare || t.Loss > Squared || t.TuneRows < 0 ||
		t.MaxRows < 0 {
		return nil, fmt.Errorf("knn: hyperparameters out of range: %+v", t)
	}
	d, err := problem.Clean(d)
	if err != nil {
		return nil, fmt.Errorf("knn: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	scaler := dense.Fit(&d.X)
	all := mergeSites(&d, scaler).draw(cmp.Or(t.MaxRows, DefaultMaxRows), stream.New(o.Seed, "knn", "rows"))
	axes := scaler.Axes(d.X.Columns, false)
	found, err := t.search(ctx, all.draw(t.tuneRows(), stream.New(o.Seed, "knn", "tune")), axes, o)
	if err != nil {
		return nil, err
	}
	return freeze(scaler, all, axes, found), nil
}

func (t Trainer) tuneRows() int {
	if t.TuneRows == 0 {
		return 1000
	}
	return t.TuneRows
}
