package problem

import (
	"cmp"
	"slices"

	"eahas/internal/gather"
	"eahas/models"
)

// GroupFolds deals the groups of d to folds: the largest groups first, each to the smallest fold, so that the folds
// differ by no more than a group. Groups of equal size follow a scramble of their order of appearance, since neighbours
// in a log are often alike; each salt is another scramble. It returns the fold of each row, nil when there are fewer
// groups than folds or folds < 2.
func GroupFolds(d *models.Data, folds int, salt uint64) []int {
	groups := gather.By(gather.Numbers(d.X.N), func(i int) int { return Group(d, i) }) // rows
	if folds < 2 || len(groups) < folds {
		return nil
	}
	order := make([]int, len(groups))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(len(groups[b]), len(groups[a])), cmp.Compare(scramble(a, salt), scramble(b, salt)),
			cmp.Compare(a, b))
	})
	size := make([]int, folds)
	out := make([]int, d.X.N)
	for _, g := range order {
		smallest := 0
		for f, s := range size {
			if s < size[smallest] {
				smallest = f
			}
		}
		size[smallest] += len(groups[g])
		for _, i := range groups[g] {
			out[i] = smallest
		}
	}
	return out
}

// scramble hashes the number i: by Fibonacci hashing without a salt, else by the finaliser of SplitMix64 (Steele, Lea
// and Flood 2014).
func scramble(i int, salt uint64) uint64 {
	x := (uint64(i) + 1) * 0x9e3779b97f4a7c15
	if salt == 0 {
		return x
	}
	x += salt
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
