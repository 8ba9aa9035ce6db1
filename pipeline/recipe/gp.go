package recipe

import (
	"cmp"
	"fmt"
	"slices"

	"eahas/models"
	"eahas/models/gp"
	"eahas/tune"
)

// GPParams are the settings of Gaussian processes. Length scales and noise are always fitted by maximum likelihood.
type GPParams struct {
	Kernel string `yaml:"kernel" json:"kernel,omitempty"` // matern32 (default), matern52 or rbf
	// kernels in the sum; default 2
	Components int `yaml:"components" json:"components,omitempty"`
	// the mean is a linear function of the columns; default 0
	LinearMean bool `yaml:"linear_mean" json:"linear_mean,omitempty"`
	// one set of length scales for all outputs, as always with more than 8 of them
	Shared  bool `yaml:"shared" json:"shared,omitempty"`
	MaxRows int  `yaml:"max_rows" json:"max_rows,omitempty"` // rows that are learnt from at most
	// rows that length scales are searched on; default 500
	TuneRows int `yaml:"tune_rows" json:"tune_rows,omitempty"`
	// steps of the search on all rows after that; default 10, below 0 none
	Polish int `yaml:"polish" json:"polish,omitempty"`
}

// process is a Gaussian process.
var process = kind{
	name:     "gp",
	few:      true,
	places:   anywhere,
	complete: checkGP,
	fill:     func(r *Regressor, _ int) { orDefault(&r.GP, GPParams{}) },
	trainer: func(r *Regressor, _ Task, _ models.Representation, data models.Data) (models.Trainer, error) {
		p := or(r.GP, GPParams{})
		t := gp.Trainer{Components: p.Components, LinearMean: p.LinearMean, Shared: p.Shared || data.K > manyOutputs,
			MaxRows:  p.MaxRows,
			TuneRows: p.TuneRows, Polish: p.Polish}
		switch p.Kernel {
		case "matern52":
			t.Kernel = gp.Matern52
		case "rbf":
			t.Kernel = gp.RBF
		}
		return t, nil
	},
	knobs: func(*Regressor) []knob {
		return []knob{
			choice("gp.kernel", kernels, func(r *Regressor) *string { return &r.GP.Kernel }),
			{tune.Setting{Name: "gp.components", Scale: tune.Integer, Low: 1, High: 3},
				func(r *Regressor) float64 { return float64(cmp.Or(r.GP.Components, gp.DefaultComponents)) },
				func(r *Regressor, x float64) { r.GP.Components = int(x) }},
			choice("gp.linear_mean", offOn, func(r *Regressor) *bool { return &r.GP.LinearMean }),
		}
	},
}

// manyOutputs is the number of outputs above which a Gaussian process shares its length scales between them: one search
// of minutes instead of one an output.
const manyOutputs = 8

var kernels = []string{"matern32", "matern52", "rbf"} // the first is the default

func checkGP(r *Regressor, _ seat) error {
	if k := or(r.GP, GPParams{}).Kernel; k != "" && !slices.Contains(kernels, k) {
		return fmt.Errorf("gp.kernel: %q is not one of matern32, matern52, rbf", k)
	}
	return nil
}
