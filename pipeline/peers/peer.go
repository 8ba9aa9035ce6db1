package peers

import (
	"context"
	_ "embed"
	"errors"
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

// module names the package that Python needs, beside numpy, for a peer of that name.
func module(name string) string {
	for _, own := range []string{"lightgbm", "xgboost"} {
		if strings.HasSuffix(name, own) {
			return own
		}
	}
	return "scikit-learn"
}

// Default are the peers that a log is compared with where nobody names any: a library of each kind, with settings for
// few rows, on six components of the curves.
var Default = []string{"svd6+small-lightgbm", "svd6+small-xgboost", "svd6+randomforest", "svd6+extratrees", "svd6+knn",
	"svd6+small-mlp"}

// Find makes those of the named peers that the Python can run. missing says of each other one why not, and what would
// help; end ends the processes of those that were found.
func Find(python string, names []string) (found []experiment.Peer, missing []string, end func() error) {
	var ends []func() error
	for _, name := range names {
		p, end, err := New(python, name)
		if err != nil {
			missing = append(missing, fmt.Sprintf("no %s beside the variants: %v; %s -m pip install numpy %s may help",
				name, err, python, module(name)))
			continue
		}
		found, ends = append(found, p), append(ends, end)
	}
	return found, missing, func() error {
		var errs []error
		for _, end := range ends {
			errs = append(errs, end())
		}
		return errors.Join(errs...)
	}
}

// New makes the peer of a name: representation+library, with log- or small- before the library (see the package's
// documentation). It starts a process of that Python, so that a library that is not there is an error now; end ends the
// peer's processes.
func New(python, name string) (p experiment.Peer, end func() error, err error) {
	rep, library, ok := strings.Cut(name, "+")
	library, log := strings.CutPrefix(library, "log-")
	library, small := strings.CutPrefix(library, "small-")
	if !ok || !slices.Contains(libraries, library) {
		return p, nil, fmt.Errorf("peer %q: want representation+library, the library one of %v, log- before it to "+
			"learn logarithms, small- for settings for few rows", name, libraries)
	}
	p.Name = name
	if p.Representation, err = recipe.ParseRepresentation(rep); err != nil {
		return p, nil, fmt.Errorf("peer %q: %w", name, err)
	}
	c := &crew{python: python, args: []string{"-c", program, library}}
	if small {
		c.args = append(c.args, "small")
	}
	if p.Regressor, err = c.about(); err != nil {
		return p, nil, fmt.Errorf("peer %q: %w", name, err)
	}
	p.Regressor = library + " (" + p.Regressor + ")"
	if small {
		p.Regressor += ", settings for few rows"
	}
	if log {
		p.Regressor = "log " + p.Regressor
	}
	p.Solve = func(ctx context.Context, q *experiment.Problem) ([]float64, error) {
		return c.solve(ctx, q, log && q.Target == target.Curve) // costs come as logarithms and need no second one
	}
	return p, c.dismiss, nil
}
