package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	gbdttrain "eahas/models/gbdt/train"
	"eahas/models/interval"
	mlptrain "eahas/models/mlp/train"
)

// Variant is one way of building the surrogate. In a config it is either a text "representation+regressor"
// (bezier+gbdt), or a map that starts from one and changes settings.
type Variant struct {
	Name           string         `yaml:"name" json:"name"`
	Base           string         `yaml:"base" json:"base"` // "representation+regressor"; default: the name
	Representation Representation `yaml:"representation" json:"representation"`
	Regressor      Regressor      `yaml:"regressor" json:"regressor"` // of the curve's target vector
	Cost           Regressor      `yaml:"cost" json:"cost"`           // of energies and times, on their logarithms; default: trees
	Intervals      string         `yaml:"intervals" json:"-"`         // what intervals are made from: auto (default), none, or one of interval.Sources; no part of what is trained
}

// Representation chooses how a learning curve becomes a target vector. Zero settings mean the kind's defaults.
type Representation struct {
	Kind       string  `yaml:"kind" json:"kind"`             // bezier, bernstein, whitened, svd, grid, ranks, epoch or parametric
	Degree     int     `yaml:"degree" json:"degree"`         // bezier 3..6 (default 4), bernstein and whitened 3..12 (default 5); -1: chosen on the training curves
	Warp       float64 `yaml:"warp" json:"warp"`             // bernstein, whitened, grid, ranks, epoch: c of u = log(1+c t)/log(1+c); 0: 100, for grid and ranks even spacing
	Components int     `yaml:"components" json:"components"` // svd
	Points     int     `yaml:"points" json:"points"`         // svd, grid, ranks and epoch: points of the common grid
	Family     string  `yaml:"family" json:"family"`         // parametric
}

// Regressor chooses what learns the numbers, with the settings of its own kind only.
type Regressor struct {
	Kind string            `yaml:"kind" json:"kind"` // gbdt, extratrees, forest, mlp, knn, gp, linear, local, stack, twopart or golearn; for costs also powertime and physical
	GBDT *gbdttrain.Params `yaml:"gbdt" json:"gbdt,omitempty"`
	MLP  *mlptrain.Params  `yaml:"mlp" json:"mlp,omitempty"`
	// EndToEnd makes a network on bernstein or whitened targets minimise the squared error of the decoded curve instead of the targets' own.
	EndToEnd bool           `yaml:"end_to_end" json:"end_to_end,omitempty"`
	KNN      *KNNParams     `yaml:"knn" json:"knn,omitempty"`
	GP       *GPParams      `yaml:"gp" json:"gp,omitempty"`
	Linear   *LinearParams  `yaml:"linear" json:"linear,omitempty"`
	Golearn  *GolearnParams `yaml:"golearn" json:"golearn,omitempty"`
	Stack    *StackParams   `yaml:"stack" json:"stack,omitempty"`
	TwoPart  *TwoPartParams `yaml:"twopart" json:"twopart,omitempty"`
	// PowerTime and Physical are for costs only.
	PowerTime *PowerTimeParams `yaml:"powertime" json:"powertime,omitempty"`
	Physical  *PhysicalParams  `yaml:"physical" json:"physical,omitempty"`
}

// KNNParams are the settings of nearest neighbours. Zero settings are learned from the training rows.
type KNNParams struct {
	Neighbours int    `yaml:"neighbours" json:"neighbours,omitempty"`
	Weighting  string `yaml:"weighting" json:"weighting,omitempty"` // uniform, inverse or inverse_square
	Squared    bool   `yaml:"squared" json:"squared,omitempty"`     // learn by squared instead of absolute error
	NoScales   bool   `yaml:"no_scales" json:"no_scales,omitempty"` // leave the columns' scales as they are
}

// GPParams are the settings of Gaussian processes. Length scales and noise are always fitted by maximum likelihood.
type GPParams struct {
	Kernel     string `yaml:"kernel" json:"kernel,omitempty"`         // matern32 (default), matern52 or rbf
	Components int    `yaml:"components" json:"components,omitempty"` // kernels in the sum; default 2
	LinearMean bool   `yaml:"linear_mean" json:"linear_mean,omitempty"`
	Shared     bool   `yaml:"shared" json:"shared,omitempty"` // one set of length scales for all outputs, as always with more than 8 of them
	MaxRows    int    `yaml:"max_rows" json:"max_rows,omitempty"`
}

// LinearParams are the settings of ridge regression.
type LinearParams struct {
	Lambda float64 `yaml:"lambda" json:"lambda,omitempty"` // 0: chosen by generalised cross-validation
}

// GolearnParams are the settings of the golearn baseline.
type GolearnParams struct {
	Neighbours int `yaml:"neighbours" json:"neighbours"` // default 3
}

// UnmarshalYAML reads a variant from a text (its name) or a map.
func (v *Variant) UnmarshalYAML(decode func(any) error) error {
	var name string
	if err := decode(&name); err == nil {
		*v = Variant{Name: name}
		return nil
	}
	type plain Variant
	return decode((*plain)(v))
}

// UnmarshalYAML reads a regressor from a text (its kind) or a map.
func (r *Regressor) UnmarshalYAML(decode func(any) error) error {
	var kind string
	if err := decode(&kind); err == nil {
		*r = Regressor{Kind: kind}
		return nil
	}
	type plain Regressor
	return decode((*plain)(r))
}

