package experiment

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/trial/target"
)

// firstFolds is how many inner folds foretell what is predicted first, for the rows that the other models are trained
// on.
const firstFolds = 5

// first trains what is predicted first (known: predict) and returns its heads, and the plan whose table has a column
// more for each of them, which the other targets' models see. A training row has there what a model says that was
// trained without the row's group: a query, too, has a prediction and not the truth. Rows without the number have what
// the model says that is trained on all that have it. Only the given rows are filled in.
func (p Plan) first(ctx context.Context, v *recipe.Variant, rows []int, o models.Options) (Plan, []artifacts.Head,
	error) {
	asked := p.Table.Own.First()
	if len(asked) == 0 {
		return p, nil, nil
	}
	wide := *p.Table
	columns := slices.Clone(wide.X.Columns)
	heads := make([]artifacts.Head, 0, len(asked))
	extra := make([][]float64, 0, len(asked)) // by target, then by row
	for _, t := range asked {
		use := p.Table.Labelled(t, rows)
		if len(use) == 0 {
			return p, nil, fmt.Errorf("%s: %w: no trial to train %s on", v.Name, dataset.ErrEmptyFold, t)
		}
		h, x, err := p.foretold(ctx, v, t, rows, use, o)
		if err != nil {
			return p, nil, fmt.Errorf("%s: %s: %w", v.Name, t, err)
		}
		heads, extra = append(heads, h), append(extra, x)
		columns = append(columns, features.Column{Name: "predicted:" + string(t), Group: -1})
	}
	frame := features.Frame{Columns: columns, N: wide.X.N, Data: make([]float64, 0, wide.X.N*len(columns))}
	for i := range wide.X.N {
		frame.Data = append(frame.Data, wide.X.Row(i)...)
		for _, x := range extra {
			frame.Data = append(frame.Data, x[i])
		}
	}
	wide.X, p.Table = frame, &wide
	return p, heads, nil
}

// foretold trains the head of one target that is predicted first on the rows use, which have the number, and returns
// with it what the other models see on the given rows; the length is that of the table.
func (p Plan) foretold(ctx context.Context, v *recipe.Variant, t target.Target, rows, use []int,
	o models.Options) (artifacts.Head, []float64, error) {
	o.Progress = nil
	root := stream.Seed(o.Seed, v.Name, string(t))
	train := func(rows []int, name string) (artifacts.Head, error) {
		if slices.Contains(p.Constants, t) {
			return p.constantHead(ctx, t, rows)
		}
		o.Seed = root
		if name != "" {
			o.Seed = stream.Seed(root, "first", name)
		}
		return p.trainHead(ctx, v, t, rows, o)
	}
	whole, err := train(use, "")
	if err != nil {
		return whole, nil, err
	}
	out := make([]float64, p.Table.X.N)
	for _, i := range rows {
		out[i] = p.fed(&whole, i)
	}
	part, parts := p.innerParts(use, root)
	if parts < 2 {
		return whole, nil, fmt.Errorf("%w: what is predicted first needs two configurations that have it",
			dataset.ErrEmptyFold)
	}
	for k := range parts {
		var in, held []int
		for j, i := range use {
			if part[j] == k {
				held = append(held, i)
			} else {
				in = append(in, i)
			}
		}
		h, err := train(in, strconv.Itoa(k))
		if err != nil {
			return whole, nil, err
		}
		for _, i := range held {
			out[i] = p.fed(&h, i)
		}
	}
	return whole, out, nil
}

// innerParts deals the groups of rows to parts of about equal size, and returns the part of each row.
func (p Plan) innerParts(rows []int, seed uint64) (part []int, parts int) {
	groups := slices.Compact(slices.Sorted(slices.Values(pick(p.Table.Group, rows))))
	order := stream.New(seed, "first", "parts").Perm(len(groups))
	parts = min(firstFolds, len(groups))
	of := map[int]int{}
	for k, g := range groups {
		of[g] = order[k] % parts
	}
	for _, i := range rows {
		part = append(part, of[p.Table.Group[i]])
	}
	return part, parts
}

// fed is what the other models see of a head that is predicted first, of a row of the table.
func (p Plan) fed(h *artifacts.Head, i int) float64 {
	x := p.Table.X.Row(i)
	if h.Columns != nil {
		x = pick(x, h.Columns)
	}
	return h.Fed(h.Predictor.Predict(nil, x)[0])
}
