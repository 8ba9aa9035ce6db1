package parts

import (
	"slices"
	"testing"

	"eahas/models"
)

// TestHoldersAreInOrder: a row holds rows below it alone, so that nothing can be nested without end.
func TestHoldersAreInOrder(t *testing.T) {
	below := map[string]bool{}
	for _, c := range slices.Backward(composites) {
		for _, w := range c.held {
			if !below[w] {
				t.Errorf("%s holds %s, which is not below it", c.holder, w)
			}
		}
		if !slices.IsSorted(c.held) {
			t.Errorf("%s: %v is not sorted", c.holder, c.held)
		}
		below[c.holder] = true
	}
	for w := range below {
		if w != Bundle && !slices.Contains(composites[0].held, w) {
			t.Errorf("no bundle holds %s", w)
		}
	}
}

// TestHeldByRefuses kinds that are missing, or that the list does not name.
func TestHeldByRefuses(t *testing.T) {
	kind := func(word string) Kind[models.Predictor] { return Kind[models.Predictor]{word: word} }
	if got := HeldBy("twopart", kind("stack")); len(got) != len(Predictors)+1 || got[len(Predictors)].word != "stack" {
		t.Errorf("twopart holds %d kinds", len(got))
	}
	for _, bad := range [][]Kind[models.Predictor]{nil, {kind("physical")}, {kind("stack"), kind("physical")}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v was taken", bad)
				}
			}()
			HeldBy("twopart", bad...)
		}()
	}
}
