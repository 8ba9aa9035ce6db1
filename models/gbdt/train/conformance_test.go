package train

import (
	"testing"

	"eahas/models"
	"eahas/models/gbdt"
	"eahas/models/modeltest"
)

func TestConformance(t *testing.T) {
	o := modeltest.Options{
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return p.(*gbdt.Compiled).AppendBinary(b) },
		Decode: func(b []byte) (models.Predictor, error) {
			c, err := gbdt.DecodeCompiled(b)
			return c, err
		},
	}
	for name, p := range map[string]Params{
		"boosting":     {Rounds: 60},
		"extra":        {Rounds: 120, ExtraTrees: true, MinChildCount: 5},
		"sampled":      {Rounds: 100, RowSample: 0.7, ColSample: 0.8, MinChildCount: 10},
		"multi":        {Rounds: 60, MultiOutput: true},
		"huber":        {Rounds: 200, MinChildCount: 5, Loss: Loss{Kind: Huber, Param: 2}},
		"forest":       {Rounds: 30, Forest: true},
		"extra forest": {Rounds: 30, Forest: true, ExtraTrees: true, MultiOutput: true},
		"few columns":  {Rounds: 30, Forest: true, ColSample: 0.5, MultiOutput: true},
	} {
		if testing.Short() && name != "sampled" && name != "extra forest" {
			continue
		}
		o.Spreads, o.WiderOff = p.Forest, p.Forest
		modeltest.Trainer(t, name, Trainer{p}, o)
	}
}
