package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/complete"
	"eahas/models/linear"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/trial/target"
)

// Train trains a variant on the given rows of the table: one head for each of the plan's heads. Random choices come
// from the streams (seed, variant, target), so adding a variant changes no other. dataset.ErrEmptyFold: a target has no
// label there.
func (p Plan) Train(ctx context.Context, v *recipe.Variant, rows []int, o models.Options) ([]artifacts.Head, error) {
	p, heads, err := p.first(ctx, v, rows, o)
	if err != nil {
		return nil, err
	}
	costs := powerTimes{Plan: p, v: v, seed: o.Seed, rows: rows, times: map[target.Target]artifacts.Head{}}
	for k, t := range p.Heads {
		if d, _ := p.Table.Own.Of(t); d.First() {
			continue // trained already
		}
		one := o
		one.Seed = stream.Seed(o.Seed, v.Name, string(t))
		if o.Progress != nil {
			one.Progress = func(done, total int) { o.Progress(k*total+done, len(p.Heads)*total) }
		}
		var h artifacts.Head
		var err error
		_, named := v.Targets[t]
		switch use := p.Table.Labelled(t, rows); {
		case len(use) == 0:
			return nil, fmt.Errorf("%w: no trial to train %s on", dataset.ErrEmptyFold, t)
		case slices.Contains(p.Constants, t):
			h, err = p.constantHead(ctx, t, use)
		case !p.isCurve(t) && v.Cost.Together() && !p.Table.Own.Has(t) && !named:
			h, err = costs.head(ctx, t, one)
		default:
			h, err = p.trainHead(ctx, v, t, use, one)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", v.Name, t, err)
		}
		heads = append(heads, h)
	}
	return heads, nil
}

func (p Plan) trainHead(ctx context.Context, v *recipe.Variant, t target.Target, rows []int,
	o models.Options) (artifacts.Head, error) {
	c, r := v.Curve(t), v.Number(t)
	if p.isCurve(t) {
		r = &c.Regressor
	}
	h, data, err := p.problem(&c.Representation, t, evenly(rows, len(rows), r.Rows(len(rows))))
	if err != nil {
		return h, err
	}
	var trainer models.Trainer
	if err := p.narrow(&h, &data, r, t); err != nil {
		return h, err
	}
	if p.isCurve(t) {
		trainer, err = c.Trainer(p.as(t).task(t), h.Representation, data)
	} else {
		trainer, err = r.Trainer(p.task(t), nil, data)
	}
	if err != nil {
		return h, err
	}
	h.Predictor, err = trainer.Train(ctx, data, o)
	return h, err
}

// narrow takes the columns away that the regressor is not to see.
func (p Plan) narrow(h *artifacts.Head, data *models.Data, r *recipe.Regressor, t target.Target) error {
	seen, err := r.Sees(data.X.Columns, p.task(t))
	if err != nil || seen == nil {
		return err
	}
	data.X = columnsOf(&data.X, seen)
	if h.Columns != nil {
		seen = pick(h.Columns, seen)
	}
	h.Columns = seen
	return nil
}

// constantHead answers a cost with the number that it is for every trial. The model is a ridge regression of one row,
// which is its intercept.
func (p Plan) constantHead(ctx context.Context, t target.Target, rows []int) (artifacts.Head, error) {
	h, data, err := p.problem(nil, t, rows[:1])
	if err != nil {
		return h, err
	}
	h.Predictor, err = linear.Trainer{Lambda: 1}.Train(ctx, data, models.Options{})
	return h, err
}

