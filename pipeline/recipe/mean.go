package recipe

import (
	"eahas/models"
	"eahas/models/mean"
)

// MeanParams are the settings of the mean.
type MeanParams struct {
	// axes that make a group; default: the config's evaluate.group_by where it is an axis
	By []string `yaml:"by" json:"by,omitempty"`
	// Plain leaves a group's mean as it is; else the mean of all rows counts in it as two further rows.
	Plain bool `yaml:"plain" json:"plain,omitempty"`
}

// average is the mean of the group, or of all rows: what every model must beat.
var average = kind{
	name:   "mean",
	places: anywhere,
	fill:   func(r *Regressor, _ int) { orDefault(&r.Mean, MeanParams{}) },
	trainer: func(r *Regressor, _ Task, _ models.Representation, _ models.Data) (models.Trainer, error) {
		p := or(r.Mean, MeanParams{})
		return mean.Trainer{By: p.By, Plain: p.Plain}, nil
	},
}

// GroupBy tells the variant's means, and what else goes by groups, which axis makes a group, unless its settings say
// so. An empty axis changes nothing.
func (v *Variant) GroupBy(axis string) {
	if axis == "" {
		return
	}
	for _, r := range []*Regressor{&v.Regressor, &v.Cost} {
		r.walk(func(p *Regressor) {
			switch {
			case p.Kind == average.name:
				orDefault(&p.Mean, MeanParams{By: []string{axis}})
			case p.Kind == together.name && p.Auto.By == nil:
				p.Auto.By = []string{axis}
			}
		})
	}
}
