package pipeline

import (
	"fmt"
	"slices"

	"eahas/features"
	"eahas/models"
	"eahas/models/baseline"
	"eahas/models/bezier"
	gbdttrain "eahas/models/gbdt/train"
	"eahas/models/gp"
	"eahas/models/grid"
	"eahas/models/knn"
	"eahas/models/linear"
	"eahas/models/local"
	mlptrain "eahas/models/mlp/train"
	"eahas/models/parametric"
	"eahas/models/ranks"
	"eahas/models/svd"
)

// fit chooses the representation on the curves of the given rows.
func (p *Representation) fit(d *Dataset, rows []int) (models.Representation, error) {
	f, err := p.fitter()
	if err != nil {
		return nil, err
	}
	curves := make([]models.Curve, len(rows))
	for k, i := range rows {
		c := d.Trials[i].Curve
		curves[k] = models.Curve{Epochs: c.Epochs, Values: c.Values}
	}
	return f.Fit(curves)
}

// fitter makes the Fitter that the settings describe.
func (p *Representation) fitter() (models.Fitter, error) {
	switch p.Kind {
	case "bezier":
		return bezier.Fitter{Degree: max(p.Degree, 0)}, nil
	case "bernstein":
		return bezier.Fitter{Degree: max(p.Degree, 0), Parameters: bezier.Warp, Warp: p.Warp}, nil
	case "whitened":
		return bezier.Fitter{Degree: max(p.Degree, 0), Parameters: bezier.Whitened, Warp: p.Warp}, nil
	case "svd":
		return svd.Fitter{Components: p.Components, Points: p.Points}, nil
	case "grid", epochKind:
		return grid.Fitter{Points: p.Points, Warp: p.Warp}, nil
	case "ranks":
		return ranks.Fitter{Points: p.Points, Warp: p.Warp}, nil
	case "parametric":
		return parametric.Fitter{Family: p.Family}, nil
	}
	return nil, fmt.Errorf("unknown representation %q", p.Kind)
}

// trainer makes the Trainer that the settings describe. rep is nil for costs.
func (r *Regressor) trainer(d *Dataset, rep models.Representation, data models.Data) (models.Trainer, error) {
	switch r.Kind {
	case "gbdt":
		return gbdttrain.Trainer{Params: or(r.GBDT, boosting(data.X.N))}, nil
	case "extratrees":
		return gbdttrain.Trainer{Params: or(r.GBDT, gbdttrain.Params{Forest: true, ExtraTrees: true, MultiOutput: true})}, nil
	case "forest":
		return gbdttrain.Trainer{Params: or(r.GBDT, gbdttrain.Params{Forest: true, MultiOutput: true})}, nil
	case "mlp":
		p := d.network(or(r.MLP, mlptrain.Params{}), rep, data)
		if r.EndToEnd {
			var err error
			if p.Basis, err = basis(rep); err != nil {
				return nil, err
			}
		}
		return mlptrain.Trainer{Params: p}, nil
	case "knn":
		return or(r.KNN, KNNParams{}).trainer()
	case "gp":
		return or(r.GP, GPParams{}).trainer(data.K)
	case "linear":
		return linear.Trainer{Lambda: or(r.Linear, LinearParams{}).Lambda}, nil
	case "local":
		return local.Trainer{}, nil
	case "stack":
		return r.Stack.trainer(d, rep)
	case "twopart":
		return r.TwoPart.trainer(d, rep, data)
	case "physical":
		return r.Physical.trainer(d, data)
	case "golearn":
		return baseline.KDTree{K: or(r.Golearn, GolearnParams{}).Neighbours}, nil
	}
	return nil, fmt.Errorf("unknown regressor %q", r.Kind)
}

// smallLog is the number of training rows below which boosting draws its thresholds at random, with small steps and
// small leaves. On the logs of docs/results.md that is what scores best; with many rows plain boosting does as well in
// less time.
const smallLog = 20_000

// boosting gives the default settings of boosted trees for n training rows.
func boosting(n int) gbdttrain.Params {
	if n < smallLog {
		return gbdttrain.Params{ExtraTrees: true, Rounds: 1000, Rate: 0.03, MinChildCount: 3}
	}
	return gbdttrain.Params{}
}

// or returns the value that p points to, or def.
func or[T any](p *T, def T) T {
	if p != nil {
		return *p
	}
	return def
}

func (p KNNParams) trainer() (models.Trainer, error) {
	t := knn.Trainer{K: p.Neighbours, NoScales: p.NoScales}
	if p.Squared {
		t.Loss = knn.Squared
	}
	switch p.Weighting {
	case "":
	case "uniform":
		t.Weighting = knn.Uniform
	case "inverse":
		t.Weighting = knn.Inverse
	case "inverse_square":
		t.Weighting = knn.InverseSquare
	default:
		return nil, fmt.Errorf("knn.weighting: %q is not one of uniform, inverse, inverse_square", p.Weighting)
	}
	return t, nil
}

// manyOutputs is the number of outputs above which a Gaussian process shares its length scales between them: one search of
// minutes instead of one an output.
const manyOutputs = 8

func (p GPParams) trainer(outputs int) (models.Trainer, error) {
	t := gp.Trainer{Components: p.Components, LinearMean: p.LinearMean, Shared: p.Shared || outputs > manyOutputs, MaxRows: p.MaxRows}
	switch p.Kernel {
	case "", "matern32":
	case "matern52":
		t.Kernel = gp.Matern52
	case "rbf":
		t.Kernel = gp.RBF
	default:
		return nil, fmt.Errorf("gp.kernel: %q is not one of matern32, matern52, rbf", p.Kernel)
	}
	return t, nil
}

// network fills in what a network takes from the space and the representation. For RegNet spaces it gets the paper's two
// input branches, architecture and hyperparameters; the end points of a percentage curve go through 100*sigmoid.
func (d *Dataset) network(p mlptrain.Params, rep models.Representation, data models.Data) mlptrain.Params {
	if len(p.Branches) == 0 && d.Space.Derived == "regnet" {
		p.Branches = []mlptrain.Branch{{Params: architecture(&data.X), Hidden: []int{64}}, {Hidden: []int{64}}}
	}
	if b, ok := rep.(*bezier.Codec); ok && b.Parameters() != bezier.Whitened && len(p.Bounded) == 0 && d.Metric.Unit == "percent" {
		p.Bounded = []int{0, b.Degree()}
	}
	return p
}

// basisTimes is the number of evenly spread times at which an end-to-end network's curves are compared.
const basisTimes = 51

// basis returns the matrix from targets to the curve at basisTimes times, basisTimes x width. It fails for representations that are
// not linear in their targets.
func basis(rep models.Representation) ([]float64, error) {
	b, ok := rep.(*bezier.Codec)
	if !ok {
		return nil, fmt.Errorf("end_to_end: a network can be trained through bernstein or whitened targets only, not %T", rep)
	}
	times := make([]float64, basisTimes)
	for i := range times {
		times[i] = float64(i) / (basisTimes - 1)
	}
	return b.Design(nil, times, 0, 1)
}

// architecture lists the axes and derived columns of a RegNet space that describe the network.
func architecture(x *features.Frame) []string {
	var out []string
	for _, c := range x.Columns {
		name := c.Param
		if name == "" {
			name = c.Name
		}
		switch {
		case slices.Contains(out, name):
		case c.Param == "", slices.Contains([]string{"depth", "w0", "wa", "wm", "group_w"}, name):
			out = append(out, name)
		}
	}
	return out
}
