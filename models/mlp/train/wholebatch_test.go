package train

import (
	"errors"
	"math"
	"slices"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
)

// few makes rows of two inputs with a kink and a product in them, and two targets.
func few(n int) models.Data {
	r := stream.New(4, "few rows")
	d := models.Data{K: 2, X: features.Frame{N: n, Columns: []features.Column{{Name: "a", Group: -1},
		{Name: "b", Group: -1}}}}
	for i := range n {
		a, b := r.NormFloat64(), r.NormFloat64()
		d.X.Data = append(d.X.Data, a, b)
		d.Y = append(d.Y, max(0, a)+a*b/2, 100*b)
		d.Weights = append(d.Weights, 1+float64(i%2))
	}
	return d
}

// TestWholeGradientByDifferences compares the gradient of all numbers with central differences.
func TestWholeGradientByDifferences(t *testing.T) {
	p, err := Params{Solver: LBFGS, Hidden: []int{5, 4}, Penalty: 0.7}.resolved(2)
	if err != nil {
		t.Fatal(err)
	}
	q, err := prepare(few(12), p)
	if err != nil {
		t.Fatal(err)
	}
	w := newWhole(q, p)
	at := w.start(stream.New(1, "start"))
	got, scrap := make([]float64, len(at)), make([]float64, len(at))
	w.cost(got, at)
	for i := range at {
		const h = 1e-6
		up, down := slices.Clone(at), slices.Clone(at)
		up[i] += h
		down[i] -= h
		if want := (w.cost(scrap, up) - w.cost(scrap, down)) / (2 * h); math.Abs(got[i]-want) > 1e-7 {
			t.Errorf("number %d: gradient %v, by differences %v", i, got[i], want)
		}
	}
}

// TestWholeLearns: of 60 rows a network learns most of what 200 others are.
func TestWholeLearns(t *testing.T) {
	m, err := Trainer{Params{Solver: LBFGS}}.Train(t.Context(), few(60), models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	all := few(260)
	off, spread := 0.0, 0.0
	for i := 60; i < 260; i++ {
		y := all.Y[2*i]
		e := y - m.Predict(nil, all.X.Row(i))[0]
		off, spread = off+e*e, spread+(y-0.4)*(y-0.4)
	}
	if r2 := 1 - off/spread; r2 < 0.8 {
		t.Errorf("R2 %.3f", r2)
	}
}

func TestWholeRefuses(t *testing.T) {
	for _, p := range []Params{{Solver: LBFGS, Rate: 0.1}, {Solver: LBFGS, Penalty: -1}, {Penalty: 1},
		{Solver: "sgd"}, {Solver: LBFGS, Branches: []Branch{{}}}, {Solver: LBFGS, Epochs: -1},
		{Solver: LBFGS, Epochs: maxEpochs + 1}, {Solver: LBFGS, Seeds: -1}, {Solver: LBFGS, Seeds: maxSeeds + 1}} {
		if _, err := p.resolved(1); !errors.Is(err, ErrParams) {
			t.Errorf("%+v: %v", p, err)
		}
	}
}
