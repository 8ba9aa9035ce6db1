package curve

import (
	"errors"
	"math"
	"testing"
)

func TestUnit(t *testing.T) {
	for _, k := range []struct{ e, first, last, want float64 }{
		{1, 1, 5, 0}, {5, 1, 5, 1}, {2, 1, 5, .25}, {0, 1, 5, 0}, {9, 1, 5, 1}, {math.NaN(), 1, 5, 0}, {3, 3, 3, 0},
		{4, 3, 3, 0}, {2, 5, 1, 0},
		{0, -math.MaxFloat64, math.MaxFloat64, .5}, {math.Inf(1), 1, 5, 1}, {math.Inf(-1), 1, 5, 0},
		{1, 1, math.NaN(), 0},
	} {
		if got := Unit(k.e, k.first, k.last); got != k.want {
			t.Errorf("Unit(%v, %v, %v) = %v, want %v", k.e, k.first, k.last, got, k.want)
		}
	}
}

func TestCheck(t *testing.T) {
	if err := Check([]float64{1, 2}, []float64{0, 0}); err != nil {
		t.Error(err)
	}
	if err := Check([]float64{1, 1}, []float64{0, 0}); !errors.Is(err, ErrBad) {
		t.Error(err)
	}
}

func TestRangeAndClip(t *testing.T) {
	for _, k := range []struct {
		v    []float64
		want float64
	}{{[]float64{3}, 1}, {[]float64{3, 1, 4}, 3}, {[]float64{-math.MaxFloat64, math.MaxFloat64}, math.MaxFloat64}} {
		if got := Range(k.v); got != k.want {
			t.Errorf("Range(%v) = %v, want %v", k.v, got, k.want)
		}
	}
	if Clip(math.NaN()) != 0 || Clip(math.Inf(-1)) != -Limit || Clip(7) != 7 {
		t.Error("Clip")
	}
}
