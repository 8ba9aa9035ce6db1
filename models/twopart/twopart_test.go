package twopart

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"eahas/features"
	"eahas/models"
	gbdttrain "eahas/models/gbdt/train"
	"eahas/models/knn"
	"eahas/models/linear"
	"eahas/models/modeltest"
)

func parted() Trainer {
	return Trainer{Gate: knn.Trainer{K: 3, NoScales: true},
		Alive:  gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 60, MinChildCount: 3}},
		Failed: knn.Trainer{K: 1, NoScales: true}}
}

func TestConformance(t *testing.T) {
	o := modeltest.Options{
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return p.(*Model).AppendBinary(b) },
		Decode: func(b []byte) (models.Predictor, error) {
			m, err := Decode(b)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
	}
	modeltest.Trainer(t, "twopart", parted(), o)
	unsure := parted()
	unsure.Alive = gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 20, Forest: true}}
	o.Spreads = true
	modeltest.Trainer(t, "forest", unsure, o)
}

// sweep is a problem of curves of 8 points: they rise to 100 x, and where x > 0.7 the run stays at 10.
func sweep(failed func(x float64) bool) models.Data {
	d := models.Data{K: 8, X: features.Frame{Columns: []features.Column{{Name: "x", Group: -1}}}}
	for i := range 101 {
		x := float64(i) / 100
		d.X.N++
		d.X.Data = append(d.X.Data, x)
		for t := range 8 {
			if failed(x) {
				d.Y = append(d.Y, 10)
			} else {
				d.Y = append(d.Y, 10+90*x*(1-math.Pow(2, -float64(t))))
			}
		}
	}
	return d
}

func cliff(x float64) bool { return x > 0.7 }

func TestFailedRunsAreExactAndOthersKnowNoCliff(t *testing.T) {
	tr := parted()
	tr.Alive = linear.Trainer{}
	m, err := tr.Fit(context.Background(), sweep(cliff), models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Predict(nil, []float64{0.913}); slices.Min(got) != 10 || slices.Max(got) != 10 ||
		m.Failure([]float64{0.913}) != 1 {
		t.Errorf("a failed run is predicted at %v, want exactly 10", got)
	}
	got, want := m.Predict(nil, []float64{0.503})[7], 10+90*0.503*(1-math.Pow(2, -7))
	if math.Abs(got-want) > 0.1 {
		t.Errorf("a run that goes on ends at %v, want %v: a straight line fits those alone", got, want)
	}
	at := []float64{0.705}
	p := m.Failure(at)
	if !(p > 0.1 && p < 0.9) {
		t.Fatalf("at the cliff the chance of failure is %v", p)
	}
	want = (1-p)*m.alive.Predict(nil, at)[7] + p*10
	if got := m.Predict(nil, at)[7]; math.Abs(got-want) > 1e-9 {
		t.Errorf("at the cliff the run ends at %v, want the mixture %v", got, want)
	}
	for _, k := range []struct{ low, high, want float64 }{{0, p / 2, 1}, {(1 + p) / 2, 1, 0}} {
		m.low, m.high = k.low, k.high
		if got := m.Failure(at); got != k.want {
			t.Errorf("with %v below and %v above the gate's %v counts as %v, want %v", k.low, k.high, p, got, k.want)
		}
	}
}

func TestOnePartAlone(t *testing.T) {
	for name, failed := range map[string]bool{"none": false, "all": true} {
		m, err := parted().Fit(context.Background(), sweep(func(float64) bool { return failed }),
			models.Options{Seed: 1})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		frozen, err := m.Freeze()
		if err != nil {
			t.Fatal(err)
		}
		b, err := frozen.(*Model).AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		x := []float64{0.33}
		if !slices.Equal(back.Predict(nil, x), m.Predict(nil, x)) ||
			back.Failure(x) != map[bool]float64{false: 0, true: 1}[failed] {
			t.Errorf("%s: %v and %v, failure %v", name, back.Predict(nil, x), m.Predict(nil, x), back.Failure(x))
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	low := parted()
	low.Low, low.High = 0.8, 0.2
	for name, tr := range map[string]Trainer{"no parts": {}, "thresholds": low} {
		if _, err := tr.Train(context.Background(), sweep(cliff), models.Options{}); !errors.Is(err, ErrParts) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	tr := parted()
	tr.Alive = linear.Trainer{}
	d := sweep(cliff)
	m, err := tr.Fit(context.Background(), d, models.Options{})
	if err != nil {
		f.Fatal(err)
	}
	b, err := m.AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%v is not ErrFormat", err)
			}
			return
		}
		if again, err := m.AppendBinary(nil); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%d bytes came back as %d, %v", len(b), len(again), err)
		}
	})
}
