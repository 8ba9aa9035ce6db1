package linear

import (
	"bytes"
	"context"
	"math"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/modeltest"
)

func TestConformance(t *testing.T) {
	modeltest.Trainer(t, "gcv", Trainer{}, modeltest.Options{
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return p.(*Model).AppendBinary(b) },
		Decode: func(b []byte) (models.Predictor, error) {
			m, err := Decode(b)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
	})
}

func planted(n int, noise float64) models.Data {
	r := stream.New(3, "linear test")
	d := models.Data{K: 2, X: features.Frame{N: n, Columns: []features.Column{{Name: "a", Group: -1},
		{Name: "b", Group: -1}}}}
	for range n {
		a, b := r.Float64(), r.Float64()
		d.X.Data = append(d.X.Data, a, b)
		d.Y = append(d.Y, 3+2*a-5*b+noise*r.NormFloat64(), -1+b+noise*r.NormFloat64())
	}
	return d
}

func TestPlantedLine(t *testing.T) {
	m, err := Trainer{}.Fit(context.Background(), planted(50, 0), models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := m.Predict(nil, []float64{2, 3}) // outside the training range
	if math.Abs(got[0]+8) > 1e-6 || math.Abs(got[1]-2) > 1e-6 {
		t.Errorf("predicted %v, want -8 and 2", got)
	}
}

// TestAgainstNormalEquations solves the weighted ridge problem of two columns by Cramer's rule.
func TestAgainstNormalEquations(t *testing.T) {
	const lambda = 0.3
	d := planted(30, 0.5)
	for i := range d.X.N {
		d.Weights = append(d.Weights, 0.5+float64(i%3))
	}
	m, err := Trainer{Lambda: lambda}.Fit(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	z := m.scaler.Matrix(&d.X)
	var sw, ma, mb, my float64
	for i, w := range d.Weights {
		sw += w
		ma, mb, my = ma+w*z[2*i], mb+w*z[2*i+1], my+w*d.Y[2*i]
	}
	ma, mb, my = ma/sw, mb/sw, my/sw
	var aa, ab, bb, ay, by float64
	for i, w := range d.Weights {
		a, b, y := z[2*i]-ma, z[2*i+1]-mb, d.Y[2*i]-my
		aa, ab, bb, ay, by = aa+w*a*a/sw, ab+w*a*b/sw, bb+w*b*b/sw, ay+w*a*y/sw, by+w*b*y/sw
	}
	det := (aa+lambda)*(bb+lambda) - ab*ab
	sa, sb := (ay*(bb+lambda)-by*ab)/det, (by*(aa+lambda)-ay*ab)/det
	for j, want := range []float64{sa, sb} {
		if math.Abs(m.slope[j]-want) > 1e-10 {
			t.Errorf("slope %d is %v, want %v", j, m.slope[j], want)
		}
	}
	if want := my - sa*ma - sb*mb; math.Abs(m.intercept[0]-want) > 1e-10 {
		t.Errorf("intercept %v, want %v", m.intercept[0], want)
	}
}

func TestNoiseIsPenalised(t *testing.T) {
	r := stream.New(4, "noise")
	d := models.Data{K: 1, X: features.Frame{N: 40}}
	for range 30 {
		d.X.Columns = append(d.X.Columns, features.Column{Group: -1})
	}
	for range 40 {
		for range 30 {
			d.X.Data = append(d.X.Data, r.Float64())
		}
		d.Y = append(d.Y, r.NormFloat64())
	}
	m, err := Trainer{}.Fit(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	norm := 0.0
	for _, b := range m.slope {
		norm += b * b
	}
	if norm > 0.1 {
		t.Errorf("squared slopes on pure noise sum to %v", norm)
	}
	if _, err := (Trainer{Lambda: -1}).Train(context.Background(), d, models.Options{}); err == nil {
		t.Error("a negative penalty was accepted")
	}
}

func FuzzDecode(f *testing.F) {
	m, err := Trainer{}.Fit(context.Background(), planted(9, 1), models.Options{})
	if err != nil {
		f.Fatal(err)
	}
	b, _ := m.AppendBinary(nil)
	f.Add(b)
	f.Add(b[:20])
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			return
		}
		if again, _ := m.AppendBinary(nil); !bytes.Equal(again, b) {
			t.Error("decoded and encoded again, the bytes differ")
		}
		if m.scaler.Inputs() < 1<<10 {
			m.Predict(nil, make([]float64, m.scaler.Inputs()))
		}
	})
}
