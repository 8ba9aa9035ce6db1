package train

import (
	"fmt"
	"math"
)

// Params are the hyperparameters. The zero value of each field means its documented default;
// the defaults are those of LightGBM 4 where it has the same parameter.
type Params struct {
	// trees per output; default 500
	Rounds int `yaml:"rounds,omitempty" json:"rounds,omitempty"`
	// leaves per tree at most; default 31, in forest mode no limit
	Leaves int `yaml:"leaves,omitempty" json:"leaves,omitempty"`
	// splits between root and leaf at most; default no limit
	MaxDepth int `yaml:"max_depth,omitempty" json:"max_depth,omitempty"`
	// learning rate in (0, 1]; default 0.1; not used in forest mode
	Rate float64 `yaml:"rate,omitempty" json:"rate,omitempty"`
	// bins per numeric column, 2..255, the bin of missing values not counted; default 255
	Bins int `yaml:"bins,omitempty" json:"bins,omitempty"`
	// L2 penalty on leaf values; default 0
	Lambda float64 `yaml:"lambda,omitempty" json:"lambda,omitempty"`
	// L1 penalty on leaf values; default 0
	Alpha float64 `yaml:"alpha,omitempty" json:"alpha,omitempty"`
	// sum of hessians in a leaf at least; default 1e-3
	MinChildWeight float64 `yaml:"min_child_weight,omitempty" json:"min_child_weight,omitempty"`
	// rows in a leaf at least; default 20, in forest mode 1
	MinChildCount int `yaml:"min_child_count,omitempty" json:"min_child_count,omitempty"`
	// a split must gain more than this; default 0
	MinGain float64 `yaml:"min_gain,omitempty" json:"min_gain,omitempty"`
	// share of rows that a tree sees, drawn without replacement; default 1, in forest mode without ExtraTrees a
	// bootstrap sample
	RowSample float64 `yaml:"row_sample,omitempty" json:"row_sample,omitempty"`
	// share of features that a tree (in forest mode: a split) may use; default 1
	ColSample float64 `yaml:"col_sample,omitempty" json:"col_sample,omitempty"`
	// one random threshold per node and numeric column
	ExtraTrees bool `yaml:"extra_trees,omitempty" json:"extra_trees,omitempty"`
	// random forest: independent trees, averaged
	Forest bool `yaml:"forest,omitempty" json:"forest,omitempty"`
	// one tree per round for all outputs, leaves hold k values
	MultiOutput bool `yaml:"multi_output,omitempty" json:"multi_output,omitempty"`
	// multi-output: sum gains over the targets as they are, not standardised
	RawTargets bool `yaml:"raw_targets,omitempty" json:"raw_targets,omitempty"`
	Loss       Loss `yaml:"loss,omitempty" json:"loss,omitzero"` // default squared
	// per column: +1 increasing, -1 decreasing, 0 free; nil means all free
	Monotone []int8 `yaml:"monotone,omitempty" json:"monotone,omitempty"`
	// columns whose numbers are category codes
	Categorical []int `yaml:"categorical,omitempty" json:"categorical,omitempty"`
	// pseudo-weight when categories are ordered by mean; default 10
	CatSmooth float64 `yaml:"cat_smooth,omitempty" json:"cat_smooth,omitempty"`
	// extra L2 for splits into category sets; default 10
	CatLambda float64 `yaml:"cat_lambda,omitempty" json:"cat_lambda,omitempty"`
	// end when held-out rows no longer gain
	EarlyStop EarlyStop `yaml:"early_stop,omitempty" json:"early_stop,omitzero"`
	// models with other random choices, averaged into one with all their trees; 0 is 1, at most 100. Not for forests.
	// Of use where something is drawn: extra_trees, row_sample, col_sample
	Bags int `yaml:"bags,omitempty" json:"bags,omitempty"`
}

// maxBags is the largest number of models that are averaged into one.
const maxBags = 100

// EarlyStop ends the boosting of an output when its validation loss has not improved for Rounds rounds,
// and cuts the model back to the best round. Rounds 0 means never.
type EarlyStop struct {
	// rounds without gain until it ends; default: none, all rounds are made
	Rounds int `yaml:"rounds,omitempty" json:"rounds,omitempty"`
	// share of rows (whole groups) held out when no validation set is given; default 0.1
	Fraction float64 `yaml:"fraction,omitempty" json:"fraction,omitempty"`
}

// maxBins is the largest number of bins of one feature, the missing bin included: local bins are bytes.
const maxBins = 256

