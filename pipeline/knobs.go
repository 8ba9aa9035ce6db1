package pipeline

import (
	"cmp"
	"slices"

	"eahas/models/parametric"
	"eahas/tune"
)

// knob is one setting of a regressor that tuning may change. Its name is where the setting stands in a config.
type knob struct {
	tune.Setting
	get func(r *Regressor) float64    // what it is now, with the default in place of 0
	set func(r *Regressor, x float64) // get and set meet a regressor of this kind with its block of settings in place, see fill
}

// knobs lists, for each kind of regressor, what tuning may change and how far. A kind without an entry (local) has no
// settings; those of the parts of a stack or a two-part model come on top, see tunable.regressor.
var knobs = map[string][]knob{
	"gbdt": {
		{tune.Setting{Name: "gbdt.rounds", Scale: tune.LogInt, Low: 100, High: 2000}, treeRounds, setTreeRounds},
		{tune.Setting{Name: "gbdt.rate", Scale: tune.Log, Low: 0.01, High: 0.3},
			func(r *Regressor) float64 { return cmp.Or(r.GBDT.Rate, 0.1) }, func(r *Regressor, x float64) { r.GBDT.Rate = x }},
		{tune.Setting{Name: "gbdt.leaves", Scale: tune.LogInt, Low: 4, High: 128},
			func(r *Regressor) float64 { return float64(cmp.Or(r.GBDT.Leaves, 31)) }, func(r *Regressor, x float64) { r.GBDT.Leaves = int(x) }},
		{tune.Setting{Name: "gbdt.min_child_count", Scale: tune.LogInt, Low: 1, High: 40},
			func(r *Regressor) float64 { return float64(cmp.Or(r.GBDT.MinChildCount, 20)) }, func(r *Regressor, x float64) { r.GBDT.MinChildCount = int(x) }},
		{tune.Setting{Name: "gbdt.lambda", Scale: tune.Log, Low: 0.001, High: 10},
			func(r *Regressor) float64 { return r.GBDT.Lambda }, func(r *Regressor, x float64) { r.GBDT.Lambda = x }},
		{tune.Setting{Name: "gbdt.col_sample", Scale: tune.Linear, Low: 0.3, High: 1}, columnShare, setColumnShare},
		{tune.Setting{Name: "gbdt.extra_trees", Scale: tune.Choice, Low: 0, High: 1},
			func(r *Regressor) float64 { return indicator(r.GBDT.ExtraTrees) }, func(r *Regressor, x float64) { r.GBDT.ExtraTrees = x == 1 }},
	},
	"extratrees": forestKnobs,
	"forest":     forestKnobs,
	"mlp": {
		{tune.Setting{Name: "mlp.epochs", Scale: tune.LogInt, Low: 100, High: 2000},
			func(r *Regressor) float64 { return float64(r.MLP.Epochs) }, func(r *Regressor, x float64) { r.MLP.Epochs = int(x) }},
		{tune.Setting{Name: "mlp.rate", Scale: tune.Log, Low: 0.001, High: 0.03},
			func(r *Regressor) float64 { return cmp.Or(r.MLP.Rate, 0.01) }, func(r *Regressor, x float64) { r.MLP.Rate = x }},
		{tune.Setting{Name: "mlp.decay", Scale: tune.Log, Low: 1e-5, High: 0.1},
			func(r *Regressor) float64 { return r.MLP.Decay }, func(r *Regressor, x float64) { r.MLP.Decay = x }},
		{tune.Setting{Name: "mlp.batch", Scale: tune.LogInt, Low: 16, High: 256},
			func(r *Regressor) float64 { return float64(cmp.Or(r.MLP.Batch, 64)) }, func(r *Regressor, x float64) { r.MLP.Batch = int(x) }},
		{tune.Setting{Name: "mlp.hidden", Scale: tune.LogInt, Low: 16, High: 256}, // the width of every layer
			func(r *Regressor) float64 { return float64(r.MLP.Hidden[0]) },
			func(r *Regressor, x float64) { r.MLP.Hidden = slices.Repeat([]int{int(x)}, len(r.MLP.Hidden)) }},
		{tune.Setting{Name: "mlp.layers", Scale: tune.Integer, Low: 1, High: 4}, // how many of them; stands behind hidden
			func(r *Regressor) float64 { return float64(len(r.MLP.Hidden)) },
			func(r *Regressor, x float64) { r.MLP.Hidden = slices.Repeat(r.MLP.Hidden[:1], int(x)) }},
	},
	"knn": {
		{tune.Setting{Name: "knn.neighbours", Scale: tune.Choice, Low: 0, High: float64(len(neighbourCounts) - 1)},
			func(r *Regressor) float64 { return place(neighbourCounts, r.KNN.Neighbours) },
			func(r *Regressor, x float64) { r.KNN.Neighbours = neighbourCounts[int(x)] }},
		{tune.Setting{Name: "knn.weighting", Scale: tune.Choice, Low: 0, High: float64(len(weightings) - 1)},
			func(r *Regressor) float64 { return place(weightings, r.KNN.Weighting) },
			func(r *Regressor, x float64) { r.KNN.Weighting = weightings[int(x)] }},
		{tune.Setting{Name: "knn.squared", Scale: tune.Choice, Low: 0, High: 1},
			func(r *Regressor) float64 { return indicator(r.KNN.Squared) }, func(r *Regressor, x float64) { r.KNN.Squared = x == 1 }},
		{tune.Setting{Name: "knn.no_scales", Scale: tune.Choice, Low: 0, High: 1},
			func(r *Regressor) float64 { return indicator(r.KNN.NoScales) }, func(r *Regressor, x float64) { r.KNN.NoScales = x == 1 }},
	},
	"gp": {
		{tune.Setting{Name: "gp.kernel", Scale: tune.Choice, Low: 0, High: float64(len(kernels) - 1)},
			func(r *Regressor) float64 { return place(kernels, cmp.Or(r.GP.Kernel, kernels[0])) }, func(r *Regressor, x float64) { r.GP.Kernel = kernels[int(x)] }},
		{tune.Setting{Name: "gp.components", Scale: tune.Integer, Low: 1, High: 3},
			func(r *Regressor) float64 { return float64(cmp.Or(r.GP.Components, 2)) }, func(r *Regressor, x float64) { r.GP.Components = int(x) }},
		{tune.Setting{Name: "gp.linear_mean", Scale: tune.Choice, Low: 0, High: 1},
			func(r *Regressor) float64 { return indicator(r.GP.LinearMean) }, func(r *Regressor, x float64) { r.GP.LinearMean = x == 1 }},
	},
	"linear": {
		{tune.Setting{Name: "linear.lambda", Scale: tune.Log, Low: 1e-6, High: 100},
			func(r *Regressor) float64 { return cmp.Or(r.Linear.Lambda, 1) }, func(r *Regressor, x float64) { r.Linear.Lambda = x }},
	},
	"golearn": {
		{tune.Setting{Name: "golearn.neighbours", Scale: tune.LogInt, Low: 1, High: 30},
			func(r *Regressor) float64 { return float64(cmp.Or(r.Golearn.Neighbours, 3)) }, func(r *Regressor, x float64) { r.Golearn.Neighbours = int(x) }},
	},
	"twopart": {
		{tune.Setting{Name: "twopart.low", Scale: tune.Linear, Low: 0.01, High: 0.45},
			func(r *Regressor) float64 { return cmp.Or(r.TwoPart.Low, 0.1) }, func(r *Regressor, x float64) { r.TwoPart.Low = x }},
		{tune.Setting{Name: "twopart.high", Scale: tune.Linear, Low: 0.55, High: 0.99},
			func(r *Regressor) float64 { return cmp.Or(r.TwoPart.High, 0.9) }, func(r *Regressor, x float64) { r.TwoPart.High = x }},
	},
}

