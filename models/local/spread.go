package local

import (
	"math"

	"eahas/models"
	"eahas/models/internal/factor"
)

var _ models.Spreader = (*Model)(nil)

// Spread implements models.Spreader. At the share f between two sites it is one row, sqrt(f(1-f)) times their
// difference: that of a Brownian bridge whose step from site to site is as large as the measured one, 0 on a site and
// largest half-way. Beyond the end of a line it is the line's last step, times the root of the distance in such steps,
// at most 1. Off every line, and beyond a line of a single site, it is the sample covariance of the nearest sites; of a
// single site nothing is known. It panics when x has the wrong length.
func (m *Model) Spread(dst, x []float64) []float64 {
	if len(x) != m.p {
		panic("local: wrong length")
	}
	a, b, share, ok := m.bracket(x)
	switch {
	case ok && a != b:
		return m.step(dst, a, b, math.Sqrt(float64(share*(1-share))))
	case ok && order(m.input(a), x, m.axis) == 0:
		return m.step(dst, a, a, 0)
	case ok:
		if c, two := m.beside(a); two {
			end, last := m.input(a)[m.axis], m.input(c)[m.axis]
			return m.step(dst, c, a, math.Sqrt(min(1, math.Abs((x[m.axis]-end)/(end-last)))))
		}
	}
	return m.spreadNearest(dst, x)
}

// step appends one row: what site b's targets are above those of site a, times the scale.
func (m *Model) step(dst []float64, a, b int, scale float64) []float64 {
	ya, yb := m.target(a), m.target(b)
	for j := range ya {
		dst = append(dst, scale*(yb[j]-ya[j]))
	}
	return dst
}

// beside returns the site next to the end site a on its line; false when a is alone there.
func (m *Model) beside(a int) (c int, ok bool) {
	for _, c := range [2]int{a - 1, a + 1} {
		if c >= 0 && c < m.n && compareBut(m.input(c), m.input(a), m.axis) == 0 && !math.IsNaN(m.input(c)[m.axis]) {
			return c, true
		}
	}
	return 0, false
}

// spreadNearest appends the sample covariance of the nearest sites.
func (m *Model) spreadNearest(dst, x []float64) []float64 {
	at, found := m.near(x)
	if found < 2 {
		return dst
	}
	mean := m.mean(make([]float64, m.outputs), at[:found])
	root := math.Sqrt(float64(found - 1))
	var rows []float64
	for _, i := range at[:found] {
		for j, v := range m.target(i) {
			rows = append(rows, (v-mean[j])/root)
		}
	}
	return factor.Append(dst, rows, m.outputs)
}
