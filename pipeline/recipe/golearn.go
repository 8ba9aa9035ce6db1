package recipe

import (
	"cmp"

	"eahas/models"
	golearn "eahas/models/baseline"
	"eahas/tune"
)

// GolearnParams are the settings of the golearn baseline.
type GolearnParams struct {
	Neighbours int `yaml:"neighbours" json:"neighbours"` // default 3
}

// baseline is golearn's nearest neighbours in a kd-tree, to be beaten.
var baseline = kind{
	name:   "golearn",
	places: anywhere &^ lawRest,
	fill:   func(r *Regressor, _ int) { orDefault(&r.Golearn, GolearnParams{}) },
	trainer: func(r *Regressor, _ Task, _ models.Representation, _ models.Data) (models.Trainer, error) {
		return golearn.KDTree{K: or(r.Golearn, GolearnParams{}).Neighbours}, nil
	},
	knobs: func(*Regressor) []knob {
		return []knob{
			{tune.Setting{Name: "golearn.neighbours", Scale: tune.LogInt, Low: 1, High: 30},
				func(r *Regressor) float64 { return float64(cmp.Or(r.Golearn.Neighbours, golearn.DefaultK)) },
				func(r *Regressor, x float64) { r.Golearn.Neighbours = int(x) }},
		}
	},
}
