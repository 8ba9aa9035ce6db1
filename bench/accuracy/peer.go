package main

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/trial/target"
)

//go:embed peer.py
var program string

// libraries are what peer.py knows.
var libraries = []string{"lightgbm", "xgboost", "randomforest", "extratrees", "knn", "mlp", "gp"}

// newPeer makes the peer of a name "representation+library" or "representation+log-library"; end ends its processes.
func newPeer(python, name string) (p experiment.Peer, end func() error, err error) {
	rep, library, ok := strings.Cut(name, "+")
	library, log := strings.CutPrefix(library, "log-")
	if !ok || !slices.Contains(libraries, library) {
		return p, nil, fmt.Errorf("peer %q: want representation+library, the library one of %v, log- before it to "+
			"learn logarithms", name, libraries)
	}
	p.Name = name
	if p.Representation, err = recipe.ParseRepresentation(rep); err != nil {
		return p, nil, fmt.Errorf("peer %q: %w", name, err)
	}
	c := &crew{python: python, args: []string{"-c", program, library}}
	if p.Regressor, err = c.about(); err != nil {
		return p, nil, fmt.Errorf("peer %q: %w", name, err)
	}
	p.Regressor = library + " (" + p.Regressor + ")"
	if log {
		p.Regressor = "log " + p.Regressor
	}
	p.Solve = func(ctx context.Context, q *experiment.Problem) ([]float64, error) {
		return c.solve(ctx, q, log && q.Target == target.Curve) // costs come as logarithms and need no second one
	}
	return p, c.dismiss, nil
}
