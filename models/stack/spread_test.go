package stack

import (
	"context"
	"math"
	"slices"
	"testing"

	"eahas/models"
	"eahas/models/bezier"
	gbdttrain "eahas/models/gbdt/train"
)

// fixed answers y everywhere; its spread is given.
type fixed struct{ y, spread []float64 }

func (f fixed) Outputs() int                       { return len(f.y) }
func (f fixed) Predict(dst, _ []float64) []float64 { return append(dst[:0], f.y...) }

type knowing struct{ fixed }

func (f knowing) Spread(dst, _ []float64) []float64 { return append(dst, f.spread...) }

// covariance returns the entries 00, 01 and 11 of a factor of two outputs.
func covariance(f []float64) (c [3]float64) {
	for i := 0; i < len(f); i += 2 {
		c = [3]float64{c[0] + f[i]*f[i], c[1] + f[i]*f[i+1], c[2] + f[i+1]*f[i+1]}
	}
	return c
}

func TestSpreadIsTheLawOfTotalVariance(t *testing.T) {
	m := &Model{outputs: 2, members: []member{
		{weight: 0.5, predictor: fixed{y: []float64{1, 0}}},
		{weight: 0.3, predictor: knowing{fixed{y: []float64{3, 1}, spread: []float64{1, 2, 0, -1}}}},
		{weight: 0.2, predictor: fixed{y: []float64{8, 1}}},
	}}
	for _, c := range []struct {
		joined join
		want   [3]float64
	}{
		// Mean 3, 0.5: between 0.5*4 + 0.3*0 + 0.2*25, 0.5*(-2)(-.5) + 0.2*5*.5, 0.25; within 0.3*(1, 2, 5).
		{byMean, [3]float64{7 + 0.3, 1 + 0.6, 0.25 + 1.5}},
		// Median 3, 1: between (4+25)/3, 2/3, 1/3; within a third of (1, 2, 5).
		{byMedian, [3]float64{29./3 + 1./3, 2./3 + 2./3, 1./3 + 5./3}},
		// Weighted median 2.25, 0.625: between 0.5*1.5625 + 0.3*.5625 + 0.2*33.0625, and so on; within 0.3*(1, 2, 5).
		{byWeightedMedian, [3]float64{7.5625 + 0.3, 0.90625 + 0.6, 0.265625 + 1.5}},
	} {
		m.joined = c.joined
		f := m.finish().Spread([]float64{9, 9}, nil)
		got := covariance(f[2:])
		for j := range got {
			if len(f) != 6 || math.Abs(got[j]-c.want[j]) > 1e-12 {
				t.Errorf("joined by %d: covariance %v of %d numbers, want %v", c.joined, got, len(f), c.want)
			}
		}
	}
	m.joined, m.members = byMean, m.members[:1]
	m.members[0].weight = 1
	if f := m.Spread(nil, nil); len(f) != 0 {
		t.Errorf("one member that knows nothing: %v", f)
	}
}

// A member's own spread goes through its representation: a forest's on Bernstein coefficients, decoded row by row.
func TestSpreadIsDecoded(t *testing.T) {
	d := sweep()
	forest := plain("forest", gbdttrain.Trainer{Params: gbdttrain.Params{Rounds: 30, Forest: true, MultiOutput: true}})
	tr := Trainer{Times: times(11), Members: []Member{with(forest, bezier.Fitter{Degree: 5, Parameters: bezier.Warp})}}
	m, err := tr.Fit(context.Background(), d, models.Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	x := []float64{0.61, 1, 0}
	c := m.members[0]
	v := c.predictor.Predict(nil, x)
	base := c.representation.Decode(nil, v, m.times, 0, 10)
	want := make([]float64, 11)
	for f := c.predictor.(models.Spreader).Spread(nil, x); len(f) > 0; f = f[len(v):] {
		moved := make([]float64, len(v))
		for j := range v {
			moved[j] = v[j] + f[j]
		}
		for j, y := range c.representation.Decode(nil, moved, m.times, 0, 10) {
			want[j] += (y - base[j]) * (y - base[j])
		}
	}
	got := make([]float64, 11)
	f := m.Spread(nil, x)
	for i, y := range f {
		got[i%11] += y * y
	}
	for j := range want {
		if len(f) == 0 || !(math.Abs(got[j]-want[j]) <= 1e-9*(1+want[j])) || want[10] < 1 {
			t.Errorf("time %d: variance %v, decoded %v", j, got[j], want[j])
		}
	}
}

// On a line the measured neighbours say it: nothing between failed runs, much at the cliff. Off the lines the members
// do.
func TestGuidedSpread(t *testing.T) {
	m, err := Trainer{Members: []Member{trees, near}, Guided: true}.Fit(context.Background(), sweep(),
		models.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	last := func(x ...float64) float64 {
		f := m.Spread(nil, x)
		if len(f) == 0 || len(f)%11 != 0 {
			t.Fatalf("%d numbers", len(f))
		}
		sum := 0.0
		for i := 10; i < len(f); i += 11 {
			sum += f[i] * f[i]
		}
		return math.Sqrt(sum)
	}
	if got := last(0.9123, 1, 0); got != 0 {
		t.Errorf("between failed runs: %v", got)
	}
	slope, cliff := last(0.3*1.05, 1, 0), last(17.5/30, 1, 0) // 17/30 goes on, 18/30 fails
	if want := 0.5 * 80 * 17. / 30 * (1 - math.Exp(-10)); math.Abs(cliff-want) > 1e-9 || !(slope < 2) {
		t.Errorf("at the cliff %v, want %v; on the slope %v", cliff, want, slope)
	}
	off := []float64{0.58, 0.5, 0.5}
	free := (&Model{outputs: m.outputs, members: m.members}).finish()
	if got, want := m.Spread(nil, off), free.Spread(nil, off); !slices.Equal(got, want) || slices.Max(got) == 0 {
		t.Errorf("off the lines: %v, the members alone: %v", got, want)
	}
}
