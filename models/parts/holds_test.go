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
		if w != Bundle && !MayHold(Bundle, w) {
			t.Errorf("no bundle holds %s", w)
		}
	}
}

func TestMayHold(t *testing.T) {
	for _, c := range []struct {
		holder, held string
		want         bool
	}{
		{Bundle, "gbdt", true}, {Bundle, "twopart", true}, {"stack", "physical", true}, {"stack", "stack", false}, {"stack", "gp", true},
		{"physical", "stack", false}, {"physical", "local", true}, {"twopart", "stack", true}, {"twopart", "twopart", false},
		{"gbdt", "gbdt", false}, {"stack", "nothing", false}, {"powertime", "epochwise", false},
	} {
		if got := MayHold(c.holder, c.held); got != c.want {
			t.Errorf("%s holds %s: %t", c.holder, c.held, got)
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
