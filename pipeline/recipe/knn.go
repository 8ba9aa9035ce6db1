package recipe

import (
	"fmt"
	"slices"

	"eahas/models"
	"eahas/models/knn"
)

// KNNParams are the settings of nearest neighbours. Zero settings are learned from the training rows.
type KNNParams struct {
	// how many answer; default: chosen on the training rows
	Neighbours int    `yaml:"neighbours" json:"neighbours,omitempty"`
	Weighting  string `yaml:"weighting" json:"weighting,omitempty"` // uniform, inverse or inverse_square
	Squared    bool   `yaml:"squared" json:"squared,omitempty"`     // learn by squared instead of absolute error
	NoScales   bool   `yaml:"no_scales" json:"no_scales,omitempty"` // leave the columns' scales as they are
	// configurations that scales and neighbours are learned on; default 1000
	TuneRows int `yaml:"tune_rows" json:"tune_rows,omitempty"`
	// of more than knn.DefaultMaxRows distinct configurations so many are kept; 0: knn.DefaultMaxRows
	MaxRows int `yaml:"-" json:"max_rows,omitempty"`
}

// neighbours is the mean of the nearest training rows.
var neighbours = kind{
	name:     "knn",
	few:      true,
	places:   anywhere,
	complete: checkKNN,
	fill:     func(r *Regressor, _ int) { orDefault(&r.KNN, KNNParams{}) },
	trainer: func(r *Regressor, _ Task, _ models.Representation, data models.Data) (models.Trainer, error) {
		p := or(r.KNN, KNNParams{})
		t := knn.Trainer{K: p.Neighbours, NoScales: p.NoScales, TuneRows: p.TuneRows}
		if data.X.N > knn.DefaultMaxRows {
			t.MaxRows = p.MaxRows
		}
		if p.Squared {
			t.Loss = knn.Squared
		}
		switch p.Weighting {
		case "uniform":
			t.Weighting = knn.Uniform
		case "inverse":
			t.Weighting = knn.Inverse
		case "inverse_square":
			t.Weighting = knn.InverseSquare
		}
		return t, nil
	},
	knobs: func(*Regressor) []knob {
		return []knob{
			choice("knn.neighbours", neighbourCounts, func(r *Regressor) *int { return &r.KNN.Neighbours }),
			choice("knn.weighting", weightings, func(r *Regressor) *string { return &r.KNN.Weighting }),
			choice("knn.squared", offOn, func(r *Regressor) *bool { return &r.KNN.Squared }),
			choice("knn.no_scales", offOn, func(r *Regressor) *bool { return &r.KNN.NoScales }),
		}
	},
}

var (
	neighbourCounts = []int{0, 1, 2, 3, 5, 8, 13, 21} // 0: learned from the training rows
	weightings      = []string{"", "uniform", "inverse", "inverse_square"}
)

func checkKNN(r *Regressor, _ seat) error {
	p := or(r.KNN, KNNParams{})
	if p.TuneRows < 0 {
		return fmt.Errorf("knn.tune_rows: %d is below 0", p.TuneRows)
	}
	if w := p.Weighting; !slices.Contains(weightings, w) {
		return fmt.Errorf("knn.weighting: %q is not one of uniform, inverse, inverse_square", w)
	}
	return nil
}
