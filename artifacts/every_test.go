package artifacts

import (
	"slices"
	"testing"
)

// Every third epoch of a run of eight, and the last; bounds go with their points, totals stay.
func TestThin(t *testing.T) {
	count := func() []float64 { return []float64{1, 2, 3, 4, 5, 6, 7, 8} }
	a := Answer{Epochs: count(), Curve: count(), Time: count(), EnergyTotal: 9,
		Intervals: &Intervals{CurveLow: count(), CurveHigh: count()}}
	a.thin(3)
	want := []float64{3, 6, 8}
	for _, got := range [][]float64{a.Epochs, a.Curve, a.Time, a.Intervals.CurveLow, a.Intervals.CurveHigh} {
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	if len(a.Energy) != 0 || a.EnergyTotal != 9 {
		t.Errorf("%+v", a)
	}
	if a.thin(1); len(a.Epochs) != 3 {
		t.Errorf("every epoch: %v", a.Epochs)
	}
	if a.thin(100); !slices.Equal(a.Curve, []float64{8}) {
		t.Errorf("the last alone: %v", a.Curve)
	}
}