// problem makes the regression problem of a target on the given rows, and the head that lacks only its predictor. The
// representation r, of curves, is fitted to the rows.
func (p Plan) problem(r *recipe.Representation, t target.Target, rows []int) (artifacts.Head, models.Data, error) {
	table := p.Table
	if p.isCurve(t) {
		table = p.as(t).Table
	}
	h := artifacts.Head{Target: t}
	data := models.Data{X: table.X.Select(rows), Groups: pick(table.Group, rows)}
	if p.isCurve(t) {
		curves := wholeCurves(table, rows)
		if t != target.Curve {
			h.Transform, h.Clip = transform(p.definition(t))
			for k, i := range rows {
				curves[k] = inRun(curves[k], p.Table.RunEpochs(i))
			}
		}
		var err error
		if h.Representation, err = fitRepresentation(r, curves); err != nil {
			return h, data, err
		}
		data.K = h.Representation.Width()
		if data.Y, err = encodeCurves(h.Representation, table, rows, curves); err != nil {
			return h, data, err
		}
	} else {
		h.Transform, h.Clip = transform(p.definition(t))
		data.K = 1
		for _, i := range rows {
			data.Y = append(data.Y, h.Transform.Forward(dataset.Label(t, &table.Trials[i])))
		}
		if h.Clip == nil {
			h.Clip = supported(t, h.Transform, data.Y)
		}
	}
	if h.Columns = usefulColumns(&data); h.Columns != nil {
		data.X = columnsOf(&data.X, h.Columns)
	}
	return h, data, nil
}

// transform is how a target's values are learnt, and within which bounds they are answered; nil for none.
func transform(d target.Definition) (artifacts.Transform, *artifacts.Range) {
	switch d.Scale {
	case target.Log:
		return artifacts.Log, nil
	case target.Bounded:
		return artifacts.Identity, &artifacts.Range{Low: d.Low, High: d.High}
	}
	return artifacts.Identity, nil
}

// beyond is by how much an answer may lie beyond what was logged: ten times above the largest value and below the
// smallest of what is learnt as logarithms, and ten times their range beyond the ends of the others.
const beyond = 10

// supported is what the labels y of a target, on the scale on which they are learnt, say that an answer can be: a law, a
// line or a network can run away a little outside of the data. A run's length is never beyond those that were logged:
// nothing shows its curve there. nil without labels.
func supported(t target.Target, how artifacts.Transform, y []float64) *artifacts.Range {
	if len(y) == 0 {
		return nil
	}
	low, high := slices.Min(y), slices.Max(y)
	if t == target.Length {
		return &artifacts.Range{Low: how.Inverse(low), High: how.Inverse(high)}
	}
	if how == artifacts.Log {
		return &artifacts.Range{Low: max(math.Exp(low)/beyond, math.SmallestNonzeroFloat64),
			High: min(math.Exp(high)*beyond, math.MaxFloat64)}
	}
	d := (high - low) * beyond
	return &artifacts.Range{Low: max(low-d, -math.MaxFloat64), High: min(high+d, math.MaxFloat64)}
}

// wholeCurves are the curves of the given rows, those of runs that were cut continued to their planned end by what the
// other rows show (package complete).
func wholeCurves(t *dataset.Table, rows []int) []models.Curve {
	runs := make([]complete.Run, len(rows))
	for k, i := range rows {
		c := t.Trials[i].Curve
		runs[k] = complete.Run{Curve: models.Curve{Epochs: c.Epochs, Values: c.Values}, Last: t.Planned(i)}
	}
	return complete.Curves(runs)
}

// fitRepresentation chooses the representation on curves.
func fitRepresentation(r *recipe.Representation, curves []models.Curve) (models.Representation, error) {
	f, err := r.Fitter()
	if err != nil {
		return nil, err
	}
	return f.Fit(curves)
}

// encodeCurves returns the target vectors of the rows' curves, len(rows) x width.
func encodeCurves(rep models.Representation, t *dataset.Table, rows []int, curves []models.Curve) ([]float64, error) {
	k := rep.Width()
	y := make([]float64, len(rows)*k)
	for j, i := range rows {
		one := &t.Trials[i]
		if _, err := rep.Encode(y[j*k:(j+1)*k:(j+1)*k], curves[j].Epochs, curves[j].Values); err != nil {
			return nil, fmt.Errorf("trial %s (%s row %d): %w", one.ID, one.Source.File, one.Source.Row, err)
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

func pick[T any](v []T, at []int) []T {
	out := make([]T, len(at))
	for j, i := range at {
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
