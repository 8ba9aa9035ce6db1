package eval

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func names(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint("config ", i/2)
	}
	return out
}

func TestFoldsByHash(t *testing.T) {
	groups := names(103)
	folds, err := FoldsByHash(groups, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	if most, used, err := FoldsAtMost(groups, 5, 1); err != nil || used != 5 || !slices.Equal(most, folds) {
		t.Errorf("at most 5 folds: %d, %v, want the same ones", used, err)
	}
	k, warnings, err := CheckFolds(folds, groups)
	if k != 5 || len(warnings) != 0 || err != nil {
		t.Errorf("k %d, warnings %v, %v", k, warnings, err)
	}
	foldOf, sizes := map[string]int{}, make([]int, 5)
	for i, g := range groups {
		if _, seen := foldOf[g]; !seen {
			sizes[folds[i]]++
		}
		foldOf[g] = folds[i]
	}
	for _, n := range sizes {
		if n != 10 && n != 11 {
			t.Errorf("52 groups in folds of %v", sizes)
		}
	}
	rand.New(rand.NewPCG(3, 3)).Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
	shuffled, _ := FoldsByHash(groups, 5, 1)
	for i, g := range groups {
		if shuffled[i] != foldOf[g] {
			t.Fatalf("the order of the trials moved %q from fold %d to %d", g, foldOf[g], shuffled[i])
		}
	}
	other, _ := FoldsByHash(groups, 5, 2)
	if fmt.Sprint(other) == fmt.Sprint(shuffled) {
		t.Error("the seed has no effect")
	}
	if _, used, err := FoldsAtMost([]string{"a", "b", "a"}, 5, 1); err != nil || used != 2 {
		t.Errorf("two groups: %d folds, %v", used, err)
	}
	if _, _, err := FoldsAtMost([]string{"a", "a"}, 5, 1); !errors.Is(err, ErrFewGroups) {
		t.Errorf("one group: %v", err)
	}
	if _, err := FoldsByHash(names(8), 5, 1); !errors.Is(err, ErrFewGroups) {
		t.Errorf("four groups in five folds: %v", err)
	}
}

func TestHoldout(t *testing.T) {
	groups := names(100)
	held, err := Holdout(groups, .2, 1)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i, h := range held {
		if h {
			n++
		}
		if i%2 == 1 && h != held[i-1] {
			t.Errorf("repeats of %q on both sides", groups[i])
		}
	}
	if n != 20 {
		t.Errorf("%d held out of 100, want 20", n)
	}
	if held, err := Holdout([]string{"a", "b"}, .01, 1); err != nil || held[0] == held[1] {
		t.Errorf("two groups: %v, %v", held, err)
	}
	if _, err := Holdout([]string{"a", "a"}, .5, 1); !errors.Is(err, ErrEmptyFold) {
		t.Errorf("one group: %v", err)
	}
}

func TestCheckFolds(t *testing.T) {
	groups := []string{"a", "a", "b", "c"}
	for _, c := range []struct {
		folds []int
		want  string // part of the error
	}{{[]int{0, 0, 2, 2}, "fold 1 of 3"}, {[]int{0, 0, -1, 1}, "trial 2"}, {[]int{0, 0, 0, 0}, "at least two"},
		{[]int{0, 0, 1, 1 << 40}, "only 4 trials"}} {
		if _, _, err := CheckFolds(c.folds, groups); !errors.Is(err, ErrEmptyFold) ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.folds, err, c.want)
		}
	}
	k, warnings, err := CheckFolds([]int{0, 1, 1, 0}, groups)
	if k != 2 || err != nil || len(warnings) != 1 || !strings.HasPrefix(warnings[0],
		"1 groups stand in several folds") || !strings.HasSuffix(warnings[0], ": a") {
		t.Errorf("%d %q %v", k, warnings, err)
	}
}
