package gp

import (
	"eahas/models/dense"
)

// inputs are n rows whose columns are ordered by axis.
type inputs struct {
	n, width int
	x        []float64 // n x width
	layout
}

// layout says which dense columns make the rows, and where each axis ends.
type layout struct {
	column []int     // width: dense column
	factor []float64 // width: what it is multiplied with
	ends   []int     // one per axis: its columns are those from the previous end up to here
}

func layoutOf(axes []dense.Axis) layout {
	var l layout
	for _, a := range axes {
		l.column = append(l.column, a.Columns...)
		l.factor = append(l.factor, a.Factors...)
		l.ends = append(l.ends, len(l.column))
	}
	return l
}

// pick writes the columns of the dense row into dst (length width).
func (l *layout) pick(dst, row []float64) {
	for c, j := range l.column {
		dst[c] = row[j] * l.factor[c]
	}
}

func (in *inputs) row(i int) []float64 { return in.x[i*in.width : (i+1)*in.width : (i+1)*in.width] }

// squares writes the squared distance between rows a and b along each axis into dst (length axes).
func (l *layout) squares(dst, a, b []float64) {
	from := 0
	for g, to := range l.ends {
		sum := 0.0
		for c := from; c < to; c++ {
			d := a[c] - b[c]
			sum += d * d
		}
		dst[g] = sum
		from = to
	}
}

// theta is the vector of hyperparameters, all logarithms: per component the variance and then one length scale per
// axis; at the end the noise variance.
type theta []float64

// thetaLen returns the length of a theta.
func thetaLen(components, axes int) int { return components*(1+axes) + 1 }

// component returns the log variance and the log length scales of component m.
func (t theta) component(m, axes int) (variance float64, lengths []float64) {
	c := t[m*(1+axes) : (m+1)*(1+axes)]
	return c[0], c[1:]
}