// forestKnobs are those of trees that are averaged, whose depth has no limit.
var forestKnobs = []knob{
	{tune.Setting{Name: "gbdt.rounds", Scale: tune.LogInt, Low: 100, High: 1000}, treeRounds, setTreeRounds},
	{tune.Setting{Name: "gbdt.min_child_count", Scale: tune.LogInt, Low: 1, High: 20},
		func(r *Regressor) float64 { return float64(cmp.Or(r.GBDT.MinChildCount, 1)) }, func(r *Regressor, x float64) { r.GBDT.MinChildCount = int(x) }},
	{tune.Setting{Name: "gbdt.col_sample", Scale: tune.Linear, Low: 0.2, High: 1}, columnShare, setColumnShare},
}

// The knobs of a stack need at least two members: one alone is neither joined nor weighted.
var stackKnobs = []knob{
	{tune.Setting{Name: "stack.join", Scale: tune.Choice, Low: 0, High: float64(len(joins) - 1)},
		func(r *Regressor) float64 { return place(joins, cmp.Or(r.Stack.Join, joins[0])) }, func(r *Regressor, x float64) { r.Stack.Join = joins[int(x)] }},
	{tune.Setting{Name: "stack.folds", Scale: tune.Choice, Low: 0, High: float64(len(stackFolds) - 1)},
		func(r *Regressor) float64 { return place(stackFolds, r.Stack.Folds) }, func(r *Regressor, x float64) { r.Stack.Folds = stackFolds[int(x)] }},
}

