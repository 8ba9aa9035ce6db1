package knn

import "math"

// neighbour is a site and its squared distance to the query.
type neighbour struct {
	site   int
	square float64
}

// nearest keeps the k nearest neighbours seen so far, nearest first; of equal distances the lower site first.
// Sites must be offered in increasing order.
type nearest struct {
	list [MaxNeighbours]neighbour
	n, k int
}

// bound returns the squared distance that a site must stay below to enter.
func (q *nearest) bound() float64 {
	if q.n < q.k {
		return math.Inf(1)
	}
	return q.list[q.k-1].square
}

func (q *nearest) offer(site int, square float64) {
	if q.n == q.k && !(square < q.list[q.k-1].square) {
		return
	}
	if q.n < q.k {
		q.n++
	}
	i := q.n - 1
	for ; i > 0 && square < q.list[i-1].square; i-- {
		q.list[i] = q.list[i-1]
	}
	q.list[i] = neighbour{site, square}
}

// factor returns how much a neighbour at the squared distance counts under w. When the nearest neighbour stands at
// distance 0, only those at distance 0 count (for Inverse and InverseSquare).
func (w Weighting) factor(square, nearest float64) float64 {
	if w == Uniform {
		return 1
	}
	if nearest == 0 {
		if square == 0 {
			return 1
		}
		return 0
	}
	ratio := nearest / square // 0 < ratio <= 1: neither overflows nor underflows to 0/0
	if w == Inverse {
		return math.Sqrt(ratio)
	}
	return ratio
}

// average writes the weighted mean of the targets y (sites x len(dst)) of the neighbours into dst.
// It is a running mean: equal targets are returned exactly.
func average(dst []float64, list []neighbour, w Weighting, y, weight []float64) {
	total := 0.0
	for i := range list {
		total = further(dst, list, i, total, w, y, weight)
	}
}

// further moves dst, the mean of the neighbours before i, whose weights have the sum total, to the mean with neighbour
// i, and returns the new sum.
func further(dst []float64, list []neighbour, i int, total float64, w Weighting, y, weight []float64) float64 {
	k, site := len(dst), list[i].site
	row := y[site*k : (site+1)*k]
	if i == 0 {
		copy(dst, row)
	}
	f := w.factor(list[i].square, list[0].square) * weight[site]
	if f == 0 {
		return total
	}
	total += f
	share := f / total
	for j, v := range row {
		dst[j] += share * (v - dst[j])
	}
	return total
}
