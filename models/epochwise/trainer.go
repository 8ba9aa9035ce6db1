package epochwise

import (
	"context"
	"fmt"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/internal/problem"
)

// Column is the name of the column that holds the place in the run.
const Column = "epoch"

// Trainer trains one regressor on all points of all curves.
type Trainer struct {
	// Inner makes the regressor for the data that it will see: k rows a trial, the place last, one output. Required.
	Inner func(d *models.Data) (models.Trainer, error)
}

var _ models.Trainer = Trainer{}

// Train returns a *Model whose Freeze gives the serving form. It holds k copies of the training rows while it runs.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	if t.Inner == nil {
		return nil, ErrInner
	}
	d, err := problem.Clean(d)
	if err != nil {
		return nil, fmt.Errorf("epochwise: %w", err)
	}
	long := unroll(&d)
	inner, err := t.Inner(&long)
	if err != nil {
		return nil, fmt.Errorf("epochwise: %w", err)
	}
	o.Seed = stream.Seed(o.Seed, "epochwise")
	p, err := inner.Train(ctx, long, o)
	if err != nil {
		return nil, fmt.Errorf("epochwise: %w", err)
	}
	return &Model{inputs: d.X.P(), outputs: d.K, inner: p}, nil
}

// unroll makes k rows of one output of every row of k outputs, in order.
func unroll(d *models.Data) models.Data {
	p := d.X.P()
	out := models.Data{K: 1, Y: d.Y, Groups: make([]int, 0, len(d.Y))}
	out.X = features.Frame{N: len(d.Y), Data: make([]float64, 0, len(d.Y)*(p+1))}
	out.X.Columns = append(append(out.X.Columns, d.X.Columns...), features.Column{Name: Column, Group: -1})
	for i := range d.X.N {
		for j := range d.K {
			out.X.Data = append(append(out.X.Data, d.X.Row(i)...), place(j, d.K))
			out.Groups = append(out.Groups, problem.Group(d, i))
			if d.Weights != nil {
				out.Weights = append(out.Weights, d.Weights[i])
			}
		}
	}
	return out
}

// place returns where point j of k stands in the run: 0 first, 1 last.
func place(j, k int) float64 {
	if k == 1 {
		return 0
	}
	return float64(j) / float64(k-1)
}
