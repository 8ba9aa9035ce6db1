package knn

import (
	"cmp"
	"math"
	"slices"

	"eahas/models/dense"
)

// matrix holds scaled site rows, columns with the largest spread first so that distances can be given up early.
type matrix struct {
	n, width int
	x        []float64 // n x width
	column   []int     // width: dense column of each column here
	factor   []float64 // width: its factor, > 0
}

// scaled builds the matrix of the sites under one scale per axis; columns of scale 0 are left out.
func scaled(s *sites, axes []dense.Axis, scales []float64) *matrix {
	m := &matrix{n: s.n}
	for a, ax := range axes {
		for c, j := range ax.Columns {
			if f := scales[a] * ax.Factors[c]; f > 0 && !math.IsInf(f, 0) {
				m.column = append(m.column, j)
				m.factor = append(m.factor, f)
			}
		}
	}
	m.width = len(m.column)
	// Dense columns have variance 1, so the factor is the spread.
	order := make([]int, m.width)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(m.factor[b], m.factor[a]) })
	column, factor := make([]int, m.width), make([]float64, m.width)
	for i, o := range order {
		column[i], factor[i] = m.column[o], m.factor[o]
	}
	m.column, m.factor = column, factor
	m.x = make([]float64, 0, s.n*m.width)
	for i := range s.n {
		for c, j := range m.column {
			m.x = append(m.x, s.x[i*s.width+j]*m.factor[c])
		}
	}
	return m
}

func (m *matrix) row(i int) []float64 { return m.x[i*m.width : (i+1)*m.width] }

// distance returns the squared Euclidean distance between q (length width) and row i, or some value >= bound as soon
// as the sum has reached it.
func (m *matrix) distance(q []float64, i int, bound float64) float64 {
	row := m.row(i)
	sum := 0.0
	for len(q) >= 4 && len(row) >= 4 {
		a, b, c, d := q[0]-row[0], q[1]-row[1], q[2]-row[2], q[3]-row[3]
		sum += float64(a*a) + float64(b*b) + (float64(c*c) + float64(d*d))
		if sum >= bound {
			return sum
		}
		q, row = q[4:], row[4:]
	}
	for j, v := range q {
		d := v - row[j]
		sum += float64(d * d)
	}
	return sum
}

// nearest implements distances.
func (m *matrix) nearest(q *nearest, group []int, i int) {
	row := m.row(i)
	for j, g := range group {
		if g == group[i] {
			continue
		}
		if square := m.distance(row, j, q.bound()); square < q.bound() {
			q.offer(j, square)
		}
	}
}
