package train

import (
	"context"
	"fmt"

	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/gbdt"
)

// bagged trains p.Bags models, each with random choices of its own, and makes their mean one model: all their trees,
// each leaf's value divided by their number, and the mean of the base scores.
func bagged(ctx context.Context, d models.Data, valid *models.Data, p Params, o models.Options) (*gbdt.Model, error) {
	n := p.Bags
	p.Bags = 0
	var all gbdt.Parts
	for bag := range n {
		one := o
		one.Seed = stream.Seed(o.Seed, "bag", fmt.Sprint(bag))
		if o.Progress != nil {
			one.Progress = func(done, total int) { o.Progress(bag*total+done, n*total) }
		}
		m, err := train(ctx, nil, d, valid, p, one)
		if err != nil {
			return nil, err
		}
		if bag == 0 {
			all = gbdt.Parts{Columns: m.Columns(), Base: make([]float64, m.Outputs()), Groups: m.Groups()}
		}
		for k := range m.Outputs() {
			all.Base[k] += m.Base(k) / float64(n)
			if bag == 0 {
				all.Link = append(all.Link, m.Link(k))
			}
		}
		for _, t := range m.Trees() {
			values := make([]float64, len(t.Values))
			for i, v := range t.Values {
				values[i] = v / float64(n)
			}
			t.Values = values
			all.Trees = append(all.Trees, t)
		}
	}
	return gbdt.New(all)
}
