package artifacts

import (
	"context"
	"math"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/gbdt"
)

// BenchmarkWholeQuery answers a curve of 200 epochs, energy and time in the paper's space with ten models of 500 trees.
func BenchmarkWholeQuery(b *testing.B) {
	s, configs := boosted(b, 500)
	var a Answer
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := s.QueryInto(&a, configs[i%len(configs)], Whole); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// boosted trains ten boosted models (eight control point coordinates, energy, time) on noise-free formulas.
func boosted(b testing.TB, rounds int) (*Surrogate, []features.Config) {
	b.Helper()
	space, err := features.Builtin("eahas-cifar10")
	if err != nil {
		b.Fatal(err)
	}
	e, err := features.NewEncoder(space)
	if err != nil {
		b.Fatal(err)
	}
	sampler, r := space.NewSampler(), stream.New(1, "speed")
	configs := make([]features.Config, 3000)
	for i := range configs {
		if configs[i], err = sampler.Sample(r); err != nil {
			b.Fatal(err)
		}
	}
	frame, err := e.Frame(configs)
	if err != nil {
		b.Fatal(err)
	}
	codec, err := bezier.New(bezier.Chord, 4, 0)
	if err != nil {
		b.Fatal(err)
	}
	train := func(k int) models.Predictor {
		d := models.Data{X: frame, K: k}
		for i := range frame.N {
			for j := range k {
				sum := 0.0
				for c, v := range frame.Row(i) {
					if !math.IsNaN(v) {
						sum += math.Sin(float64(c+j+1) * v)
					}
				}
				d.Y = append(d.Y, sum)
			}
		}
		p, err := gbdt.Trainer{Params: gbdt.Params{Rounds: rounds}}.Train(context.Background(), d, models.Options{})
		if err != nil {
			b.Fatal(err)
		}
		return p
	}
	s, err := New(Spec{
		Space: space, Encoder: e, Support: features.NewSupport(frame),
		Metric: Metric{Name: "accuracy", Kind: Accuracy, Unit: "percent", HigherBetter: true},
		Epochs: EpochRule{Length: LengthFixed, Last: 200, First: 1, Step: 1},
	}, []Head{
		{Target: Curve, Predictor: train(codec.Width()), Representation: codec},
		{Target: EnergyPerEpoch, Transform: Log, Predictor: train(1)},
		{Target: TimePerEpoch, Transform: Log, Predictor: train(1)},
	})
	if err != nil {
		b.Fatal(err)
	}
	return s, configs
}
