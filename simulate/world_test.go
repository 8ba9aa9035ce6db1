package simulate

import (
	"errors"
	"math"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
)

// TestExpectedIsTheMean: the mean of 3,000 drawn trainings is what Expected says, for configurations that hardly fail
// and one that mostly does.
func TestExpectedIsTheMean(t *testing.T) {
	s := space(t, "eahas-cifar10")
	w, err := NewWorld(s)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Sample(stream.New(4))
	if err != nil {
		t.Fatal(err)
	}
	c["epochs"], c["optimizer"] = features.Number(50), features.Text("sgd")
	for _, lr := range []float64{0.05, 5} {
		c["lr"] = features.Number(lr)
		want, err := w.Expected(c)
		if err != nil {
			t.Fatal(err)
		}
		const runs = 3000
		mean, joules := make([]float64, 50), 0.0
		for i := range runs {
			got, err := w.Run(c, uint64(i))
			if err != nil {
				t.Fatal(err)
			}
			for e, v := range got.Curve.Values {
				mean[e] += v / runs
			}
			joules += got.TrainEnergy.Total / runs
		}
		for _, e := range []int{0, 2, 9, 29, 49} {
			if d := math.Abs(mean[e] - want.Curve.Values[e]); d > 1.5 {
				t.Errorf("lr %g, epoch %d: mean %g, expected %g", lr, e+1, mean[e], want.Curve.Values[e])
			}
		}
		if r := joules / want.TrainEnergy.Total; r < 0.99 || r > 1.02 {
			t.Errorf("lr %g: mean energy %g of what is expected", lr, r)
		}
	}
	a, _ := w.Run(c, 7)
	b, _ := w.Run(c, 7)
	if other, _ := w.Run(c, 8); a.TrainEnergy.Total != b.TrainEnergy.Total ||
		a.TrainEnergy.Total == other.TrainEnergy.Total {
		t.Error("equal seeds do not draw equal trainings, or others do")
	}
	if w.Chance() != 90 {
		t.Errorf("chance %g", w.Chance())
	}
	delete(c, "lr")
	if _, err := w.Expected(c); err == nil {
		t.Error("a configuration without a learning rate is answered")
	}
	if _, err := NewWorld(features.Space{Name: "none"}); err == nil || errors.Is(err, nil) {
		t.Errorf("a space without axes: %v", err)
	}
}
