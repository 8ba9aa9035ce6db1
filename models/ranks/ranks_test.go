package ranks

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"eahas/models"
	"eahas/models/modeltest"
)

func TestConformance(t *testing.T) {
	for name, f := range map[string]Fitter{"default": {}, "warped": {Points: 60, Warp: 100}} {
		t.Run(name, func(t *testing.T) {
			modeltest.Representation(t, f,
				modeltest.RepresentationOptions{Decode: func(b []byte) (models.Representation,
					error) {
					return Decode(b)
				}})
		})
	}
}

func TestMapIncreasesAndReturns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-5, 5), rapid.SampledFrom([]float64{0, 10, 1e9})), 1,
			60).Draw(t, "values")
		slices.Sort(values)
		knots := knotsOf(values)
		a := rapid.Float64Range(values[0], values[len(values)-1]).Draw(t, "a")
		b := rapid.Float64Range(values[0], values[len(values)-1]).Draw(t, "b")
		if a, b := share(knots, a), share(knots, b); !(min(a, b) > -1e-12 && max(a, b) < 1+1e-12) {
			t.Fatalf("shares %v %v", a, b)
		}
		if a < b && share(knots, a) > share(knots, b) {
			t.Fatalf("the share of %v is above that of %v", a, b)
		}
		for _, v := range values {
			if got := value(knots, share(knots, v)); math.Abs(got-v) > 1e-6*max(1, math.Abs(v)) {
				t.Fatalf("%v comes back as %v", v, got)
			}
		}
	})
}

func TestAtomsComeBackExactly(t *testing.T) {
	c := models.Curve{Epochs: []float64{0, 1, 2, 3, 4, 5, 6, 7},
		Values: []float64{0.1, 0.2, 0.3, 0.4, 7.3, 7.3, 7.3, 7.3}}
	rep, err := Fitter{Points: 8}.Fit([]models.Curve{c})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []float64{0.6, 0.7, 0.8, 0.95} { // half of the values are 7.3
		v := slices.Repeat([]float64{u}, 8)
		if got := rep.Decode(nil, v, []float64{3}, 0, 7)[0]; got != 7.3 {
			t.Errorf("share %v is %v, want the atom 7.3", u, got)
		}
	}
}

func TestHugeLossesDoNotDrownSmallOnes(t *testing.T) {
	var curves []models.Curve
	for i := range 100 {
		y := 0.1 + float64(i)/1000
		if i >= 90 {
			y = 6e18
		}
		curves = append(curves, models.Curve{Epochs: []float64{0, 1}, Values: []float64{y, y}})
	}
	rep, err := Fitter{Points: 2}.Fit(curves)
	if err != nil {
		t.Fatal(err)
	}
	low, _ := rep.Encode(nil, []float64{0, 1}, []float64{0.1, 0.1})
	mid, _ := rep.Encode(nil, []float64{0, 1}, []float64{0.15, 0.15})
	if !(mid[0]-low[0] > 0.4) {
		t.Errorf("half of the values lie between %v and %v", low, mid)
	}
}

func TestFitWantsValues(t *testing.T) {
	if _, err := (Fitter{}).Fit(nil); !errors.Is(err, ErrNoCurves) {
		t.Errorf("got %v", err)
	}
	if _, err := (Fitter{Points: 1}).Fit(nil); !errors.Is(err, ErrPoints) {
		t.Errorf("got %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	rep, err := Fitter{Points: 3}.Fit([]models.Curve{{Epochs: []float64{0, 1, 2}, Values: []float64{3, 1, 1}}})
	if err != nil {
		f.Fatal(err)
	}
	b, err := rep.(*Codec).AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%v is not ErrFormat", err)
			}
			return
		}
		if again, err := c.AppendBinary(nil); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%x came back as %x, %v", b, again, err)
		}
	})
}
