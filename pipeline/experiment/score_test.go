package experiment

import (
	"slices"
	"testing"
)

func TestWhatHoldsForSeveralIsOneWarning(t *testing.T) {
	var w Warnings
	w.Add("a", "curve: few points")
	w.Add("a", "few points")
	w.Add("b", "few points")
	w.Add("b", "curve: few points")
	want := []string{"a, b: curve: few points", "a, b: few points"}
	if !slices.Equal(w.Lines(), want) {
		t.Errorf("%q, wanted %q", w.Lines(), want)
	}
}
