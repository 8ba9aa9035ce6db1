package train

import (
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
)

// BenchmarkStep is one batch of the default network at the size of the deepobs curves: 64 rows, 16 inputs, 7 outputs,
// forward, backward and Adam.
func BenchmarkStep(b *testing.B) {
	rng := stream.New(1, "bench")
	d := models.Data{K: 7, X: features.Frame{Columns: make([]features.Column, 16), N: 64}}
	for range d.X.N * 16 {
		d.X.Data = append(d.X.Data, rng.Float64())
	}
	for range d.X.N * d.K {
		d.Y = append(d.Y, rng.Float64())
	}
	p, err := Params{}.resolved(d.K)
	if err != nil {
		b.Fatal(err)
	}
	q, err := prepare(d, p)
	if err != nil {
		b.Fatal(err)
	}
	gr, err := newGraph(q, p, p.Batch, rng)
	if err != nil {
		b.Fatal(err)
	}
	defer gr.close()
	rows := upTo(q.n)
	for b.Loop() {
		gr.fill(q, rows)
		if err := gr.step(p.Rate); err != nil {
			b.Fatal(err)
		}
	}
}
