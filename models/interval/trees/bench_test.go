package trees

import (
	"testing"

	"eahas/internal/synthtask"
	"eahas/models"
)

// BenchmarkGrow learns the ends of three levels on as many rows as there are at most.
func BenchmarkGrow(b *testing.B) {
	d := synthtask.Make(14_000, 1)
	one := d
	one.K, one.Y = 1, nil
	for i := range d.X.N {
		one.Y = append(one.Y, d.Y[i*d.K])
	}
	for b.Loop() {
		if _, err := Grow(b.Context(), []float64{0.025, 0.1, 0.25, 0.75, 0.9, 0.975}, one,
			models.Options{Workers: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
