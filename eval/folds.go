package eval

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

// FoldsByHash assigns every trial a fold 0..k-1 such that trials of equal group share one. The distinct groups are
// put in the order of SHA-256(seed, group) and dealt to the folds in turn, so folds differ by one group at most, and
// the order of the trials has no effect.
//
// It returns ErrFewGroups (wrapped) when there are fewer distinct groups than k. It panics if k < 2.
func FoldsByHash(groups []string, k int, seed uint64) ([]int, error) {
	folds, used, err := FoldsAtMost(groups, k, seed)
	if err == nil && used < k {
		err = fmt.Errorf("%w: %d distinct groups for %d folds", ErrFewGroups, used, k)
	}
	if err != nil {
		return nil, err
	}
	return folds, nil
}

// FoldsAtMost is FoldsByHash where there may be fewer than k distinct groups: each of them is then a fold of its own.
// It also returns the number of folds. ErrFewGroups (wrapped) with fewer than two groups. It panics if k < 2.
func FoldsAtMost(groups []string, k int, seed uint64) (folds []int, used int, err error) {
	if k < 2 {
		panic("eval: fewer than two folds")
	}
	order := hashOrder(groups, seed)
	used = min(k, len(order))
	if used < 2 {
		return nil, 0, fmt.Errorf("%w: %d distinct groups for 2 folds", ErrFewGroups, len(order))
	}
	foldOf := make(map[string]int, len(order))
	for i, g := range order {
		foldOf[g] = i % used
	}
	folds = make([]int, len(groups))
	for i, g := range groups {
		folds[i] = foldOf[g]
	}
	return folds, used, nil
}

// Holdout marks the trials that are held out: the given fraction of the distinct groups (rounded, at least one and not
// all), those first in the order of SHA-256(seed, group). 0 < fraction < 1, else it panics.
// It returns ErrEmptyFold (wrapped) with fewer than two distinct groups.
func Holdout(groups []string, fraction float64, seed uint64) ([]bool, error) {
	if !(fraction > 0 && fraction < 1) {
		panic("eval: held-out fraction outside 0..1")
	}
	order := hashOrder(groups, seed)
	if len(order) < 2 {
		return nil, fmt.Errorf("%w: %d distinct groups cannot be split in two", ErrEmptyFold, len(order))
	}
	n := min(max(int(math.Round(fraction*float64(len(order)))), 1), len(order)-1)
	held := make(map[string]bool, n)
	for _, g := range order[:n] {
		held[g] = true
	}
	out := make([]bool, len(groups))
	for i, g := range groups {
		out[i] = held[g]
	}
	return out, nil
}

// hashOrder returns the distinct groups in the order of their hash.
func hashOrder(groups []string, seed uint64) []string {
	type keyed struct {
		sum   [32]byte
		group string
	}
	seen := make(map[string]bool, len(groups))
	var all []keyed
	for _, g := range groups {
		if !seen[g] {
			seen[g] = true
			all = append(all, keyed{sha256.Sum256(append(binary.LittleEndian.AppendUint64(nil, seed), g...)), g})
		}
	}
	slices.SortFunc(all, func(a, b keyed) int { return slices.Compare(a.sum[:], b.sum[:]) })
	out := make([]string, len(all))
	for i, k := range all {
		out[i] = k.group
	}
	return out
}

// CheckFolds checks a given assignment of trials to folds. Folds are numbered 0..k-1, where k is one more than the
// highest; a trial outside any fold (a negative number) and an empty fold are errors (ErrEmptyFold, wrapped).
// Groups that stand in several folds are not an error, for some logs have too few configurations to avoid it, but a
// warning that lists them, because such scores are too good.
func CheckFolds(folds []int, groups []string) (k int, warnings []string, err error) {
	if len(folds) != len(groups) {
		panic(badLengths)
	}
	for i, f := range folds {
		if f < 0 {
			return 0, nil, fmt.Errorf("%w: trial %d (group %q) has fold %d", ErrEmptyFold, i, groups[i], f)
		}
		k = max(k, f+1)
	}
	if k < 2 {
		return k, nil, fmt.Errorf("%w: %d fold in all, at least two are needed", ErrEmptyFold, k)
	}
	if k > len(folds) {
		return k, nil, fmt.Errorf("%w: folds up to %d, but only %d trials", ErrEmptyFold, k-1, len(folds))
	}
	sizes := make([]int, k)
	first := make(map[string]int, len(groups))
	straddling := map[string]bool{}
	for i, f := range folds {
		sizes[f]++
		if g, ok := first[groups[i]]; !ok {
			first[groups[i]] = f
		} else if g != f {
			straddling[groups[i]] = true
		}
	}
	for f, n := range sizes {
		if n == 0 {
			return k, nil, fmt.Errorf("%w: fold %d of %d holds no trial", ErrEmptyFold, f, k)
		}
	}
	if len(straddling) > 0 {
		warnings = append(warnings, straddleWarning(straddling))
	}
	return k, warnings, nil
}

func straddleWarning(groups map[string]bool) string {
	names := make([]string, 0, len(groups))
	for g := range groups {
		names = append(names, g)
	}
	sort.Strings(names)
	const shown = 5
	list, more := names, ""
	if len(names) > shown {
		list, more = names[:shown], fmt.Sprintf(" and %d more", len(names)-shown)
	}
	return fmt.Sprintf("%d groups stand in several folds, so repeats of one configuration are on both sides of a "+
		"split and the scores are too good: %s%s",
		len(names), strings.Join(list, ", "), more)
}
