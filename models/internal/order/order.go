// Package order finds the number at one place of a sorted list without sorting the list.
package order

import "slices"

// fewSorted is the length below which a list is sorted.
const fewSorted = 32

// Nth returns the number that stands at place k (from 0) when v is sorted, and changes v's order: Hoare's selection
// with the median of three as pivot. NaN counts as the smallest, as for slices.Sort.
func Nth(v []float64, k int) float64 {
	for steps := 0; len(v) > fewSorted; steps++ {
		if steps == 64 { // pivots that part badly: the order is set against them
			break
		}
		below, equal := part(v)
		switch {
		case k < below:
			v = v[:below]
		case k < below+equal:
			return v[below]
		default:
			v, k = v[below+equal:], k-below-equal
		}
	}
	slices.Sort(v)
	return v[k]
}

// part puts the numbers below a pivot first, then those equal to it, and says how many there are.
func part(v []float64) (below, equal int) {
	n := len(v)
	pivot := middle(v[0], v[n/2], v[n-1])
	low, i, high := 0, 0, n
	for i < high {
		switch x := v[i]; {
		case less(x, pivot):
			v[low], v[i] = x, v[low]
			low++
			i++
		case less(pivot, x):
			high--
			v[i], v[high] = v[high], x
		default:
			i++
		}
	}
	return low, high - low
}

func less(a, b float64) bool { return a < b || a != a && b == b }

func middle(a, b, c float64) float64 {
	if less(b, a) {
		a, b = b, a
	}
	if less(c, b) {
		b = c
	}
	if less(b, a) {
		return a
	}
	return b
}
