package eval

import (
	"math"
	"testing"
)

// Two blocks are enough. Ranks 1 2 3 twice: sums 2 4 6, statistic 12/(3*2*4)*56 - 3*2*4 = 4, and the chi-square
// distribution with 2 degrees of freedom is above x with probability exp(-x/2).
func TestFriedmanOfTwoBlocks(t *testing.T) {
	s, p := Friedman([][]float64{{1, 2, 3}, {10, 20, 30}})
	if math.Abs(s-4) > 1e-12 || math.Abs(p-math.Exp(-2)) > 1e-12 {
		t.Errorf("%g, %g; wanted 4, %g", s, p, math.Exp(-2))
	}
	if s, _ := Friedman([][]float64{{1, 2}, {1, 2}}); !math.IsNaN(s) {
		t.Errorf("of two treatments: %g", s)
	}
}

// Two folds are the fewest, one is a mistake of the program.
func TestTwoFoldsByHash(t *testing.T) {
	folds, err := FoldsByHash([]string{"a", "b", "a"}, 2, 1)
	if err != nil || folds[0] != folds[2] || folds[0] == folds[1] {
		t.Errorf("%v, %v", folds, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("one fold was made")
		}
	}()
	_, _ = FoldsByHash([]string{"a", "b"}, 1, 1)
}
