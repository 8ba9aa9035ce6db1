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
		pivot := middle(v[0], v[len(v)/2], v[len(v)-1])
		if pivot != pivot {
			break
		}
		below := lower(v, pivot)
		if k < below {
			v = v[:below]
			continue
		}
		v, k = v[below:], k-below
		equal := atMost(v, pivot)
		if k < equal {
			return v[k]
		}
		v, k = v[equal:], k-equal
	}
	slices.Sort(v)
	return v[k]
}

// lower puts the numbers below the pivot, NaN among them, first and says how many there are. It has no branch that
// depends on the numbers.
func lower(v []float64, pivot float64) int {
	n := 0
	for i, x := range v {
		v[i] = v[n]
		v[n] = x
		one := 1
		if x >= pivot {
			one = 0
		}
		n += one
	}
	return n
}

// atMost puts the numbers up to the pivot first and says how many there are.
func atMost(v []float64, pivot float64) int {
	n := 0
	for i, x := range v {
		v[i] = v[n]
		v[n] = x
		one := 1
		if x > pivot {
			one = 0
		}
		n += one
	}
	return n
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
