// Package gather puts together what has one key.
package gather

import "iter"

// By returns the items of each key, in their order; keys stand in the order in which they first occur. Nil without
// items.
func By[T any, K comparable](items iter.Seq[T], key func(T) K) [][]T {
	var out [][]T
	at := map[K]int{}
	for item := range items {
		k := key(item)
		i, seen := at[k]
		if !seen {
			i = len(out)
			at[k], out = i, append(out, nil)
		}
		out[i] = append(out[i], item)
	}
	return out
}

// Numbers yields 0, 1, 2 ... below n.
func Numbers(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}
