package gbdt

import (
	"math"
	"testing"

	"eahas/internal/stream"
)

// TestMovedAndRaised: the same answers for rows of other columns, and more where a column says so.
func TestMovedAndRaised(t *testing.T) {
	m, err := New(Parts{Columns: 3, Base: []float64{1, 2}, Link: []Link{Identity, Identity}, Groups: [][]int{{1, 2}},
		Trees: []Tree{
			{Nodes: []Node{{Column: 0, Threshold: 0.4, Left: 1, Right: ^2},
				{Kind: Set, Column: 1, To: 1, Left: ^0, Right: ^1}}, Categories: []float64{1},
				Values: []float64{1, 2, 3, 4, 5, 6}, Counts: []int{1, 1, 1}, Output: -1},
			{Nodes: []Node{{Kind: Set, Column: 0, To: 2, MissingLeft: true, Left: ^0, Right: ^1}},
				Categories: []float64{0.25, 0.5}, Values: []float64{10, 20}, Counts: []int{1, 1}, Output: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	moved, err := m.Moved(5, []Move{{4, 0.125, 0.5}, {2, 0, 1}, {0, 0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	raised, err := moved.Raised(3, []float64{100, 1000})
	if err != nil {
		t.Fatal(err)
	}
	r := stream.New(1, "moved")
	for i := range 200 {
		x := []float64{r.Float64(), float64(i % 2), float64(1 - i%2)}
		switch i % 5 {
		case 0:
			x[0] = 0.25
		case 1:
			x[0] = 0.5
		case 2:
			x[0] = math.NaN()
		}
		y := []float64{x[2], 0.3, x[1], float64(i % 3), (x[0] - 0.125) / 0.5}
		want, got, more := m.Predict(nil, x), moved.Predict(nil, y), raised.Compile().Predict(nil, y)
		if got[0] != want[0] || got[1] != want[1] {
			t.Errorf("row %v: %v, moved %v", x, want, got)
		}
		up := 0.0
		if i%3 > 0 {
			up = 1
		}
		if more[0] != want[0]+100*up || more[1] != want[1]+1000*up {
			t.Errorf("row %v: %v, raised %v", y, want, more)
		}
	}
}
