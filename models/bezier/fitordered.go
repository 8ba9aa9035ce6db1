package bezier

import "math"

// fitOrdered is fit for x control points from 0 to 1, under the constraint that they are in order. Where the free
// solution is out of order, neighbours are made equal: of all ways to pool them (2^n at most, n <= 6) the best one that
// is in order is the constrained optimum, since there the control points that do not share a place are free.
func fitOrdered(p, t, x []float64) {
	n := len(p) - 1
	fit(p, t, x, 1)
	if inOrder(p) || len(t) < 3 {
		return
	}
	var e normal
	equations(&e, n, t, x, 1)
	var start, best row
	line(start[:n+1], 0, 1)
	least := math.Inf(1)
	for mask := 1; mask < 1<<n-1; mask++ { // bit i: control points i and i+1 are equal
		try, ok := e.pooled(&start, n, mask)
		if !ok || !inOrder(try[:n+1]) {
			continue
		}
		if cost := e.cost(&try, &start); cost < least {
			least, best = cost, try
		}
	}
	if least < math.Inf(1) {
		copy(p, best[:n+1])
		return
	}
	order(p[1:n])
}

// pooled minimises under the equalities of a mask. start holds the straight line's control points.
func (e *normal) pooled(start *row, n, mask int) (x row, ok bool) {
	var group [maxDegree + 1]int // of each control point; that of 0 is fixed at 0, that of n at 1
	for i := range n {
		group[i+1] = group[i] + 1 - mask>>i&1
	}
	top := group[n]
	var d row // x - start where the free groups are at 0
	for i := range n + 1 {
		if group[i] == top {
			x[i] = 1
		}
		d[i] = x[i] - start[i]
	}
	var g [maxDegree]row
	var r row
	for p := range e.k {
		gp := group[p+1] - 1 // free groups are 1..top-1
		if gp < 0 || gp == top-1 {
			continue
		}
		r[gp] += e.r[p]
		for q := range e.k {
			r[gp] -= e.g[p][q] * d[q+1]
			if gq := group[q+1] - 1; gq >= 0 && gq < top-1 {
				g[gp][gq] += e.g[p][q]
			}
		}
	}
	if !solve(&g, &r, top-1) {
		return x, false
	}
	for i := 1; i < n; i++ {
		if gi := group[i]; gi > 0 && gi < top {
			x[i] = r[gi-1]
		}
	}
	return x, true
}

// cost returns d'Gd/2 - r'd for the control points x.
func (e *normal) cost(x, start *row) float64 {
	sum := 0.0
	for p := range e.k {
		d := x[p+1] - start[p+1]
		sum -= e.r[p] * d
		for q := range e.k {
			sum += e.g[p][q] * d * (x[q+1] - start[q+1]) / 2
		}
	}
	return sum
}

func inOrder(p []float64) bool {
	for i := 1; i < len(p); i++ {
		if !(p[i] >= p[i-1]) {
			return false
		}
	}
	return true
}
