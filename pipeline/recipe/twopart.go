package recipe

import (
	"cmp"
	"fmt"
	"slices"

	"eahas/models"
	"eahas/models/twopart"
	"eahas/tune"
)

// TwoPartParams are the settings of a two-part model of the curve: will the run fail, and what if it does and if not.
type TwoPartParams struct {
	Gate   Regressor `yaml:"gate" json:"gate"`     // of the chance of failure; default extratrees
	Alive  Regressor `yaml:"alive" json:"alive"`   // of runs that do not fail; default extratrees
	Failed Regressor `yaml:"failed" json:"failed"` // of runs that do; default one nearest neighbour
	// a run whose targets move less than this over the second half has failed; default 1e-9
	Tolerance float64 `yaml:"tolerance" json:"tolerance,omitempty"`
	// below it a chance counts as 0; default 0.1
	Low float64 `yaml:"low" json:"low,omitempty"`
	// above it a chance counts as 1; default 0.9
	High float64 `yaml:"high" json:"high,omitempty"`
}

// twoParts is a gate between a model of runs that fail and one of runs that do not.
var twoParts = kind{
	name:     "twopart",
	places:   ofCurve | ofCost, // of costs it is refused in words of its own
	complete: completeTwoPart,
	trainer: func(r *Regressor, t Task, rep models.Representation, data models.Data) (models.Trainer, error) {
		return r.TwoPart.trainer(t, rep, data)
	},
	knobs: func(*Regressor) []knob {
		return []knob{
			{tune.Setting{Name: "twopart.low", Scale: tune.Linear, Low: 0.01, High: 0.45},
				func(r *Regressor) float64 { return cmp.Or(r.TwoPart.Low, twopart.DefaultLow) },
				func(r *Regressor, x float64) { r.TwoPart.Low = x }},
			{tune.Setting{Name: "twopart.high", Scale: tune.Linear, Low: 0.55, High: 0.99},
				func(r *Regressor) float64 { return cmp.Or(r.TwoPart.High, twopart.DefaultHigh) },
				func(r *Regressor, x float64) { r.TwoPart.High = x }},
		}
	},
	parts: func(r *Regressor) []part {
		return []part{{"twopart.gate", &r.TwoPart.Gate, nil}, {"twopart.alive", &r.TwoPart.Alive, nil},
			{"twopart.failed", &r.TwoPart.Failed, nil}}
	},
}

// stillKinds are the representations in which a curve that stands still has equal targets.
var stillKinds = []string{"bernstein", "grid", "ranks"}

// completeTwoPart fills in the parts and refuses what they cannot be.
func completeTwoPart(r *Regressor, at seat) error {
	if !slices.Contains(stillKinds, at.representation) {
		return fmt.Errorf("twopart needs a curve on one of %v, got %q", stillKinds, at.representation)
	}
	p := or(r.TwoPart, TwoPartParams{})
	if p.Failed.Kind == "" {
		p.Failed = Regressor{Kind: "knn", KNN: &KNNParams{Neighbours: 1}}
	}
	r.TwoPart = &p
	for _, in := range r.parts() {
		in.regressor.Kind = cmp.Or(in.regressor.Kind, "extratrees")
		if in.regressor == &p.Gate && p.Gate.Kind == "stack" {
			return fmt.Errorf("%s: a stack joins curves on a grid or on ranks", in.name)
		}
		if err := in.regressor.complete(seat{place: twoPart, representation: at.representation}); err != nil {
			return fmt.Errorf("%s: %w", in.name, err)
		}
	}
	return nil
}

// trainer makes the Trainer that the settings describe.
func (p *TwoPartParams) trainer(task Task, rep models.Representation, data models.Data) (models.Trainer, error) {
	t := twopart.Trainer{Tolerance: p.Tolerance, Low: p.Low, High: p.High}
	gate := data
	gate.K = 1
	var err error
	if t.Gate, err = p.Gate.Trainer(task, nil, gate); err != nil {
		return nil, err
	}
	if t.Alive, err = p.Alive.Trainer(task, rep, data); err != nil {
		return nil, err
	}
	t.Failed, err = p.Failed.Trainer(task, rep, data)
	return t, err
}
