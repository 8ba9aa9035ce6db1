package train

import (
	"context"
	"testing"

	"eahas/models"
	"eahas/models/gbdt"
)

func mustTrain(t testing.TB, d models.Data, p Params) *gbdt.Model {
	t.Helper()
	m, err := Fit(context.Background(), d, p, models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// one returns output k of d alone.
func one(d models.Data, k int) models.Data {
	d.Y, d.K = column(d.Y, d.K, k), 1
	return d
}

// r2 returns the coefficient of determination of each output.
func r2(p models.Predictor, d models.Data) []float64 {
	out := make([]float64, d.K)
	dst := make([]float64, d.K)
	mse := make([]float64, d.K)
	for i := range d.X.N {
		p.Predict(dst, d.X.Row(i))
		for k, v := range dst {
			mse[k] += (v - d.Y[i*d.K+k]) * (v - d.Y[i*d.K+k])
		}
	}
	for k := range out {
		y := column(d.Y, d.K, k)
		m, v := mean(y, nil), 0.0
		for _, u := range y {
			v += (u - m) * (u - m)
		}
		out[k] = 1 - mse[k]/v
	}
	return out
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

func encode(t testing.TB, m *gbdt.Model) []byte {
	t.Helper()
	b, err := m.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
