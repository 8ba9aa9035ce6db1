package synthtask

import (
	"math"
	"testing"
)

func TestShapeOfTheTask(t *testing.T) {
	d := Make(2000, 1)
	if d.X.P() != Columns || len(d.Y) != d.X.N*Outputs {
		t.Fatalf("%d columns, %d targets", d.X.P(), len(d.Y))
	}
	for i := range d.X.N {
		row := d.X.Row(i)
		sum := 0.0
		for _, v := range row[5:] {
			sum += v
		}
		if sum != 5 {
			t.Fatalf("row %d: one-hot columns sum to %v, want 5", i, sum)
		}
		for k, y := range d.Y[i*Outputs : (i+1)*Outputs] {
			if math.IsNaN(y) || math.IsInf(y, 0) {
				t.Fatalf("row %d, target %d: %v", i, k, y)
			}
		}
	}
	again, other := Make(2000, 1), Make(2000, 2)
	if again.Y[19999] != d.Y[19999] || other.Y[19999] == d.Y[19999] {
		t.Error("the seed alone must decide")
	}
}
