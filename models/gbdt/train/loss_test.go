package train

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"eahas/internal/synthtask"
	"eahas/models"
)

var allLosses = []Loss{{Kind: Squared}, {Kind: Absolute}, {Kind: Huber, Param: 1.5}, {Kind: Quantile, Param: 0.2},
	{Kind: Logistic}}

func TestDerivativesByFiniteDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, l := range allLosses {
			y, f := rapid.Float64Range(-5, 5).Draw(t, "y"), rapid.Float64Range(-5, 5).Draw(t, "f")
			if l.Kind == Logistic {
				y = rapid.Float64Range(0, 1).Draw(t, "p")
			}
			const e = 1e-4
			if r := math.Abs(y - f); r < 2*e || l.Kind == Huber && math.Abs(r-l.Param) < 2*e {
				continue // a kink
			}
			g, h := l.pull(y, f)
			slope := (l.value(y, f+e) - l.value(y, f-e)) / (2 * e)
			if math.Abs(slope+g) > 1e-6 { // central differences of smooth losses err by e^2
				t.Fatalf("%s at y=%v f=%v: pull %v, minus the slope %v", l.Kind, y, f, g, -slope)
			}
			if l.Kind == Squared || l.Kind == Logistic {
				bend := (l.value(y, f+e) - 2*l.value(y, f) + l.value(y, f-e)) / (e * e)
				if math.Abs(bend-h) > 1e-5 {
					t.Fatalf("%s at y=%v f=%v: curvature %v, want %v", l.Kind, y, f, h, bend)
				}
			}
		}
	})
}

func TestBaseMinimisesTheLoss(t *testing.T) {
	y, w := []float64{0, 1, 1, 0, 1, 0.5, 0.25}, []float64{1, 2, 1, 0.5, 1, 1, 3}
	for _, l := range allLosses {
		if l.Kind == Huber {
			continue // starts from the median, which is not its minimum
		}
		total := func(f float64) (s float64) {
			for i := range y {
				s += w[i] * l.value(y[i], f)
			}
			return s
		}
		b := l.base(y, w)
		for _, d := range []float64{-0.01, 0.01} {
			if total(b+d) < total(b)-1e-12 {
				t.Errorf("%s: base %v has loss %v, %v has %v", l.Kind, b, total(b), b+d, total(b+d))
			}
		}
	}
}

// Each loss beats its own base score on held-out rows by half, and keeps its promise: a quantile is passed by its
// share.
func TestLossesLearn(t *testing.T) {
	train, test := one(synthtask.Make(4000, 1), 7), one(synthtask.Make(2000, 2), 7)
	for _, l := range allLosses {
		d, e := train, test
		if l.Kind == Logistic {
			d, e = failures(d), failures(e)
		}
		m := mustTrain(t, d, Params{Rounds: 150, Loss: l})
		base := l.base(d.Y, nil)
		var loss, start, below float64
		for i, y := range e.Y {
			f := m.Raw(nil, e.X.Row(i))[0]
			loss += l.value(y, f)
			start += l.value(y, base)
			if y <= f {
				below++
			}
		}
		if loss > start/2 {
			t.Errorf("%s: loss %v, constant model %v", l.Kind, loss, start)
		}
		// standard error of a share of 2000 rows is below .0112; boosting narrows it a little
		if q, ok := l.renew(); ok {
			if share := below / float64(e.X.N); math.Abs(share-q) > 0.06 {
				t.Errorf("%s: %v of the rows lie below the prediction, want %v", l.Kind, share, q)
			}
		}
		if p := m.Predict(nil, e.X.Row(0))[0]; l.Kind == Logistic && (p <= 0 || p >= 1) {
			t.Errorf("logistic: probability %v", p)
		}
	}
}

// Weights of 1 are no weights: the short way agrees with the cumulated one.
func TestQuantileWithoutWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for n := 1; n < 40; n++ {
		y, ones := make([]float64, n), make([]float64, n)
		for i := range y {
			y[i], ones[i] = float64(r.IntN(12)), 1
		}
		for k := range 41 {
			q := float64(k) / 40
			if got, want := quantile(y, nil, q), quantile(y, ones, q); got != want {
				t.Fatalf("n %d, q %g: %g, with weights of 1 %g", n, q, got, want)
			}
		}
	}
	if got := quantile(nil, nil, 0.5); got != 0 {
		t.Errorf("of nothing: %g", got)
	}
}

// A model a loss on bins that they share is that of Fit, byte by byte.
func TestFitLossesSharesBins(t *testing.T) {
	d := one(synthtask.Make(300, 1), 7)
	losses := []Loss{{Kind: Quantile, Param: 0.1}, {}, {Kind: Quantile, Param: 0.9}}
	for _, p := range []Params{{Rounds: 10, ExtraTrees: true}, {Rounds: 10, EarlyStop: EarlyStop{Rounds: 2}},
		{Rounds: 5, ExtraTrees: true, Bags: 2}} {
		got, err := FitLosses(t.Context(), d, p, losses, models.Options{Seed: 4})
		if err != nil || len(got) != len(losses) {
			t.Fatal(len(got), err)
		}
		for i, loss := range losses {
			p.Loss = loss
			want, err := Fit(t.Context(), d, p, models.Options{Seed: 4})
			if err != nil {
				t.Fatal(err)
			}
			a, _ := got[i].AppendBinary(nil)
			b, _ := want.AppendBinary(nil)
			if !bytes.Equal(a, b) {
				t.Errorf("%+v: model %d is another one", p, i)
			}
		}
	}
}
