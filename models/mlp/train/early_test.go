package train

import (
	"testing"

	"eahas/internal/stream"
	"eahas/models"
)

// On targets that are pure noise every further epoch fits the training rows better and the held-back ones worse: an
// early stop ends soon and predicts closer to the mean than the full run does.
func TestEarlyStopKeepsTheBestWeights(t *testing.T) {
	d, rng := line(80), stream.New(3, "noise")
	for i := range d.Y {
		d.Y[i] = rng.NormFloat64()
	}
	p := Params{Hidden: []int{32}, Epochs: 300, Batch: 20, Rate: 0.03, Seeds: 1}
	spread := func(p Params) (square float64) {
		m, err := Trainer{p}.Train(t.Context(), d, models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i := range d.X.N {
			y := m.Predict(nil, d.X.Row(i))[0]
			square += y * y
		}
		return square
	}
	full := spread(p)
	p.EarlyStop = EarlyStop{Share: 0.25, Patience: 20}
	if early := spread(p); !(early < full/2) {
		t.Errorf("sum of squared predictions of noise: %v with an early stop, %v without", early, full)
	}
}

// Weights count: where two rows of one input disagree, the prediction leans to the heavier one's target.
func TestWeightsPull(t *testing.T) {
	d := line(60)
	d.Weights = make([]float64, 60)
	for i := range d.Weights {
		d.X.Row(i)[0] = float64(i / 2)
		d.X.Row(i)[1] = 0
		d.Y[i], d.Weights[i] = float64(i%2), 1+8*float64(i%2) // targets 0 and 1 of weights 1 and 9
	}
	m, err := Trainer{Params{Hidden: []int{16}, Epochs: 150, Batch: 60, Rate: 0.03, Seeds: 2}}.Train(t.Context(), d,
		models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if y := m.Predict(nil, []float64{15, 0})[0]; !(y > 0.8 && y < 1) {
		t.Errorf("predicted %v, the weighted mean is 0.9", y)
	}
}
