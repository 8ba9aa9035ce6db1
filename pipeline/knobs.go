package pipeline

import (
	"eahas/artifacts"
	"eahas/models/gbdt"
	mlptrain "eahas/models/mlp/train"
	"eahas/tune"
)

// knob is one setting of a variant that tuning may change.
type knob struct {
	tune.Setting
	start float64 // what the default is like
	set   func(r *Regressor, x float64)
}

// knobs lists, for each kind of regressor, what tuning may change and how far. A kind without knobs is not tuned.
var knobs = map[string][]knob{
	"gbdt": {
		{tune.Setting{Name: "rounds", Scale: tune.LogInt, Low: 100, High: 2000}, 1000, trees(func(p *gbdt.Params, x float64) { p.Rounds = int(x) })},
		{tune.Setting{Name: "rate", Scale: tune.Log, Low: 0.01, High: 0.3}, 0.03, trees(func(p *gbdt.Params, x float64) { p.Rate = x })},
		{tune.Setting{Name: "leaves", Scale: tune.LogInt, Low: 4, High: 128}, 31, trees(func(p *gbdt.Params, x float64) { p.Leaves = int(x) })},
		{tune.Setting{Name: "min_child_count", Scale: tune.LogInt, Low: 1, High: 40}, 3, trees(func(p *gbdt.Params, x float64) { p.MinChildCount = int(x) })},
		{tune.Setting{Name: "lambda", Scale: tune.Log, Low: 0.001, High: 10}, 0.001, trees(func(p *gbdt.Params, x float64) { p.Lambda = x })},
		{tune.Setting{Name: "col_sample", Scale: tune.Linear, Low: 0.3, High: 1}, 1, trees(func(p *gbdt.Params, x float64) { p.ColSample = x })},
		{tune.Setting{Name: "extra_trees", Scale: tune.Choice, Low: 0, High: 1}, 1, trees(func(p *gbdt.Params, x float64) { p.ExtraTrees = x == 1 })},
	},
	"extratrees": {
		{tune.Setting{Name: "rounds", Scale: tune.LogInt, Low: 100, High: 1000}, 500, trees(func(p *gbdt.Params, x float64) { p.Rounds = int(x) })},
		{tune.Setting{Name: "min_child_count", Scale: tune.LogInt, Low: 1, High: 20}, 1, trees(func(p *gbdt.Params, x float64) { p.MinChildCount = int(x) })},
		{tune.Setting{Name: "col_sample", Scale: tune.Linear, Low: 0.2, High: 1}, 1, trees(func(p *gbdt.Params, x float64) { p.ColSample = x })},
	},
	"forest": {
		{tune.Setting{Name: "rounds", Scale: tune.LogInt, Low: 100, High: 1000}, 500, trees(func(p *gbdt.Params, x float64) { p.Rounds = int(x) })},
		{tune.Setting{Name: "min_child_count", Scale: tune.LogInt, Low: 1, High: 20}, 1, trees(func(p *gbdt.Params, x float64) { p.MinChildCount = int(x) })},
		{tune.Setting{Name: "col_sample", Scale: tune.Linear, Low: 0.2, High: 1}, 1, trees(func(p *gbdt.Params, x float64) { p.ColSample = x })},
	},
	"mlp": {
		{tune.Setting{Name: "epochs", Scale: tune.LogInt, Low: 100, High: 2000}, 500, network(func(p *mlptrain.Params, x float64) { p.Epochs = int(x) })},
		{tune.Setting{Name: "rate", Scale: tune.Log, Low: 0.001, High: 0.03}, 0.01, network(func(p *mlptrain.Params, x float64) { p.Rate = x })},
		{tune.Setting{Name: "decay", Scale: tune.Log, Low: 1e-5, High: 0.1}, 1e-05, network(func(p *mlptrain.Params, x float64) { p.Decay = x })},
		{tune.Setting{Name: "batch", Scale: tune.LogInt, Low: 16, High: 256}, 64, network(func(p *mlptrain.Params, x float64) { p.Batch = int(x) })},
		{tune.Setting{Name: "hidden", Scale: tune.LogInt, Low: 16, High: 256}, 64, network(func(p *mlptrain.Params, x float64) { p.Hidden = []int{int(x), int(x)} })},
	},
	"knn": {
		{tune.Setting{Name: "neighbours", Scale: tune.LogInt, Low: 1, High: 30}, 5, nearestOnes(func(p *KNNParams, x float64) { p.Neighbours = int(x) })},
		{tune.Setting{Name: "weighting", Scale: tune.Choice, Low: 0, High: 2}, 1, nearestOnes(func(p *KNNParams, x float64) {
			p.Weighting = []string{"uniform", "inverse", "inverse_square"}[int(x)]
		})},
		{tune.Setting{Name: "squared", Scale: tune.Choice, Low: 0, High: 1}, 0, nearestOnes(func(p *KNNParams, x float64) { p.Squared = x == 1 })},
	},
	"gp": {
		{tune.Setting{Name: "kernel", Scale: tune.Choice, Low: 0, High: 2}, 0, process(func(p *GPParams, x float64) {
			p.Kernel = []string{"matern32", "matern52", "rbf"}[int(x)]
		})},
		{tune.Setting{Name: "components", Scale: tune.Integer, Low: 1, High: 3}, 2, process(func(p *GPParams, x float64) { p.Components = int(x) })},
		{tune.Setting{Name: "linear_mean", Scale: tune.Choice, Low: 0, High: 1}, 0, process(func(p *GPParams, x float64) { p.LinearMean = x == 1 })},
	},
	"linear": {
		{tune.Setting{Name: "lambda", Scale: tune.Log, Low: 1e-6, High: 100}, 1, func(r *Regressor, x float64) { r.Linear = &LinearParams{Lambda: x} }},
	},
}

