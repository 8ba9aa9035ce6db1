package eval

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
)

func TestSeedScore(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		values             []float64
		mean, sd, low, top float64
	}{
		// numpy 2.4.6: mean, std(ddof=1)
		{[]float64{.912, .905, .921, .9}, 0.9095000000000001, 0.009110433579144307, .9, .921},
		{[]float64{.1, .1, .1}, .1, 0, .1, .1},
		{[]float64{3}, 3, nan, 3, 3},
		{[]float64{1, nan}, nan, nan, nan, nan},
		{nil, nan, nan, nan, nan},
	} {
		s := NewSeedScore("v", "t", "m", c.values)
		for _, p := range [][2]float64{{s.Mean, c.mean}, {s.SD, c.sd}, {s.Min, c.low}, {s.Max, c.top}} {
			if !equalOrNaN(p[0], p[1]) && math.Abs(p[0]-p[1]) > 1e-15 {
				t.Errorf("%v: %+v, want mean %v, sd %v, %v to %v", c.values, s, c.mean, c.sd, c.low, c.top)
				break
			}
		}
	}
}

// The gap is what every pair of trainings says, one by one.
func TestSeedGap(t *testing.T) {
	for _, c := range []struct {
		a, b  []float64
		apart bool
	}{
		{[]float64{1, 2, 3}, []float64{4, 5}, true},
		{[]float64{1, 2, 3}, []float64{3, 5}, false}, // a tie turns nothing around, but it is no difference either
		{[]float64{1, 2, 3}, []float64{2.5, 5}, false},
		{[]float64{4, 5}, []float64{1, 3}, true},
		{[]float64{1, 1}, []float64{1, 1}, false},
		{[]float64{1, math.NaN()}, []float64{5, 5}, false},
		{nil, []float64{1}, false},
	} {
		g := NewSeedGap(c.a, c.b)
		low, high := math.Inf(1), math.Inf(-1)
		for _, x := range c.a {
			for _, y := range c.b {
				low, high = math.Min(low, y-x), math.Max(high, y-x)
			}
		}
		if math.IsInf(low, 0) {
			low, high = math.NaN(), math.NaN()
		}
		if !equalOrNaN(g.Low, low) || !equalOrNaN(g.High, high) || g.Apart() != c.apart {
			t.Errorf("%v and %v: %+v, apart %v; want %v to %v, %v", c.a, c.b, g, g.Apart(), low, high, c.apart)
		}
	}
}

func TestRealNeedsTheSeeds(t *testing.T) {
	for _, c := range []struct {
		seeds *SeedGap
		want  bool
	}{{nil, true}, {&SeedGap{.1, 2}, true}, {&SeedGap{-.1, 2}, false}, {&SeedGap{math.NaN(), math.NaN()}, false}} {
		d := Diff{Target: "t", Difference: 1, CILow: .5, CIHigh: 1.5, Seeds: c.seeds}
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back Diff
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if d.Real() != c.want || back.Real() != c.want || (back.Seeds == nil) != (c.seeds == nil) {
			t.Errorf("%s: real %v, read back %v, want %v", b, d.Real(), back.Real(), c.want)
		}
		d.CILow = -.5
		if d.Real() {
			t.Errorf("real with the interval %v to %v", d.CILow, d.CIHigh)
		}
	}
	s := NewSeedScore("v", "t", "m", []float64{1, 2})
	b, _ := json.Marshal(s)
	var back SeedScore
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(s, back) {
		t.Errorf("%s reads as %+v (%v)", b, back, err)
	}
}
