package gbdt

import (
	"context"
	"math"
	"testing"

	"eahas/internal/synthtask"
	"eahas/models"
)

func mustTrain(t testing.TB, d models.Data, p Params) *Model {
	t.Helper()
	m, err := Train(context.Background(), d, p, models.Options{Seed: 1})
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

func TestCompiledEqualsWalk(t *testing.T) {
	d, test := synthtask.Make(3000, 1), synthtask.Make(500, 2)
	test.X.Data[3], test.X.Data[26*4] = math.NaN(), math.Inf(1)
	m := mustTrain(t, d, Params{Rounds: 40})
	c := m.Compile()
	for i := range test.X.N {
		want, got := m.Predict(nil, test.X.Row(i)), c.Predict(nil, test.X.Row(i))
		for k := range want {
			if want[k] != got[k] {
				t.Fatalf("row %d, output %d: walk %v, compiled %v", i, k, want[k], got[k])
			}
		}
	}
	t.Log(m, r2(c, test))
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
