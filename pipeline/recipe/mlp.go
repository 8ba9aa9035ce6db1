package recipe

import (
	"fmt"
	"slices"

	"eahas/features"
	"eahas/models"
	"eahas/models/bezier"
	mlptrain "eahas/models/mlp/train"
	"eahas/tune"
)

// network is networks of ReLU layers, averaged.
var network = kind{
	name:   "mlp",
	places: anywhere,
	fill: func(r *Regressor, n int) {
		orDefault(&r.MLP, mlptrain.Params{})
		r.MLP.Epochs = r.MLP.EpochsFor(n)
		if len(r.MLP.Hidden) == 0 {
			r.MLP.Hidden = mlptrain.DefaultHidden()
		}
	},
	trainer: func(r *Regressor, t Task, rep models.Representation, data models.Data) (models.Trainer, error) {
		p := t.network(or(r.MLP, mlptrain.Params{}), rep, data)
		if r.EndToEnd {
			var err error
			if p.Basis, err = basis(rep); err != nil {
				return nil, err
			}
		}
		return mlptrain.Trainer{Params: p}, nil
	},
	knobs: func(r *Regressor) []knob {
		if r.MLP.Solver == mlptrain.LBFGS {
			return []knob{{tune.Setting{Name: "mlp.penalty", Scale: tune.Log, Low: 0.01, High: 10},
				func(r *Regressor) float64 { return r.MLP.WithDefaults().Penalty },
				func(r *Regressor, x float64) { r.MLP.Penalty = x }}}
		}
		return []knob{
			{tune.Setting{Name: "mlp.epochs", Scale: tune.LogInt, Low: 100, High: 2000},
				func(r *Regressor) float64 { return float64(r.MLP.Epochs) },
				func(r *Regressor, x float64) { r.MLP.Epochs = int(x) }},
			{tune.Setting{Name: "mlp.rate", Scale: tune.Log, Low: 0.001, High: 0.03},
				func(r *Regressor) float64 { return r.MLP.WithDefaults().Rate },
				func(r *Regressor, x float64) { r.MLP.Rate = x }},
			{tune.Setting{Name: "mlp.decay", Scale: tune.Log, Low: 1e-5, High: 0.1},
				func(r *Regressor) float64 { return r.MLP.Decay },
				func(r *Regressor, x float64) { r.MLP.Decay = x }},
			{tune.Setting{Name: "mlp.batch", Scale: tune.LogInt, Low: 16, High: 256},
				func(r *Regressor) float64 { return float64(r.MLP.WithDefaults().Batch) },
				func(r *Regressor, x float64) { r.MLP.Batch = int(x) }},
			{tune.Setting{Name: "mlp.hidden", Scale: tune.LogInt, Low: 16, High: 256}, // the width of every layer
				func(r *Regressor) float64 { return float64(r.MLP.Hidden[0]) },
				func(r *Regressor, x float64) { r.MLP.Hidden = slices.Repeat([]int{int(x)}, len(r.MLP.Hidden)) }},
			// how many of them; stands behind hidden
			{tune.Setting{Name: "mlp.layers", Scale: tune.Integer, Low: 1, High: 4},
				func(r *Regressor) float64 { return float64(len(r.MLP.Hidden)) },
				func(r *Regressor, x float64) { r.MLP.Hidden = slices.Repeat(r.MLP.Hidden[:1], int(x)) }},
		}
	},
	// The rate falls to 0 over the epochs that there are.
	shorten: func(r *Regressor, share float64) { r.MLP.Epochs = lessOf(r.MLP.Epochs, share) },
}

// network fills in what a network takes from the space and the representation. For RegNet spaces it gets the paper's
// two input branches, architecture and hyperparameters; the end points of a percentage curve go through 100*sigmoid.
func (t Task) network(p mlptrain.Params, rep models.Representation, data models.Data) mlptrain.Params {
	if p.Solver == mlptrain.LBFGS { // takes neither
		return p
	}
	if len(p.Branches) == 0 && t.Space.Derived == "regnet" {
		p.Branches = []mlptrain.Branch{{Params: architecture(&data.X), Hidden: []int{64}}, {Hidden: []int{64}}}
	}
	if b, ok := rep.(*bezier.Codec); ok && b.Parameters() != bezier.Whitened && len(p.Bounded) == 0 && t.Percent {
		p.Bounded = []int{0, b.Degree()}
	}
	return p
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

// basisTimes is the number of evenly spread times at which an end-to-end network's curves are compared.
const basisTimes = 51

// basis returns the matrix from targets to the curve at basisTimes times, basisTimes x width. It fails for
// representations that are not linear in their targets.
func basis(rep models.Representation) ([]float64, error) {
	b, ok := rep.(*bezier.Codec)
	if !ok {
		return nil, fmt.Errorf("end_to_end: a network can be trained through bernstein or whitened targets "+
			"only, not %T", rep)
	}
	times := make([]float64, basisTimes)
	for i := range times {
		times[i] = float64(i) / (basisTimes - 1)
	}
	return b.Design(nil, times, 0, 1)
}
