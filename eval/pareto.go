package eval

import (
	"cmp"
	"math"
	"slices"
)

// Front returns the indices of the points that no other point dominates, by x ascending; both coordinates are the
// lower the better. x and y have length n. A point dominates another when it is nowhere worse and somewhere better; of
// equal points the first stays. Points with a NaN are left out. O(n log n).
func Front(x, y []float64) []int {
	order := finitePairs(x, y)
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(x[a], x[b]), cmp.Compare(y[a], y[b]), a-b) })
	out := order[:0]
	lowest := math.Inf(1)
	for _, i := range order {
		if y[i] < lowest {
			out = append(out, i)
			lowest = y[i]
		}
	}
	return out
}

func finitePairs(x, y []float64) []int {
	if len(x) != len(y) {
		panic("eval: coordinates of different lengths")
	}
	order := make([]int, 0, len(x))
	for i := range x {
		if x[i] == x[i] && y[i] == y[i] {
			order = append(order, i)
		}
	}
	return order
}

// Hypervolume returns the area that the points (x, y), the lower the better, dominate below the reference (refX, refY).
// Points that do not lie strictly below the reference in both coordinates add nothing. Fleischer, "The measure of
// Pareto optima" (EMO 2003), for two objectives: one sweep over the front.
func Hypervolume(x, y []float64, refX, refY float64) float64 {
	sum, top := 0.0, refY
	for _, i := range Front(x, y) {
		if x[i] >= refX {
			break
		}
		if y[i] < top {
			sum += (refX - x[i]) * (top - y[i])
			top = y[i]
		}
	}
	return sum
}

// Ranks returns for n points of two objectives, the lower the better, the number of the front on which each lies: 0 for
// the points that nothing dominates, 1 for those that only points of front 0 dominate, and so on. Equal points share a
// front. A point with a NaN lies behind all others. Jensen, "Reducing the run-time complexity of multiobjective EAs"
// (IEEE TEC 2003): O(n log n) for two objectives.
func Ranks(x, y []float64) []int {
	order := finitePairs(x, y)
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(x[a], x[b]), cmp.Compare(y[a], y[b]), a-b) })
	out := make([]int, len(x))
	for i := range out {
		out[i] = -1
	}
	var low []float64 // the lowest y on each front so far; increasing with the front's number
	for at, i := range order {
		if at > 0 && x[order[at-1]] == x[i] && y[order[at-1]] == y[i] {
			out[i] = out[order[at-1]]
			continue
		}
		// The first front none of whose points dominates i: all its points have x <= x[i], so y alone decides.
		r, _ := slices.BinarySearchFunc(low, y[i], func(l, v float64) int {
			if l <= v {
				return -1
			}
			return 1
		})
		if r == len(low) {
			low = append(low, y[i])
		} else {
			low[r] = y[i]
		}
		out[i] = r
	}
	for i, r := range out {
		if r < 0 {
			out[i] = len(low)
		}
	}
	return out
}

// Crowding returns how far apart the neighbours of each of n points of one front are, summed over the two objectives
// after scaling each to 0..1; +Inf for the ends. Deb et al., "A fast and elitist multiobjective genetic algorithm:
// NSGA-II" (IEEE TEC 2002), section III-B.
func Crowding(x, y []float64) []float64 {
	out := make([]float64, len(x))
	for _, v := range [][]float64{x, y} {
		order := make([]int, len(v))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(v[a], v[b]), a-b) })
		if len(order) == 0 {
			continue
		}
		first, last := order[0], order[len(order)-1]
		out[first], out[last] = math.Inf(1), math.Inf(1)
		span := v[last] - v[first]
		if !(span > 0) {
			continue
		}
		for k := 1; k < len(order)-1; k++ {
			out[order[k]] += (v[order[k+1]] - v[order[k-1]]) / span
		}
	}
	return out
}

// Knee returns the index of the front's point that lies farthest below the line between its two ends, after scaling
// both coordinates to 0..1: where giving up a little of one buys most of the other. front lists indices of x and y by x
// ascending, as Front returns them; -1 for an empty one, the first for fewer than three points. Das, "On characterizing
// the knee of the Pareto curve" (Structural Optimization 1999).
func Knee(front []int, x, y []float64) int {
	if len(front) == 0 {
		return -1
	}
	best, far := front[0], 0.0
	a, b := front[0], front[len(front)-1]
	for _, i := range front {
		u, v := (x[i]-x[a])/(x[b]-x[a]), (y[i]-y[b])/(y[a]-y[b])
		if d := 1 - u - v; d > far {
			best, far = i, d
		}
	}
	return best
}