// WithDefaults returns p with the documented default in each field that is 0 and has one.
func (p Params) WithDefaults() Params {
	setInt(&p.Rounds, 500)
	setInt(&p.Bins, 255)
	set(&p.MinChildWeight, 1e-3)
	set(&p.ColSample, 1)
	set(&p.CatSmooth, 10)
	set(&p.CatLambda, 10)
	set(&p.EarlyStop.Fraction, 0.1)
	if p.Forest {
		setInt(&p.Leaves, math.MaxInt32)
		setInt(&p.MinChildCount, 1)
		if p.RowSample == 0 && p.ExtraTrees {
			p.RowSample = 1
		}
	} else {
		setInt(&p.Leaves, 31)
		setInt(&p.MinChildCount, 20)
		set(&p.Rate, 0.1)
		set(&p.RowSample, 1)
	}
	p.Loss = p.Loss.resolve()
	return p
}

// resolve returns p with the defaults filled in, or an error that wraps ErrParams.
func (p Params) resolve(columns int) (Params, error) {
	p = p.WithDefaults()
	return p, p.check(columns)
}

func setInt(x *int, def int) {
	if *x == 0 {
		*x = def
	}
}

func set(x *float64, def float64) {
	if *x == 0 {
		*x = def
	}
}

// check reports the first parameter that is out of range. It expects defaults to be filled in.
func (p *Params) check(columns int) error {
	for _, r := range []struct {
		name      string
		x, lo, hi float64
	}{
		{"rounds", float64(p.Rounds), 1, 1e6},
		{"leaves", float64(p.Leaves), 1, math.MaxInt32},
		{"max_depth", float64(p.MaxDepth), 0, math.MaxInt32},
		{"rate", p.Rate, 0, 1},
		{"bins", float64(p.Bins), 2, 255},
		{"lambda", p.Lambda, 0, math.MaxFloat64},
		{"alpha", p.Alpha, 0, math.MaxFloat64},
		{"min_child_weight", p.MinChildWeight, 0, math.MaxFloat64},
		{"min_child_count", float64(p.MinChildCount), 1, math.MaxInt32},
		{"min_gain", p.MinGain, 0, math.MaxFloat64},
		{"row_sample", p.RowSample, 0, 1},
		{"col_sample", p.ColSample, 0, 1},
		{"cat_smooth", p.CatSmooth, 0, math.MaxFloat64},
		{"cat_lambda", p.CatLambda, 0, math.MaxFloat64},
		{"early_stop.rounds", float64(p.EarlyStop.Rounds), 0, 1e6},
		{"early_stop.fraction", p.EarlyStop.Fraction, 0, 0.9},
		{"bags", float64(p.Bags), 0, maxBags},
	} {
		if !(r.x >= r.lo && r.x <= r.hi) {
			return fmt.Errorf("%w: %s is %v, want %v..%v", ErrParams, r.name, r.x, r.lo, r.hi)
		}
	}
	if err := p.Loss.check(); err != nil {
		return err
	}
	return p.checkColumns(columns)
}

// checkCategorical looks at the columns of categories; Monotone has an entry a column, or is nil.
func (p *Params) checkCategorical(columns int) error {
	for _, c := range p.Categorical {
		if c < 0 || c >= columns {
			return fmt.Errorf("%w: categorical column %d of %d columns", ErrParams, c, columns)
		}
		if p.Monotone != nil && p.Monotone[c] != 0 {
			return fmt.Errorf("%w: column %d is both categorical and monotone", ErrParams, c)
		}
	}
	return nil
}

// checkColumns looks at what is said of single columns, and whether the other settings go with it.
func (p *Params) checkColumns(columns int) error {
	if p.Monotone != nil && len(p.Monotone) != columns {
		return fmt.Errorf("%w: monotone has %d entries for %d columns", ErrParams, len(p.Monotone), columns)
	}
	constrained := false
	for c, d := range p.Monotone {
		if d < -1 || d > 1 {
			return fmt.Errorf("%w: monotone[%d] is %d, want -1, 0 or 1", ErrParams, c, d)
		}
		constrained = constrained || d != 0
	}
	if err := p.checkCategorical(columns); err != nil {
		return err
	}
	if (p.MultiOutput || p.Forest) && (constrained || p.Loss.Kind != Squared) {
		return fmt.Errorf("%w: multi_output and forest know the squared loss alone and no monotone constraints",
			ErrParams)
	}
	if p.Forest && p.Bags > 0 {
		return fmt.Errorf("%w: bags are for boosting; a forest is a mean already", ErrParams)
	}
	if p.Forest && p.EarlyStop.Rounds > 0 {
		return fmt.Errorf("%w: a forest has no early stopping", ErrParams)
	}
	return nil
}
