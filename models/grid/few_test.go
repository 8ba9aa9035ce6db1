package grid

import (
	"math"
	"testing"

	"eahas/models"
)

// Without a number the grid has as many points as it takes: what flat curves and curves of few points hold is the same
// with two or m points as with 101.
func TestAsManyPointsAsItTakes(t *testing.T) {
	epochs := func(m int) (e []float64) {
		for i := range m {
			e = append(e, float64(3+2*i))
		}
		return e
	}
	for name, c := range map[string]struct {
		curves []models.Curve
		want   int
	}{
		"none":        {nil, DefaultPoints},
		"flat":        {[]models.Curve{{Epochs: epochs(30), Values: make([]float64, 30)}}, 2},
		"one point":   {[]models.Curve{{Epochs: epochs(1), Values: []float64{4}}}, 2},
		"two points":  {[]models.Curve{{Epochs: epochs(2), Values: []float64{4, 5}}}, 2},
		"four points": {[]models.Curve{{Epochs: epochs(4), Values: []float64{4, 5, 7, 1}}}, 4},
		"uneven":      {[]models.Curve{{Epochs: []float64{0, 1, 4}, Values: []float64{4, 5, 7}}}, DefaultPoints},
		"mixed lengths": {[]models.Curve{{Epochs: epochs(2), Values: []float64{4, 5}},
			{Epochs: epochs(3), Values: []float64{1, 2, 4}}}, DefaultPoints},
		"many points": {[]models.Curve{{Epochs: epochs(9), Values: []float64{1, 2, 3, 4, 5, 6, 7, 8, 0}}},
			DefaultPoints},
	} {
		r, err := Fitter{}.Fit(c.curves)
		if err != nil {
			t.Fatal(err)
		}
		if r.Width() != c.want {
			t.Errorf("%s: %d points, wanted %d", name, r.Width(), c.want)
		}
		for _, x := range c.curves {
			v, err := r.Encode(nil, x.Epochs, x.Values)
			if err != nil {
				t.Fatal(err)
			}
			n := len(x.Epochs)
			for i, y := range r.Decode(nil, v, x.Epochs, x.Epochs[0], x.Epochs[n-1]) {
				if c.want != DefaultPoints && math.Abs(y-x.Values[i]) > 1e-12 {
					t.Errorf("%s: point %d is %g, was %g", name, i, y, x.Values[i])
				}
			}
		}
		if r, _ := (Fitter{Points: 50}).Fit(c.curves); r.Width() != 50 {
			t.Errorf("%s: %d points where 50 are asked for", name, r.Width())
		}
	}
}
