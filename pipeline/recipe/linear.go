package recipe

import (
	"cmp"

	"eahas/models"
	"eahas/models/linear"
	"eahas/tune"
)

// LinearParams are the settings of ridge regression.
type LinearParams struct {
	Lambda float64 `yaml:"lambda" json:"lambda,omitempty"` // 0: chosen by generalised cross-validation
}

// ridge is ridge regression.
var ridge = kind{
	name:   "linear",
	places: anywhere,
	fill:   func(r *Regressor, _ int) { orDefault(&r.Linear, LinearParams{}) },
	trainer: func(r *Regressor, _ Task, _ models.Representation, _ models.Data) (models.Trainer, error) {
		return linear.Trainer{Lambda: or(r.Linear, LinearParams{}).Lambda}, nil
	},
	knobs: func(*Regressor) []knob {
		return []knob{
			{tune.Setting{Name: "linear.lambda", Scale: tune.Log, Low: 1e-6, High: 100},
				// where a search starts if the data choose
				func(r *Regressor) float64 { return cmp.Or(r.Linear.Lambda, 1) },
				func(r *Regressor, x float64) { r.Linear.Lambda = x }},
		}
	},
}
