package gbdt_test

import (
	"context"
	"testing"

	"eahas/models"
	"eahas/models/gbdt"
	"eahas/models/gbdt/train"
)

// fit trains with seed 1.
func fit(t testing.TB, d models.Data, p train.Params) *gbdt.Model {
	t.Helper()
	m, err := train.Fit(context.Background(), d, p, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// one returns output k of d alone.
func one(d models.Data, k int) models.Data {
	y := make([]float64, d.X.N)
	for i := range y {
		y[i] = d.Y[i*d.K+k]
	}
	d.Y, d.K = y, 1
	return d
}

// failures turns the target into "did the run fail".
func failures(d models.Data) models.Data {
	y := make([]float64, len(d.Y))
	for i, v := range d.Y {
		if v < 45 {
			y[i] = 1
		}
	}
	d.Y = y
	return d
}

// first returns the model of the first n trees of m.
func first(t testing.TB, m *gbdt.Model, n int) *gbdt.Model {
	t.Helper()
	p := gbdt.Parts{Columns: m.Columns(), Groups: m.Groups(), Trees: m.Trees()[:n]}
	for k := range m.Outputs() {
		p.Base, p.Link = append(p.Base, m.Base(k)), append(p.Link, m.Link(k))
	}
	short, err := gbdt.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return short
}
