package train

import (
	"strconv"

	"eahas/internal/stream"
)

// Split deals n rows to a training and a held-back side, for one member: a group (rows with equal numbers; nil means
// every row is its own) stands on one side. About share of the groups are held back, at least one of each side when
// there are two groups or more. Which groups depends on the seed and the member and on the groups' order of first
// appearance, not on their numbers.
func Split(n int, groups []int, share float64, seed uint64, member int) (train, held []int) {
	index := map[int]int{} // group number -> order of first appearance
	of := make([]int, n)
	for i := range of {
		g := i
		if groups != nil {
			g = groups[i]
		}
		if _, known := index[g]; !known {
			index[g] = len(index)
		}
		of[i] = index[g]
	}
	count := int(share*float64(len(index)) + 0.5)
	count = max(min(1, len(index)-1), min(count, len(index)-1))
	back := make([]bool, len(index))
	for _, g := range stream.New(seed, "mlp", "split", strconv.Itoa(member)).Perm(len(index))[:count] {
		back[g] = true
	}
	for i, g := range of {
		if back[g] {
			held = append(held, i)
		} else {
			train = append(train, i)
		}
	}
	return train, held
}
