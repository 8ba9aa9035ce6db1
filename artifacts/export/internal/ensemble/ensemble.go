// Package ensemble looks at a boosted ensemble output by output, as most other tools keep it.
package ensemble

import (
	"errors"
	"math"

	"eahas/models/gbdt"
)

// ErrUnsupported is returned when a tree holds something that the other tool has no word for.
var ErrUnsupported = errors.New("the format cannot hold this model")

// Term is one tree's share of one output. A tree whose leaves hold a value for each output gives one Term an output.
type Term struct {
	*gbdt.Tree
	first, width int // of the output's value in a leaf, and of a leaf
}

// Value returns what the leaf adds to the output.
func (t Term) Value(leaf int) float64 { return t.Values[leaf*t.width+t.first] }

// Terms returns what is added to the base of output k, in the order in which Model.Predict adds it.
func Terms(m *gbdt.Model, k int) []Term {
	var out []Term
	trees := m.Trees()
	for i := range trees {
		switch t := &trees[i]; t.Output {
		case -1:
			out = append(out, Term{t, k, m.Outputs()})
		case k:
			out = append(out, Term{t, 0, 1})
		}
	}
	return out
}

// Constant returns a term without nodes.
func Constant(value float64) Term {
	return Term{&gbdt.Tree{Values: []float64{value}, Counts: []int{0}}, 0, 1}
}

// Vectors reports whether every tree's leaves hold a value for each output.
func Vectors(m *gbdt.Model) bool {
	trees := m.Trees()
	for i := range trees {
		if trees[i].Output != -1 {
			return false
		}
	}
	return len(trees) > 0
}

// Below returns the largest float32 t with t <= threshold, so that x <= t and x <= threshold agree for every float32 x.
// The trainer puts thresholds on float32 numbers between two training values wherever there is one, and then t is the
// threshold itself. Infinities become the largest finite numbers: readers of other formats do not all know infinities.
func Below(threshold float64) float32 {
	threshold = Finite(threshold)
	if threshold >= math.MaxFloat32 {
		return math.MaxFloat32
	}
	if threshold <= -math.MaxFloat32 {
		return -math.MaxFloat32
	}
	t := float32(threshold)
	if float64(t) > threshold {
		t = math.Nextafter32(t, float32(math.Inf(-1)))
	}
	return t
}

// Finite turns infinities into the largest finite numbers. All finite values stay on their side, except the largest
// one.
func Finite(x float64) float64 { return max(-math.MaxFloat64, min(math.MaxFloat64, x)) }

// Whole returns a tree whose leaves hold one value as a term.
func Whole(t *gbdt.Tree) Term { return Term{t, 0, 1} }
