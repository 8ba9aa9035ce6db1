package local

import (
	"cmp"
	"math"
	"slices"

	"eahas/models"
	"eahas/models/internal/problem"
)

// site is one distinct configuration of the training rows.
type site struct {
	x, y   []float64 // inputs as encoded, mean targets
	weight float64
}

// same compares one input number; a missing one equals a missing one and comes first.
func same(a, b float64) int { return cmp.Compare(a, b) } // cmp orders NaN first and equal to itself

// compareBut orders inputs by every column but skip (-1: by every column).
func compareBut(a, b []float64, skip int) int {
	for j := range a {
		if j == skip {
			continue
		}
		if c := same(a[j], b[j]); c != 0 {
			return c
		}
	}
	return 0
}

// order sorts by the line first, then along the axis.
func order(a, b []float64, axis int) int {
	if c := compareBut(a, b, axis); c != 0 || axis < 0 {
		return c
	}
	return same(a[axis], b[axis])
}

// merge joins rows of equal inputs. The result is ordered by inputs, so it does not depend on the order of unequal
// rows.
func merge(d *models.Data) []site {
	rows := make([]int, d.X.N)
	for i := range rows {
		rows[i] = i
	}
	slices.SortStableFunc(rows, func(a, b int) int { return compareBut(d.X.Row(a), d.X.Row(b), -1) })
	var out []site
	for _, i := range rows {
		x, y, w := d.X.Row(i), d.Y[i*d.K:(i+1)*d.K], problem.Weight(d, i)
		if n := len(out); n > 0 && compareBut(out[n-1].x, x, -1) == 0 {
			s := &out[n-1]
			s.weight += w
			for j := range s.y { // a running mean: exact when all values are equal
				s.y[j] += w / s.weight * (y[j] - s.y[j])
			}
			continue
		}
		out = append(out, site{x: slices.Clone(x), y: slices.Clone(y), weight: w})
	}
	return out
}

// chooseAxis returns the numeric column that joins the most sites into lines of two and more, the first of equals, or
// -1.
func chooseAxis(sites []site, numeric []int) int {
	best, axis := 0, -1
	order := slices.Clone(sites)
	for _, j := range numeric {
		slices.SortFunc(order, func(a, b site) int { return compareBut(a.x, b.x, j) })
		joined := 0
		for from := 0; from < len(order); {
			to := from + 1
			for to < len(order) && compareBut(order[from].x, order[to].x, j) == 0 {
				to++
			}
			if to-from > 1 {
				joined += to - from
			}
			from = to
		}
		if joined > best {
			best, axis = joined, j
		}
	}
	return axis
}

// bracket returns the sites on x's line below and above it and the share (0..1) of the way from the first to the
// second. Beyond an end both are the end's site. It reports false when x is on no line or has no number on the axis.
func (m *Model) bracket(x []float64) (below, above int, share float64, ok bool) {
	if m.axis < 0 || math.IsNaN(x[m.axis]) {
		return 0, 0, 0, false
	}
	at, found := slices.BinarySearchFunc(m.index, x, func(i int32,
		x []float64) int {
		return order(m.input(int(i)), x, m.axis)
	})
	on := func(i int) bool {
		return i >= 0 && i < m.n && compareBut(m.input(i), x, m.axis) == 0 && !math.IsNaN(m.input(i)[m.axis])
	}
	switch {
	case found:
		return at, at, 0, true
	case on(at-1) && on(at):
		a, b := m.input(at - 1)[m.axis], m.input(at)[m.axis]
		return at - 1, at, (x[m.axis] - a) / (b - a), true
	case on(at - 1):
		return at - 1, at - 1, 0, true
	case on(at):
		return at, at, 0, true
	}
	return 0, 0, 0, false
}
