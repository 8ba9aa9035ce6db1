package recipe

import (
	"slices"

	gbdttrain "eahas/models/gbdt/train"
	mlptrain "eahas/models/mlp/train"
)

// Regressor chooses what learns the numbers, with the settings of its own kind only.
type Regressor struct {
	// gbdt, gbdt-quick, extratrees, forest, mlp, knn, gp, linear, local, stack, twopart, golearn, physical, powertime, mean or
	// auto
	Kind string `yaml:"kind" json:"kind"`
	// of axes of graphs, the ways of encoding (space.params[].graph.encode) whose columns are seen, beside those of
	// all other axes; default: all. Inside of a stack or of auto for trees only
	Graph []string          `yaml:"graph,omitempty" json:"graph,omitempty"`
	GBDT  *gbdttrain.Params `yaml:"gbdt" json:"gbdt,omitempty"` // kinds gbdt, gbdt-quick, extratrees and forest: the trees
	MLP   *mlptrain.Params  `yaml:"mlp" json:"mlp,omitempty"`   // kind mlp: the network
	// EndToEnd makes a network on bernstein or whitened targets minimise the squared error of the decoded curve instead
	// of the targets' own.
	EndToEnd bool           `yaml:"end_to_end" json:"end_to_end,omitempty"`
	KNN      *KNNParams     `yaml:"knn" json:"knn,omitempty"`         // kinds knn and local: the neighbours
	GP       *GPParams      `yaml:"gp" json:"gp,omitempty"`           // kind gp: the Gaussian process
	Linear   *LinearParams  `yaml:"linear" json:"linear,omitempty"`   // kind linear: ridge regression
	Golearn  *GolearnParams `yaml:"golearn" json:"golearn,omitempty"` // kind golearn: the peer of that library
	Stack    *StackParams   `yaml:"stack" json:"stack,omitempty"`     // kind stack: several models, joined
	// kind twopart: whether a run fails, and the rest apart
	TwoPart *TwoPartParams `yaml:"twopart" json:"twopart,omitempty"`
	// kind powertime: energy as power times time
	PowerTime *PowerTimeParams `yaml:"powertime" json:"powertime,omitempty"`
	// kind physical: a law of physics, and what is left
	Physical *PhysicalParams `yaml:"physical" json:"physical,omitempty"`
	Mean     *MeanParams     `yaml:"mean" json:"mean,omitempty"` // kind mean: the mean of a group
	// kind auto: unlike members, weighted by inner folds
	Auto *AutoParams `yaml:"auto" json:"auto,omitempty"`
}

// kind is all that is known about one kind of regressor. Its functions meet regressors of this kind only; those that
// are nil have nothing to do.
type kind struct {
	name     string
	places   place
	complete func(r *Regressor, at seat) error // fills in defaults that say what it is made of, and checks the settings
	// puts its block of settings in place, with the defaults for n training rows
	fill    func(r *Regressor, n int)
	trainer trainers                  // nil: costs are trained together, see PowerTimeParams
	knobs   func(r *Regressor) []knob // what tuning may change, of a regressor that is filled
	// takes a share (0..1) of the training budget, of a regressor that is filled
	shorten func(r *Regressor, share float64)
	parts   func(r *Regressor) []part // the regressors inside
	inWords func(r *Regressor) string // where the name does not say enough for a report
	trees   bool                      // passes over columns that say nothing
	law     bool                      // sees the columns that the law of its costs needs
	few     bool                      // keeps some thousands of its rows at most
}

// enoughRows is how many rows a regressor is given that keeps some thousands of them.
const enoughRows = 100_000

// Rows returns how many of n training rows are worth making ready for the regressor: all, unless it would keep a few of
// very many.
func (r *Regressor) Rows(n int) int {
	if kindOf(r.Kind).few {
		return min(n, enoughRows)
	}
	return n
}

// kinds is the table. The kinds' own functions look up the kinds of their parts in it, so it is filled by init.
var kinds []kind

func init() {
	kinds = []kind{boosting, quickBoosting, extraTrees, forest, network, neighbours, process, ridge, local, stacked, twoParts,
		baseline, law, powerTime, average, together}
}

// kindOf returns the row of a kind, a row without a name for what is none.
func kindOf(name string) kind {
	for _, k := range kinds {
		if k.name == name {
			return k
		}
	}
	return kind{}
}

// kindsAt lists the names of the kinds that may stand in a place.
func kindsAt(p place) []string {
	var out []string
	for _, k := range kinds {
		if k.places&p != 0 {
			out = append(out, k.name)
		}
	}
	return out
}

// fits reports whether the kind may stand in a place.
func fits(name string, p place) bool { return slices.Contains(kindsAt(p), name) }
