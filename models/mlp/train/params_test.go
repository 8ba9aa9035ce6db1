package train

import (
	"errors"
	"math"
	"strings"
	"testing"

	"eahas/features"
	"eahas/models"
)

func line(n int) models.Data {
	d := models.Data{K: 1, X: features.Frame{N: n, Columns: []features.Column{{Name: "a", Param: "a", Group: -1},
		{Name: "b", Param: "b", Group: -1}}}}
	for i := range n {
		d.X.Data = append(d.X.Data, float64(i), float64(i%3))
		d.Y = append(d.Y, float64(i))
	}
	return d
}

func TestBadParams(t *testing.T) {
	for name, p := range map[string]Params{
		"width 0":            {Hidden: []int{8, 0}},
		"branch width":       {Branches: []Branch{{Hidden: []int{-1}}}},
		"bounded output 1":   {Bounded: []int{1}},
		"epochs":             {Epochs: -1},
		"a billion epochs":   {Epochs: 1_000_000_000},
		"a billion networks": {Seeds: 1_000_000_000},
		"rate":               {Rate: math.NaN()},
		"decay":              {Decay: 200},
		"schedule":           {Schedule: "linear"},
		"share":              {EarlyStop: EarlyStop{Share: 1}},
		"basis":              {Basis: []float64{math.Inf(1)}},
		"unknown axis":       {Branches: []Branch{{Params: []string{"c"}}, {}}},
		"axis twice":         {Branches: []Branch{{Params: []string{"a"}}, {Params: []string{"a", "b"}}}},
		"column left over":   {Branches: []Branch{{Params: []string{"a"}}}},
		"two catch the rest": {Branches: []Branch{{}, {}}},
	} {
		if _, err := (Trainer{p}).Train(t.Context(), line(9), models.Options{}); !errors.Is(err, ErrParams) {
			t.Errorf("%s: got error %v, want ErrParams", name, err)
		}
	}
}

func TestBadTargets(t *testing.T) {
	d := line(9)
	d.Y[4] = 101
	_, err := Trainer{Params{Bounded: []int{0}}}.Train(t.Context(), d, models.Options{})
	if err == nil || !strings.Contains(err.Error(), "row 4, output 0: target 101") {
		t.Errorf("target beyond its bounds: got error %v", err)
	}
	d.Y[4] = math.NaN()
	_, err = Trainer{}.Train(t.Context(), d, models.Options{})
	if err == nil || !strings.Contains(err.Error(), "row 4, output 0: target NaN") {
		t.Errorf("NaN target: got error %v", err)
	}
}

func TestDivergedTrainingIsAnError(t *testing.T) {
	d := line(9)
	d.Y[4] = 1e200 // its square is not a float64
	_, err := Trainer{}.Train(t.Context(), d, models.Options{})
	if !errors.Is(err, ErrDiverged) || !strings.Contains(err.Error(), "epoch 0") {
		t.Errorf("got error %v, want ErrDiverged", err)
	}
}

func TestDefaultEpochs(t *testing.T) {
	for _, c := range []struct{ n, want int }{{1, 1000}, {64, 1000}, {540, 150}, {100_000, 20}} {
		p, err := Params{}.resolved(1)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.EpochsFor(c.n); got != c.want {
			t.Errorf("%d rows: %d epochs, want %d", c.n, got, c.want)
		}
	}
}

// rateAt by hand: at the start, half way and at the end of a cosine.
func TestRate(t *testing.T) {
	for step, want := range map[int]float64{0: 0.2, 50: 0.1, 100: 0} {
		if got := rateAt("cosine", 0.2, step, 100); math.Abs(got-want) > 1e-15 {
			t.Errorf("step %d: rate %v, want %v", step, got, want)
		}
	}
	if got := rateAt("constant", 0.2, 70, 100); got != 0.2 {
		t.Errorf("constant: %v", got)
	}
}

// A basis B costs what the decoded points are off: |B (y - p)|^2, up to the one factor that makes the mean cost 1.
func TestBasisLossIsTheCurvesError(t *testing.T) {
	_, p, q := mixed(t)
	ratio := func(residual []float64) float64 {
		direct, points := 0.0, len(p.Basis)/4
		for i := range points {
			v := 0.0
			for j := range 4 {
				v += p.Basis[i*4+j] * residual[j] * q.outputs[j].Scale
			}
			direct += v * v
		}
		byLoss := 0.0
		for j := range 4 {
			v := 0.0
			for a := range 4 {
				v += residual[a] * q.loss[a*4+j]
			}
			byLoss += v * v
		}
		return byLoss / direct
	}
	first := ratio([]float64{1, 0.1, 0, -0.2})
	for _, r := range [][]float64{{0, 1, 0, 0}, {0.3, -1, 0, 2}, {0, 0, 0, 1}} {
		if got := ratio(r); math.Abs(got-first) > 1e-6*first {
			t.Errorf("residual %v: loss is %v of the curve's error, for another residual %v", r, got, first)
		}
	}
}
