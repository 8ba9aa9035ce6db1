package features

import (
	"math"
	"slices"
	"sort"
)

// Support knows where the training configurations lay, so that a query beside them can be told. It holds, per axis of
// the encoded frame, the smallest and greatest number and the categories that were seen, and up to 2,000 of the
// configurations, coarsely.
//
// A query is "beyond" on an axis when its number lies outside the seen ones (by more than 1e-6 of the declared range),
// or its category, or its being missing, was never seen. When it is beyond on no axis, it may still be a combination
// unlike all: its distance to the nearest kept configuration is then greater than the 99th percentile of the kept
// ones' distances to their nearest other. The distance is Gower's in its Euclidean form: per axis the difference of
// the scaled numbers (rounded to 1/254), or 1 for different categories or missing against present; summed in squares.
// Derived columns are not looked at. It is immutable and safe for concurrent use.
type Support struct {
	p         int // columns of the frame
	axes      []supportAxis
	rows      []uint8 // kept configurations, n x len(axes), row-major
	threshold int32   // squared distance, in units of 1/254; -1 when fewer than minReference rows are kept
	index     neighbours
}

// supportAxis is what was seen on one axis.
type supportAxis struct {
	name    string
	col     int     // first column
	cats    int     // columns of the one-hot group; 0 for a numeric axis
	low     float64 // smallest and greatest encoded number seen; +Inf, -Inf when none was
	high    float64
	seen    []bool // per category
	missing bool   // was it ever missing?
}

const (
	maxReference   = 2000    // configurations that are kept at most
	maxSupportCell = 120_000 // kept configurations times axes at most, so that a stored support stays below 200 KB
	minReference   = 20      // with fewer, nothing is said about combinations
	maxNearAxes    = 128     // with more axes, nothing is said about combinations
	levels         = 254     // a scaled number 0..1 is kept as 0..254
	codeMissing    = 255
	rangeSlack     = 1e-6
)

// Combination is the name that Beyond gives when the axes are fine one by one.
const Combination = "combination"

// NewSupport builds the support of the rows of an encoded training frame. Which configurations are kept depends on
// the set of rows only, not on repeats: of the distinct ones, in the frame's order, evenly spaced ones.
func NewSupport(f Frame) *Support {
	s := &Support{p: f.P(), axes: supportAxes(f.Columns), threshold: -1}
	for i := range f.N {
		for j := range s.axes {
			s.axes[j].see(f.Row(i))
		}
	}
	if len(s.axes) == 0 || len(s.axes) > maxNearAxes {
		return s
	}
	s.keep(f)
	s.threshold = s.leaveOneOut()
	s.index = newNeighbours(s)
	return s
}

// supportAxes groups the columns that were made from axes.
func supportAxes(cols []Column) []supportAxis {
	var out []supportAxis
	for j := 0; j < len(cols); {
		c := cols[j]
		a := supportAxis{name: c.Param, col: j, low: math.Inf(1), high: math.Inf(-1)}
		j++
		if c.Group >= 0 {
			for a.cats = 1; j < len(cols) && cols[j].Group == c.Group; j++ {
				a.cats++
			}
			a.seen = make([]bool, a.cats)
		}
		if c.Param != "" {
			out = append(out, a)
		}
	}
	return out
}

// see widens the axis by one row.
func (a *supportAxis) see(x []float64) {
	if math.IsNaN(x[a.col]) {
		a.missing = true
		return
	}
	if a.cats > 0 {
		if k := a.category(x); k >= 0 {
			a.seen[k] = true
		}
		return
	}
	a.low, a.high = min(a.low, x[a.col]), max(a.high, x[a.col])
}

// category returns which column of the one-hot group is set, or -1.
func (a *supportAxis) category(x []float64) int {
	for k, v := range x[a.col : a.col+a.cats] {
		if v > 0.5 {
			return k
		}
	}
	return -1
}

