package pipeline

import (
	"fmt"
	"slices"

	"eahas/models"
	"eahas/models/twopart"
)

// TwoPartParams are the settings of a two-part model of the curve: will the run fail, and what if it does and if not.
type TwoPartParams struct {
	Gate      Regressor `yaml:"gate" json:"gate"`                     // of the chance of failure; default extratrees
	Alive     Regressor `yaml:"alive" json:"alive"`                   // of runs that do not fail; default extratrees
	Failed    Regressor `yaml:"failed" json:"failed"`                 // of runs that do; default one nearest neighbour
	Tolerance float64   `yaml:"tolerance" json:"tolerance,omitempty"` // a run whose targets move less than this over the second half has failed; default 1e-9
	Low       float64   `yaml:"low" json:"low,omitempty"`             // below it a chance counts as 0; default 0.1
	High      float64   `yaml:"high" json:"high,omitempty"`           // above it a chance counts as 1; default 0.9
}

// stillKinds are the representations in which a curve that stands still has equal targets.
var stillKinds = []string{"bernstein", "grid", "ranks"}

// completeTwoPart fills in the parts and refuses unknown kinds. rep is the variant's representation, empty for costs.
func (r *Regressor) completeTwoPart(rep string) error {
	if r.Kind != "twopart" {
		return nil
	}
	if !slices.Contains(stillKinds, rep) {
		return fmt.Errorf("twopart needs a curve on one of %v, got %q", stillKinds, rep)
	}
	p := TwoPartParams{}
	if r.TwoPart != nil {
		p = *r.TwoPart
	}
	if p.Failed.Kind == "" {
		p.Failed = Regressor{Kind: "knn", KNN: &KNNParams{Neighbours: 1}}
	}
	for _, part := range []struct {
		name string
		of   *Regressor
	}{{"gate", &p.Gate}, {"alive", &p.Alive}, {"failed", &p.Failed}} {
		if part.of.Kind == "" {
			part.of.Kind = "extratrees"
		}
		switch k := part.of.Kind; {
		case k == "twopart" || !slices.Contains(regressorKinds, k):
			return fmt.Errorf("twopart.%s: regressor %q is not one of %v, without twopart", part.name, k, regressorKinds)
		case k == "stack" && (part.name == "gate" || rep == "bernstein"):
			return fmt.Errorf("twopart.%s: a stack joins curves on a grid or on ranks", part.name)
		}
		if err := part.of.completeStack(true); err != nil {
			return fmt.Errorf("twopart.%s: %w", part.name, err)
		}
	}
	r.TwoPart = &p
	return nil
}

// trainer makes the Trainer that the settings describe.
func (p *TwoPartParams) trainer(d *Dataset, rep models.Representation, data models.Data) (models.Trainer, error) {
	t := twopart.Trainer{Tolerance: p.Tolerance, Low: p.Low, High: p.High}
	gate := data
	gate.K = 1
	var err error
	if t.Gate, err = p.Gate.trainer(d, nil, gate); err != nil {
		return nil, err
	}
	if t.Alive, err = p.Alive.trainer(d, rep, data); err != nil {
		return nil, err
	}
	t.Failed, err = p.Failed.trainer(d, rep, data)
	return t, err
}
