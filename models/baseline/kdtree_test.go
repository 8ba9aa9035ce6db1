package baseline

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"eahas/features"
	"eahas/models"
	"eahas/models/modeltest"
	"eahas/models/neighbors"
)

func TestConformance(t *testing.T) {
	modeltest.Trainer(t, "kd-tree", KDTree{}, modeltest.Options{
		AppendBinary: func(p models.Predictor, b []byte) ([]byte,
			error) {
			return p.(*neighbors.Model).AppendBinary(b)
		},
		Decode: func(b []byte) (models.Predictor, error) { return neighbors.Decode(b) },
	})
}

// TestFrozenIsTheSame draws points from a coarse grid, so that ties and repeats abound, and compares golearn's search
// with the frozen exhaustive one bit for bit.
func TestFrozenIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, n, k := rapid.IntRange(1, 5).Draw(t, "p"), rapid.IntRange(1, 60).Draw(t, "n"),
			rapid.IntRange(1, 8).Draw(t, "k")
		cell := rapid.SampledFrom([]float64{0, 0.25, 0.5, 1, math.NaN()})
		d := models.Data{K: 1, X: features.Frame{Columns: make([]features.Column, p), N: n}}
		d.X.Data = rapid.SliceOfN(cell, n*p, n*p).Draw(t, "x")
		d.Y = rapid.SliceOfN(rapid.Float64Range(-100, 100), n, n).Draw(t, "y")
		d.Weights = rapid.SliceOfN(rapid.Float64Range(0.5, 2), n, n).Draw(t, "weights")
		s, err := KDTree{K: k}.Train(t.Context(), d, models.Options{})
		if err != nil {
			t.Fatal(err)
		}
		frozen, err := s.(models.Freezer).Freeze()
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			x := rapid.SliceOfN(cell, p, p).Draw(t, "query")
			if a, b := s.Predict(nil, x)[0], frozen.Predict(nil, x)[0]; a != b {
				t.Fatalf("golearn's tree %v, frozen %v", a, b)
			}
		}
	})
}
