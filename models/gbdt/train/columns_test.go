package train

import (
	"slices"
	"testing"

	"eahas/internal/synthtask"
)

// The one-hot columns of the synthetic task (10, 3, 3, 2 and 3 of them, from column 5 on) become groups, declared or
// found.
func TestOneHotGroupsAreFound(t *testing.T) {
	for _, declared := range []bool{true, false} {
		d := one(synthtask.Make(300, 1), 7)
		d.X.Columns = slices.Clone(d.X.Columns)
		if !declared {
			for c := range d.X.Columns {
				d.X.Columns[c].Group = -1
			}
		}
		var sizes []int
		for _, g := range mustTrain(t, d, Params{Rounds: 1}).Groups() {
			sizes = append(sizes, len(g))
		}
		if want := []int{10, 3, 3, 2, 3}; !slices.Equal(sizes, want) {
			t.Errorf("declared %v: groups of %v columns, want %v", declared, sizes, want)
		}
	}
}