// beyond reports whether row x lies outside what the axis has seen.
func (a *supportAxis) beyond(x []float64) bool {
	v := x[a.col]
	switch {
	case math.IsNaN(v):
		return !a.missing
	case a.cats > 0:
		k := a.category(x)
		return k < 0 || !a.seen[k]
	}
	return !(v >= a.low-rangeSlack && v <= a.high+rangeSlack)
}

// code returns the axis' value in one byte: 0..254 of the declared range, or the category, or 255 when missing.
// Categories from 254 on share a code.
func (a *supportAxis) code(x []float64) uint8 {
	v := x[a.col]
	switch {
	case math.IsNaN(v):
		return codeMissing
	case a.cats > 0:
		return uint8(min(max(a.category(x), 0), levels))
	}
	return uint8(math.Round(levels * min(1, max(0, v))))
}

// keep fills rows with distinct configurations.
func (s *Support) keep(f Frame) {
	rows := distinctRows{seen: make(map[string]bool, f.N)}
	row := make([]uint8, len(s.axes))
	for i := range f.N {
		s.encode(row, f.Row(i))
		rows.add(row)
	}
	s.rows = rows.thinned(len(s.axes))
}

// distinctRows gathers coded rows, each once.
type distinctRows struct {
	seen map[string]bool
	all  []uint8
}

func (d *distinctRows) add(row []uint8) {
	if !d.seen[string(row)] {
		d.seen[string(row)] = true
		d.all = append(d.all, row...)
	}
}

// thinned returns the rows of m axes, evenly chosen ones where there are more than a support keeps.
func (d *distinctRows) thinned(m int) []uint8 {
	n, most := len(d.all)/m, min(maxReference, maxSupportCell/m)
	if n <= most {
		return d.all
	}
	var kept []uint8
	for k := range most {
		i := k * n / most
		kept = append(kept, d.all[i*m:(i+1)*m]...)
	}
	return kept
}

func (s *Support) encode(dst []uint8, x []float64) {
	for j := range s.axes {
		dst[j] = s.axes[j].code(x)
	}
}

// leaveOneOut returns the 99th percentile (the smallest order statistic at or above it) of the kept configurations'
// squared distances to their nearest other one.
func (s *Support) leaveOneOut() int32 {
	m := len(s.axes)
	n := len(s.rows) / m
	if n < minReference {
		return -1
	}
	nearest := make([]int32, n)
	for i := range nearest {
		nearest[i] = math.MaxInt32
	}
	for i := range n {
		for k := range i {
			d := s.distance(s.rows[i*m:(i+1)*m], s.rows[k*m:(k+1)*m], max(nearest[i], nearest[k]))
			nearest[i], nearest[k] = min(nearest[i], d), min(nearest[k], d)
		}
	}
	slices.Sort(nearest)
	return nearest[sort.Search(n-1, func(i int) bool { return float64(i+1) >= 0.99*float64(n) })]
}

// distance returns the squared distance of two coded rows, or some greater number than limit when it exceeds limit.
func (s *Support) distance(a, b []uint8, limit int32) int32 {
	b = b[:len(a)]
	sum := int32(0)
	for j, x := range a {
		y := b[j]
		if x == y {
			continue
		}
		if s.axes[j].cats > 0 || x == codeMissing || y == codeMissing {
			sum += levels * levels
		} else {
			d := int32(x) - int32(y)
			sum += d * d
		}
		if sum > limit {
			return sum
		}
	}
	return sum
}

// Beyond appends to dst the names of the axes on which the encoded row x lies outside what was seen, in the frame's
// order, or else Combination when no kept configuration is near; it returns dst unchanged when nothing extrapolates
// and does not allocate then. It panics when x has not the length of the frame's columns.
func (s *Support) Beyond(dst []string, x []float64) []string {
	if len(x) != s.p {
		panic("features: row length differs from the support's columns")
	}
	had := len(dst)
	for j := range s.axes {
		if name := s.axes[j].name; s.axes[j].beyond(x) && (len(dst) == had || dst[len(dst)-1] != name) {
			dst = append(dst, name) // once for all columns of a graph
		}
	}
	if len(dst) == had && s.threshold >= 0 && !s.index.near(s, x) {
		dst = append(dst, Combination)
	}
	return dst
}
