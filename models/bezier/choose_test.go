package bezier

import (
	"math"
	"math/rand/v2"
	"testing"

	"eahas/models"
)

// drawn returns n curves of 40 points of a Warp codec of the given degree, plus normal noise of standard deviation 0.5.
func drawn(t *testing.T, degree, n int) []models.Curve {
	c, err := New(Warp, degree, 100)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(12, uint64(degree)))
	out := make([]models.Curve, n)
	for i := range out {
		v := make([]float64, degree+1)
		for k := range v {
			v[k] = 80*float64(k%2) + 20*r.Float64() // swings as often as the degree allows
		}
		e := count(0, 40)
		y := c.Decode(nil, v, e, 0, 39)
		for k := range y {
			y[k] += 0.5 * r.NormFloat64()
		}
		out[i] = models.Curve{Epochs: e, Values: y}
	}
	return out
}

func TestChooseDegreeFindsThePlantedOne(t *testing.T) {
	for _, degree := range []int{3, 5} {
		curves := drawn(t, degree, 40)
		// One that blew up must not decide.
		bad := models.Curve{Epochs: count(0, 40), Values: make([]float64, 40)}
		for i := 7; i < 40; i++ {
			bad.Values[i] = 1e18 * float64(i%3)
		}
		got, scores, err := Fitter{Parameters: Warp}.ChooseDegree(append(curves, bad))
		if err != nil {
			t.Fatal(err)
		}
		if got != degree {
			t.Errorf("planted degree %d, chosen %d: %v", degree, got, scores)
		}
		for _, s := range scores {
			if !(s.Error >= 0 && s.Error <= 1) {
				t.Errorf("score %v", s)
			}
		}
	}
}

func TestChooseDegreeWithoutUsableCurves(t *testing.T) {
	short := models.Curve{Epochs: count(0, 7), Values: []float64{1, 2, 3, 4, 5, 6, 7}}
	constant := models.Curve{Epochs: count(0, 30), Values: make([]float64, 30)}
	for _, curves := range [][]models.Curve{nil, {short}, {constant}} {
		got, scores, err := Fitter{}.ChooseDegree(curves)
		if got != 4 || scores != nil || err != nil {
			t.Errorf("degree %d, scores %v, %v", got, scores, err)
		}
	}
}

func TestChooseDegreeLooksAtAFewHundredCurves(t *testing.T) {
	usable, scale := usableCurves(drawn(t, 3, 1000))
	if len(usable) != maxCurves || !(scale > 0) || math.IsInf(scale, 1) {
		t.Errorf("%d curves, scale %v", len(usable), scale)
	}
}
