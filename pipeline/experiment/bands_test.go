package experiment

import (
	"math"
	"slices"
	"testing"

	"eahas/models/interval"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/trial/target"
)

// The bands hold as many values as the check of the intervals counted, since both are of models that have not seen the
// trial.
func TestBandsAreThoseOfTheCheck(t *testing.T) {
	t.Parallel()
	p, r := simulated(t), stage.Runner{Store: stage.Store{Dir: t.TempDir()}, Seed: 3}
	v := parseVariant(t, "{name: v, base: bezier+linear, cost: linear, intervals: residuals}")
	cs, _, err := p.Evaluate(t.Context(), r, []recipe.Variant{*v}, "v")
	if err != nil {
		t.Fatal(err)
	}
	s := Score(p, cs, nil, nil)
	u, err := s.LearnUncertainty(t.Context(), r, v, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Bands(0, u)
	if err != nil || b == nil {
		t.Fatalf("bands %v, %v", b, err)
	}
	inside, n, width := 0, 0, 0.0
	for k, c := range s.CurveData(0).Trials {
		low, high := b.Around(k)
		if len(low) != len(c.Epochs) || len(high) != len(c.Epochs) {
			t.Fatalf("trial %d of %d epochs has a band of %d and %d", k, len(c.Epochs), len(low), len(high))
		}
		for j, y := range c.Truth {
			if low[j] < 0 || high[j] > 100 || low[j] > high[j] {
				t.Fatalf("trial %d: from %v to %v", k, low[j], high[j])
			}
			if n++; low[j] <= y && y <= high[j] {
				inside++
			}
			width += high[j] - low[j]
		}
	}
	check := u.Checks[target.Curve][0].Levels
	want := check[slices.Index(interval.DefaultLevels, BandLevel)]
	if want.N != n || math.Abs(want.Observed-float64(inside)/float64(n)) > 1e-12 ||
		math.Abs(want.Width-width/float64(n)) > 1e-9 {
		t.Errorf("%d values, %v inside, mean width %v; the check says %+v", n, float64(inside)/float64(n),
			width/float64(n), want)
	}
	if none, err := s.Bands(0, nil); none != nil || err != nil {
		t.Errorf("without intervals: %v, %v", none, err)
	}
}