// The functions below change a copy of the settings, so that variants never share them.

func trees(set func(*gbdt.Params, float64)) func(*Regressor, float64) {
	return func(r *Regressor, x float64) {
		p := or(r.GBDT, gbdt.Params{})
		set(&p, x)
		r.GBDT = &p
	}
}

func network(set func(*mlptrain.Params, float64)) func(*Regressor, float64) {
	return func(r *Regressor, x float64) {
		p := or(r.MLP, mlptrain.Params{})
		set(&p, x)
		r.MLP = &p
	}
}

func nearestOnes(set func(*KNNParams, float64)) func(*Regressor, float64) {
	return func(r *Regressor, x float64) {
		p := or(r.KNN, KNNParams{})
		set(&p, x)
		r.KNN = &p
	}
}

func process(set func(*GPParams, float64)) func(*Regressor, float64) {
	return func(r *Regressor, x float64) {
		p := or(r.GP, GPParams{})
		set(&p, x)
		r.GP = &p
	}
}

// tunable is the search space of a variant: the knobs of the regressors that it uses and the degree of its
// representation.
type tunable struct {
	base   Variant
	Space  tune.Space
	Start  []float64 // what the default settings are like
	setOne []func(*Variant, float64)
}

// newTunable collects the knobs that matter for the heads that are trained.
func newTunable(v Variant, heads []string) tunable {
	t := tunable{base: v}
	add := func(prefix string, ks []knob, part func(*Variant) *Regressor) {
		for _, k := range ks {
			k.Setting.Name = prefix + k.Setting.Name
			t.Space = append(t.Space, k.Setting)
			t.Start = append(t.Start, k.start)
			t.setOne = append(t.setOne, func(v *Variant, x float64) { k.set(part(v), x) })
		}
	}
	curve, cost := false, false
	for _, h := range heads {
		curve = curve || h == artifacts.Curve
		cost = cost || h != artifacts.Curve
	}
	if curve {
		add("regressor.", knobs[v.Regressor.Kind], func(v *Variant) *Regressor { return &v.Regressor })
		if ends, ok := degrees[v.Representation.Kind]; ok {
			t.Space = append(t.Space, tune.Setting{Name: "representation.degree", Scale: tune.Integer, Low: ends[0], High: ends[1]})
			t.Start = append(t.Start, max(ends[0], min(ends[1], float64(v.Representation.Degree))))
			t.setOne = append(t.setOne, func(v *Variant, x float64) { v.Representation.Degree = int(x) })
		}
	}
	if cost {
		add("cost.", knobs[v.Cost.Kind], func(v *Variant) *Regressor { return &v.Cost })
	}
	return t
}

// degrees are the ends of the degrees that tuning tries.
var degrees = map[string][2]float64{"bezier": {3, 6}, "bernstein": {3, 9}, "whitened": {3, 9}}

// at returns the variant with the settings of a point; nil means unchanged.
func (t tunable) at(point []float64, n int) Variant {
	v := t.base
	if point == nil {
		return v
	}
	for _, r := range []*Regressor{&v.Regressor, &v.Cost} {
		r.GBDT = startTrees(r, n)
	}
	for j, x := range point {
		t.setOne[j](&v, x)
	}
	return v
}

// startTrees gives the tree settings that a kind has by default, to change some of them.
func startTrees(r *Regressor, n int) *gbdt.Params {
	if r.GBDT != nil {
		p := *r.GBDT
		return &p
	}
	switch r.Kind {
	case "gbdt":
		p := boosting(n)
		return &p
	case "extratrees":
		return &gbdt.Params{Forest: true, ExtraTrees: true, MultiOutput: true}
	case "forest":
		return &gbdt.Params{Forest: true, MultiOutput: true}
	}
	return nil
}