// degreeAuto asks for the degree that fits the training curves best.
const degreeAuto = -1

var (
	representationKinds = []string{"bezier", "bernstein", "whitened", "svd", "grid", "ranks", "epoch", "parametric"}
	regressorKinds      = []string{"gbdt", "extratrees", "forest", "mlp", "knn", "gp", "linear", "local", "stack", "twopart", "golearn"}
	partKinds           = append(slices.Clone(regressorKinds), "physical") // of costs and of the parts of stacks of costs; costs can be powertime as well
)

// defaultBase is what a variant with settings, but without a base, starts from.
const (
	defaultBase     = "bezier+gbdt"
	golearnBaseline = "golearn-baseline"
	guided          = "guided" // networks on Bernstein coefficients, moved between the measured neighbours; costs by Gaussian processes
)

// noIntervals asks for a surrogate that does not say how sure it is.
const noIntervals = "none"

// plain reports whether the variant is nothing but a name, which then must say what it is.
func (v *Variant) plain() bool {
	return v.Representation == Representation{} && v.Regressor == Regressor{} && v.Cost == Regressor{}
}

// complete fills in what the base says and refuses unknown kinds.
func (v *Variant) complete() error {
	if v.Base == "" {
		v.Base = defaultBase
		if strings.Contains(v.Name, "+") || v.Name == golearnBaseline || v.Name == guided || v.plain() {
			v.Base = v.Name
		}
	}
	if v.Base == golearnBaseline {
		v.Base = "grid+golearn"
		if v.Cost.Kind == "" {
			v.Cost.Kind = "golearn"
		}
	}
	if v.Base == guided {
		v.Base = "grid+stack"
		if v.Regressor.Kind == "" && v.Regressor.Stack == nil {
			v.Regressor.Stack = guidedStack()
		}
		if v.Cost.Kind == "" {
			v.Cost.Kind = "gp"
		}
	}
	if v.Base != "" {
		rep, reg, ok := strings.Cut(v.Base, "+")
		if !ok {
			return fmt.Errorf("%q is not \"representation+regressor\" (%s + %s) nor one of %s, %s", v.Base,
				strings.Join(representationKinds, "|"), strings.Join(regressorKinds, "|"), guided, golearnBaseline)
		}
		if v.Representation.Kind == "" {
			v.Representation.Kind = rep
		}
		if v.Regressor.Kind == "" {
			v.Regressor.Kind = reg
		}
	}
	if v.Cost.Kind == "" {
		v.Cost.Kind = "gbdt"
	}
	if v.Intervals == "" {
		v.Intervals = string(interval.Auto)
	}
	v.Representation.complete()
	if v.Name == "" {
		v.Name = v.Representation.Kind + "+" + v.Regressor.Kind
	}
	if !slices.Contains(representationKinds, v.Representation.Kind) {
		return fmt.Errorf("%s: representation %q is not one of %v", v.Name, v.Representation.Kind, representationKinds)
	}
	if err := interval.Source(v.Intervals).Check(); err != nil && v.Intervals != noIntervals {
		return fmt.Errorf("%s: intervals: %q is not one of %s, %s, %v", v.Name, v.Intervals, interval.Auto, noIntervals, interval.Sources)
	}
	if k := v.Regressor.Kind; !slices.Contains(regressorKinds, k) {
		return fmt.Errorf("%s: regressor %q is not one of %v", v.Name, k, regressorKinds)
	}
	if k := v.Cost.Kind; k != powerTime && !slices.Contains(partKinds, k) {
		return fmt.Errorf("%s: cost: regressor %q is not one of %v, %s", v.Name, k, partKinds, powerTime)
	}
	if err := v.Regressor.completeStack(true); err != nil {
		return fmt.Errorf("%s: %w", v.Name, err)
	}
	if err := v.Cost.completeStack(false); err != nil {
		return fmt.Errorf("%s: cost: %w", v.Name, err)
	}
	if err := v.Cost.completePowerTime(); err != nil {
		return fmt.Errorf("%s: cost: %w", v.Name, err)
	}
	if err := v.Cost.completePhysical(""); err != nil {
		return fmt.Errorf("%s: cost: %w", v.Name, err)
	}
	if err := v.Representation.takes(&v.Regressor); err != nil {
		return fmt.Errorf("%s: %w", v.Name, err)
	}
	if err := v.Regressor.completeTwoPart(v.Representation.Kind); err != nil {
		return fmt.Errorf("%s: %w", v.Name, err)
	}
	if err := v.Cost.completeTwoPart(""); err != nil {
		return fmt.Errorf("%s: cost: %w", v.Name, err)
	}
	if k := v.Representation.Kind; v.Regressor.Kind == "stack" && k != "grid" && k != "ranks" {
		return fmt.Errorf("%s: a stack joins its members on a grid or on ranks, not on %q", v.Name, k)
	}
	return nil
}

// complete fills in the defaults that depend on the kind.
func (p *Representation) complete() {
	if p.Degree == 0 {
		switch p.Kind {
		case "bezier":
			p.Degree = 4
		case "bernstein", "whitened":
			p.Degree = 5
		}
	}
	if p.Kind == epochKind {
		p.Points, p.Warp = cmp.Or(p.Points, epochPoints), cmp.Or(p.Warp, epochWarp)
	}
}
