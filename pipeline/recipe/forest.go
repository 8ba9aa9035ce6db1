package recipe

import (
	"eahas/models"
	gbdttrain "eahas/models/gbdt/train"
)

// extraTrees is trees with random thresholds, averaged; forest is trees on bootstrap samples, averaged.
var (
	extraTrees = averaged("extratrees", gbdttrain.Params{Forest: true, ExtraTrees: true, MultiOutput: true})
	forest     = averaged("forest", gbdttrain.Params{Forest: true, MultiOutput: true})
)

// averaged is a kind of trees that are averaged, whose depth has no limit.
func averaged(name string, def gbdttrain.Params) kind {
	return kind{
		name:   name,
		trees:  true,
		places: anywhere,
		fill:   func(r *Regressor, _ int) { orDefault(&r.GBDT, def) },
		trainer: func(r *Regressor, _ Task, _ models.Representation, _ models.Data) (models.Trainer, error) {
			return gbdttrain.Trainer{Params: or(r.GBDT, def)}, nil
		},
		knobs:   func(*Regressor) []knob { return []knob{treeRounds(1000), treeLeaf(20), treeColumns(0.2)} },
		shorten: shortenTrees,
	}
}
