package search

import (
	"testing"

	"eahas/features"
)

// TestZeroIsSearched: 0 beside a logarithm has a part of the line of its own, and comes back from its place.
func TestZeroIsSearched(t *testing.T) {
	t.Parallel()
	between := newAxis(&features.Param{Name: "wd", Kind: features.Log, Low: 1e-5, High: 1e-2, Zero: true})
	listed := newAxis(&features.Param{Name: "wd", Kind: features.Ordinal, Log: true,
		Choices: []features.Value{features.Number(0), features.Number(1e-5), features.Number(1e-2)}})
	for _, a := range []Axis{between, listed} {
		for _, x := range []float64{0, 1e-5, 1e-2} {
			back, ok := a.Value(a.Unit(features.Number(x))).Float()
			if !ok || back != x && !(back/x > 1-1e-9 && back/x < 1+1e-9) {
				t.Errorf("%v comes back as %v", x, back)
			}
		}
		if x, _ := a.Value(0.05).Float(); x != 0 {
			t.Errorf("0.05 is %v", x)
		}
	}
}
