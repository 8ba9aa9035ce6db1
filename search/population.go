package search

import (
	"cmp"
	"math"
	"slices"

	"eahas/eval"
)

// placesOf returns a number for each member that orders them, the lower the better: the score, or with mo the place in
// the order of (front, crowding distance) of loss and the logarithm of the second quantity.
func placesOf(ms []member, mo bool) []float64 {
	out := make([]float64, len(ms))
	if !mo {
		for i := range ms {
			out[i] = ms[i].score
		}
		return out
	}
	for place, i := range paretoOrder(ms) {
		out[i] = float64(place)
	}
	return out
}

// paretoOrder returns the members' indices by (front, crowding distance): the lower front first, inside it the
// lonelier. Of two that are equal in both the earlier stays first.
func paretoOrder(ms []member) []int {
	x, y := make([]float64, len(ms)), make([]float64, len(ms))
	for i := range ms {
		x[i], y[i] = ms[i].loss, math.Log(ms[i].second)
	}
	ranks := eval.Ranks(x, y)
	fronts := make([][]int, slices.Max(append(slices.Clone(ranks), 0))+1)
	for i, r := range ranks {
		fronts[r] = append(fronts[r], i)
	}
	crowd := make([]float64, len(ms))
	for _, front := range fronts {
		fx, fy := make([]float64, len(front)), make([]float64, len(front))
		for k, i := range front {
			fx[k], fy[k] = x[i], y[i]
		}
		for k, d := range eval.Crowding(fx, fy) {
			crowd[front[k]] = d
		}
	}
	order := make([]int, len(ms))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(ranks[a]-ranks[b], cmp.Compare(crowd[b], crowd[a]), a-b)
	})
	return order
}

// ascending returns the indices of v by its values; of equal ones the earlier stays first.
func ascending(v []float64) []int {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(v[a], v[b]), a-b) })
	return order
}
