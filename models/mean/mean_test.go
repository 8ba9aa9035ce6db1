package mean

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/modeltest"
)

func options() modeltest.Options {
	return modeltest.Options{
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return p.(*Model).AppendBinary(b) },
		Decode: func(b []byte) (models.Predictor, error) {
			m, err := Decode(b)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
	}
}

func TestConformance(t *testing.T) {
	o := options()
	o.LearnsShare = 1.05 // of what the planted function varies by, a mean learns nothing
	modeltest.Trainer(t, "all", Trainer{}, o)
	modeltest.Trainer(t, "groups", Trainer{By: []string{"kind"}}, o)
}

func runs() models.Data {
	return models.Data{K: 2, X: features.Frame{N: 5, Columns: []features.Column{
		{Name: "lr", Param: "lr", Group: -1}, {Name: "p=a", Param: "p", Category: "a", Group: 0},
		{Name: "p=b", Param: "p", Category: "b", Group: 0}},
		Data: []float64{.1, 1, 0, .2, 1, 0, .3, 0, 1, .4, math.NaN(), math.NaN(), .5, math.NaN(), math.NaN()}},
		Y: []float64{1, 10, 2, 20, 6, 60, 0, 0, 1, 10}}
}

// The mean of all is 2 and 20; a group's mean is (sum + 2*mean of all) / (n + 2), by hand.
func TestGroupMeansAreShrunk(t *testing.T) {
	d := runs()
	m, err := Trainer{By: []string{"p"}}.Fit(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{[]float64{9, 1, 0}, (1 + 2 + 4) / 4.},
		{[]float64{9, 0, 1}, (6 + 4) / 3.},
		{[]float64{9, math.NaN(), math.NaN()}, (0 + 1 + 4) / 4.},
		{[]float64{9, 0, 0}, 2}, // never seen
	} {
		got := m.Predict(nil, c.x)
		if math.Abs(got[0]-c.want) > 1e-15 || math.Abs(got[1]-10*c.want) > 1e-14 {
			t.Errorf("%v: %v, want %v and ten times that", c.x, got, c.want)
		}
	}
	if m.Groups() != 3 {
		t.Errorf("%d groups, want 3", m.Groups())
	}
}

func TestWithoutAxesItIsTheMean(t *testing.T) {
	for _, by := range [][]string{nil, {"absent"}} {
		d := runs()
		d.Weights = []float64{1, 1, 0, 2, 1}
		m, err := Trainer{By: by}.Fit(context.Background(), d, models.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Predict(nil, []float64{0, 1, 0}); math.Abs(got[0]-0.8) > 1e-15 || m.Groups() != 0 {
			t.Errorf("by %v: %v, want .8 = (1+2+2*0+1)/5; %d groups", by, got, m.Groups())
		}
	}
}

func TestRefusals(t *testing.T) {
	if _, err := (Trainer{Prior: -1}).Train(context.Background(), runs(), models.Options{}); !errors.Is(err,
		ErrParams) {
		t.Errorf("prior -1: %v", err)
	}
	m, _ := Trainer{By: []string{"p"}}.Fit(context.Background(), runs(), models.Options{})
	b, _ := m.AppendBinary(nil)
	for name, spoil := range map[string]func(b []byte) []byte{
		"cut":            func(b []byte) []byte { return b[:len(b)-1] },
		"more":           func(b []byte) []byte { return append(b, 0) },
		"column outside": func(b []byte) []byte { b[5+8+16+4] = 7; return b },
		"equal groups": func(b []byte) []byte {
			at := 5 + 8 + 16 + 4 + 8 + 4
			copy(b[at+34:at+68], b[at:at+34])
			return b
		},
	} {
		if _, err := Decode(spoil(slices.Clone(b))); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	m, err := Trainer{By: []string{"p"}}.Fit(context.Background(), runs(), models.Options{})
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
		m.Predict(nil, make([]float64, m.Inputs()))
	})
}
