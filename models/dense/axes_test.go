package dense

import (
	"math"
	"testing"

	"eahas/features"
)

// Three categories of frequencies 1, 1 and 3 and a numeric column: every two categories stand at squared distance 1.
func TestAxes(t *testing.T) {
	f := frame(4,
		1, 0, 0, 0.1,
		0, 1, 0, 0.9,
		0, 0, 1, 0.4,
		0, 0, 1, 0.2,
		0, 0, 1, 0.7)
	f.Columns = []features.Column{{Group: 5}, {Group: 5}, {Group: 5}, {Group: -1}}
	s := Fit(f)
	axes := s.Axes(f.Columns, false)
	if len(axes) != 2 || len(axes[0].Columns) != 3 || axes[1].Factors[0] != 1 {
		t.Fatalf("axes are %+v", axes)
	}
	for _, pair := range [][2]int{{0, 1}, {0, 2}, {1, 4}} {
		a, b, sum := s.Apply(nil, f.Row(pair[0])), s.Apply(nil, f.Row(pair[1])), 0.0
		for c, j := range axes[0].Columns {
			sum += math.Pow((a[j]-b[j])*axes[0].Factors[c], 2)
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("rows %v stand at squared distance %v", pair, sum)
		}
	}
	if split := s.Axes(f.Columns, true); len(split) != 4 {
		t.Errorf("%d axes when groups are split, want 4", len(split))
	}
}