// guidedKnob is for stacks of any size.
var guidedKnob = knob{tune.Setting{Name: "stack.guided", Scale: tune.Choice, Low: 0, High: 1},
	func(r *Regressor) float64 { return indicator(r.Stack.Guided) }, func(r *Regressor, x float64) { r.Stack.Guided = x == 1 }}

// What the numbers of a choice mean. Zero values are "learned from the training rows" for neighbours, "equal weights" for folds.
var (
	neighbourCounts = []int{0, 1, 2, 3, 5, 8, 13, 21}
	weightings      = []string{"", "uniform", "inverse", "inverse_square"}
	kernels         = []string{"matern32", "matern52", "rbf"}
	joins           = []string{"mean", "median"}
	stackFolds      = []int{0, 3, 5}
)

func treeRounds(r *Regressor) float64       { return float64(cmp.Or(r.GBDT.Rounds, 500)) }
func setTreeRounds(r *Regressor, x float64) { r.GBDT.Rounds = int(x) }

func columnShare(r *Regressor) float64       { return cmp.Or(r.GBDT.ColSample, 1) }
func setColumnShare(r *Regressor, x float64) { r.GBDT.ColSample = x }

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// place returns where x stands in a list, 0 for what is not in it.
func place[T comparable](list []T, x T) float64 { return float64(max(0, slices.Index(list, x))) }

// shapeKnob is one setting of a representation.
type shapeKnob struct {
	tune.Setting
	get func(p *Representation) float64
	set func(p *Representation, x float64)
}

// shapeKnobs lists them for each kind of representation.
var shapeKnobs = map[string][]shapeKnob{
	"bezier":    {degreeKnob(6, 4)},
	"bernstein": {degreeKnob(9, 5), warpKnob(1, 100)},
	"whitened":  {degreeKnob(9, 5), warpKnob(1, 100)},
	"svd": {{tune.Setting{Name: "components", Scale: tune.LogInt, Low: 2, High: 16},
		func(p *Representation) float64 { return float64(cmp.Or(p.Components, 6)) }, func(p *Representation, x float64) { p.Components = int(x) }},
		pointsKnob(20, 201)},
	"grid":    {pointsKnob(8, 201), warpKnob(0.1, 0.1)},
	"ranks":   {pointsKnob(8, 201), warpKnob(0.1, 0.1)},
	epochKind: {pointsKnob(6, 40), warpKnob(1, epochWarp)},
	"parametric": {{tune.Setting{Name: "family", Scale: tune.Choice, Low: 0, High: float64(len(parametric.Families()) - 1)},
		func(p *Representation) float64 {
			return place(parametric.Families(), cmp.Or(p.Family, parametric.DefaultFamily))
		},
		func(p *Representation, x float64) { p.Family = parametric.Families()[int(x)] }}},
}

// degreeKnob starts at def where the config leaves the degree to the training curves.
func degreeKnob(high, def float64) shapeKnob {
	return shapeKnob{tune.Setting{Name: "degree", Scale: tune.Integer, Low: 3, High: high},
		func(p *Representation) float64 {
			if p.Degree == degreeAuto {
				return def
			}
			return float64(p.Degree)
		}, func(p *Representation, x float64) { p.Degree = int(x) }}
}

// warpKnob starts at def where the config says nothing; 0.1 is nearly even spacing.
func warpKnob(low, def float64) shapeKnob {
	return shapeKnob{tune.Setting{Name: "warp", Scale: tune.Log, Low: low, High: 1000},
		func(p *Representation) float64 { return cmp.Or(p.Warp, def) }, func(p *Representation, x float64) { p.Warp = x }}
}

func pointsKnob(low, high float64) shapeKnob {
	return shapeKnob{tune.Setting{Name: "points", Scale: tune.LogInt, Low: low, High: high},
		func(p *Representation) float64 { return float64(cmp.Or(p.Points, 101)) }, func(p *Representation, x float64) { p.Points = int(x) }}
}
