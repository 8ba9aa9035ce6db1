package problem

import (
	"slices"
	"testing"

	"eahas/features"
	"eahas/models"
)

func TestFoldsKeepGroupsAndBalance(t *testing.T) {
	d := models.Data{K: 1, X: features.Frame{N: 60}, Groups: make([]int, 60)}
	for i := range d.Groups {
		d.Groups[i] = i % 23
	}
	var before []int
	for _, salt := range []uint64{0, 1, 2} {
		fold := GroupFolds(&d, 5, salt)
		size := make([]int, 5)
		for i, f := range fold {
			size[f]++
			if f != fold[i%23] {
				t.Errorf("salt %d: group %d is in folds %d and %d", salt, i%23, f, fold[i%23])
			}
		}
		if slices.Min(size) < 10 {
			t.Errorf("salt %d: sizes %v", salt, size)
		}
		if slices.Equal(fold, before) {
			t.Errorf("salt %d deals as the one before", salt)
		}
		before = fold
		if GroupFolds(&d, 24, salt) != nil {
			t.Errorf("24 folds of 23 groups")
		}
	}
}
