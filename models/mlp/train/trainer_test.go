package train

import (
	"testing"

	"eahas/models"
	"eahas/models/mlp"
	"eahas/models/modeltest"
)

var small = Params{Hidden: []int{16, 16}, Epochs: 30, Batch: 30, Rate: 0.03, Seeds: 2}

func conformance() modeltest.Options {
	return modeltest.Options{
		Spreads:      true,
		WiderOff:     true,
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return p.(*mlp.Model).AppendBinary(b) },
		Decode:       func(b []byte) (models.Predictor, error) { return mlp.Decode(b) },
		InnerSplit: func(d models.Data, seed uint64) (train, held []int) {
			return Split(d.X.N, d.Groups, 0.2, seed, 3)
		},
	}
}

func TestConformance(t *testing.T) {
	early := small
	early.EarlyStop = EarlyStop{Share: 0.2, Patience: 10}
	branched := small
	branched.Branches = []Branch{{Params: []string{"kind", "a"}, Hidden: []int{8}}, {Hidden: []int{6, 6}}}
	whole := Params{Solver: LBFGS, Hidden: []int{16, 16}, Epochs: 60, Seeds: 2}
	for name, p := range map[string]Params{"plain": small, "all rows": whole, "early stop": early,
		"branches": branched} {
		modeltest.Trainer(t, name, Trainer{p}, conformance())
	}
}
