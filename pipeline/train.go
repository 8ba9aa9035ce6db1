package pipeline

import (
	"context"
	"fmt"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
)

// trainHeads trains a variant on the given rows: one head for each target of the list.
// Random choices come from the streams (seed, variant, target), so adding a variant changes no other.
func (d *Dataset) trainHeads(ctx context.Context, v *Variant, targets []string, rows []int, o models.Options) ([]artifacts.Head, error) {
	heads := make([]artifacts.Head, 0, len(targets))
	costs := powerTimes{d: d, v: v, seed: o.Seed, rows: rows, times: map[string]artifacts.Head{}}
	for k, t := range targets {
		use := d.labelled(t, rows)
		if len(use) == 0 {
			return nil, fmt.Errorf("%w: no trial to train %s on", ErrEmptyFold, t)
		}
		one := o
		one.Seed = stream.Seed(o.Seed, v.Name, t)
		if o.Progress != nil {
			one.Progress = func(done, total int) { o.Progress(k*total+done, len(targets)*total) }
		}
		train := func() (artifacts.Head, error) { return d.trainHead(ctx, v, t, use, one) }
		if t != artifacts.Curve && v.Cost.Kind == powerTime {
			train = func() (artifacts.Head, error) { return costs.head(ctx, t, one) }
		}
		h, err := train()
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", v.Name, t, err)
		}
		heads = append(heads, h)
	}
	return heads, nil
}

func (d *Dataset) trainHead(ctx context.Context, v *Variant, target string, rows []int, o models.Options) (artifacts.Head, error) {
	h, data, err := d.headData(&v.Representation, target, rows)
	if err != nil {
		return h, err
	}
	var trainer models.Trainer
	if target == artifacts.Curve {
		trainer, err = v.Representation.trainer(&v.Regressor, d, h.Representation, data)
	} else {
		trainer, err = v.Cost.trainer(d, nil, data)
	}
	if err != nil {
		return h, err
	}
	h.Predictor, err = trainer.Train(ctx, data, o)
	return h, err
}

// headData makes the regression problem of a target on the given rows, and the head that lacks only its predictor. The
// representation p, of curves, is fitted to the rows.
func (d *Dataset) headData(p *Representation, target string, rows []int) (artifacts.Head, models.Data, error) {
	h := artifacts.Head{Target: target}
	data := models.Data{X: d.X.Select(rows), Groups: pick(d.Group, rows)}
	if target == artifacts.Curve {
		var err error
		if h.Representation, err = p.fit(d, rows); err != nil {
			return h, data, err
		}
		data.K = h.Representation.Width()
		if data.Y, err = d.encodeCurves(h.Representation, rows); err != nil {
			return h, data, err
		}
	} else {
		h.Transform = artifacts.Log
		data.K = 1
		for _, i := range rows {
			data.Y = append(data.Y, h.Transform.Forward(label(target, &d.Trials[i])))
		}
	}
	if h.Columns = usefulColumns(&data); h.Columns != nil {
		data.X = columnsOf(&data.X, h.Columns)
	}
	return h, data, nil
}

// encodeCurves returns the target vectors of the rows' curves, len(rows) x width.
func (d *Dataset) encodeCurves(rep models.Representation, rows []int) ([]float64, error) {
	k := rep.Width()
	y := make([]float64, len(rows)*k)
	for j, i := range rows {
		c := d.Trials[i].Curve
		if _, err := rep.Encode(y[j*k:(j+1)*k:(j+1)*k], c.Epochs, c.Values); err != nil {
			return nil, fmt.Errorf("trial %s (%s row %d): %w", d.Trials[i].ID, d.Trials[i].Source.File, d.Trials[i].Source.Row, err)
		}
	}
	return y, nil
}

// usefulColumns returns the columns that differ between the training rows, or nil for all. A log of power cells, say,
// has no learning rate: the column must not confuse a model that measures distances.
func usefulColumns(data *models.Data) []int {
	p := data.X.P()
	var out []int
	for j := range p {
		first := data.X.Data[j]
		for i := 1; i < data.X.N; i++ {
			if x := data.X.Data[i*p+j]; x != first && (x == x || first == first) {
				out = append(out, j)
				break
			}
		}
	}
	if len(out) == p || len(out) == 0 {
		return nil
	}
	return out
}

func pick(v []int, rows []int) []int {
	out := make([]int, len(rows))
	for j, i := range rows {
		out[j] = v[i]
	}
	return out
}

// columnsOf returns a frame with only the given columns.
func columnsOf(x *features.Frame, columns []int) features.Frame {
	out := features.Frame{N: x.N, Data: make([]float64, 0, x.N*len(columns))}
	for _, j := range columns {
		out.Columns = append(out.Columns, x.Columns[j])
	}
	for i := range x.N {
		row := x.Row(i)
		for _, j := range columns {
			out.Data = append(out.Data, row[j])
		}
	}
	return out
}
