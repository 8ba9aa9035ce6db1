package pipeline

import (
	"slices"
	"testing"
)

func TestWhatHoldsForSeveralVariantsIsOneWarning(t *testing.T) {
	s := &scored{warned: map[string]int{}}
	s.warnOf("a", "curve: few points")
	s.warnOf("a", "few points")
	s.warnOf("b", "few points")
	s.warnOf("b", "curve: few points")
	want := []string{"a, b: curve: few points", "a, b: few points"}
	if !slices.Equal(s.warnings, want) {
		t.Errorf("%q, wanted %q", s.warnings, want)
	}
}
