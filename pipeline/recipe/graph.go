package recipe

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/features"
	"eahas/features/graph"
	"eahas/models"
)

// ErrNoColumn is returned when a regressor would see no column at all.
var ErrNoColumn = errors.New("recipe: no column is left")

// completeGraph looks at the ways of encoding that a regressor sees of axes of graphs.
func (r *Regressor) completeGraph(at seat) error {
	for i, way := range r.Graph {
		if !slices.Contains(graph.Ways(), way) || slices.Contains(r.Graph[:i], way) {
			return fmt.Errorf("graph: %q: want some of %s, each once", way, strings.Join(graph.Ways(), ", "))
		}
	}
	switch {
	case len(r.Graph) == 0:
		return nil
	case kindOf(r.Kind).law:
		return fmt.Errorf("graph: not for %s; say it of a target (targets: {NAME: {kind: gbdt, graph: [...]}})", r.Kind)
	case at.place != ofCurve && at.place != ofCost && !kindOf(r.Kind).trees:
		return fmt.Errorf("graph: inside of another regressor only trees (gbdt, extratrees, forest) see some of a "+
			"graph's columns, not %s; say it of the whole regressor", r.Kind)
	}
	return nil
}

// Sees returns the places of the columns that the regressor sees, or nil for all of them. ErrNoColumn: there is none.
func (r *Regressor) Sees(columns []features.Column, t Task) ([]int, error) {
	if len(r.Graph) == 0 {
		return nil, nil
	}
	var out []int
	for j, c := range columns {
		if r.sees(c, t) {
			out = append(out, j)
		}
	}
	switch {
	case len(out) == 0:
		return nil, fmt.Errorf("%w: graph: the axes of graphs are encoded by none of %s (space.params[].graph.encode)",
			ErrNoColumn, strings.Join(r.Graph, ", "))
	case len(out) == len(columns):
		return nil, nil
	}
	return out, nil
}

// sees reports whether the regressor sees a column: every one that is of no graph, and those of its ways.
func (r *Regressor) sees(c features.Column, t Task) bool {
	way, ofGraph := t.Ways[c.Name]
	return len(r.Graph) == 0 || !ofGraph || slices.Contains(r.Graph, way)
}

// partly trains trees that see some columns: the others say nothing.
type partly struct {
	models.Trainer
	hidden func(features.Column) bool
}

// Train implements models.Trainer.
func (p partly) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	x := d.X
	if !slices.ContainsFunc(x.Columns, p.hidden) { // they were taken away for the whole regressor
		return p.Trainer.Train(ctx, d, o)
	}
	x.Data = slices.Clone(x.Data)
	for j, c := range x.Columns {
		if !p.hidden(c) {
			continue
		}
		for i := range x.N {
			x.Data[i*len(x.Columns)+j] = math.NaN()
		}
	}
	d.X = x
	return p.Trainer.Train(ctx, d, o)
}
