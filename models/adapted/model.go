package adapted

import (
	"fmt"
	"math"
	"sync"

	"eahas/models"
	"eahas/models/internal/factor"
	"eahas/models/parts"
)

// Model is a base and what was learnt of categories that it does not know. It is immutable and safe for concurrent use.
type Model struct {
	inputs int // p, the length of the rows that are answered for
	base   models.Predictor
	view   []Column // of the base, in its order
	known  []int    // D places in the view: the columns of the known categories; none: the base does not see them
	added  []category

	pool sync.Pool // *[]float64: scratch of the base's row and an answer
}

// Column is where a column of the base's row stands in the rows that are answered for. A number is taken from another
// scale: base = Shift + Scale * x, limited to 0..1; below 0 it is a place of its own (features.ZeroPlace) and stays.
type Column struct {
	From         int
	Shift, Scale float64 // 0, 1: the same scale, no limit
}

// category is one that was added.
type category struct {
	column  int       // of the row: 1 where it is this category
	weights []float64 // D
	offset  []float64 // k
	spread  float64   // standard deviation of what is not known, for models.Spreader
	smooth  smooth
}

// smooth is a sum of kernels around runs.
type smooth struct {
	columns     []int     // m places in the view
	length      float64   // scale of the distance
	rows        []float64 // n x m; a missing value is -1
	coefficient []float64 // n
}

var (
	_ models.Freezer  = (*Model)(nil)
	_ models.Spreader = (*Model)(nil)
)

// New makes a model of a base that sees a row through a view, and of the places of its known categories in it; none
// where the base does not see the category. It adds none. Where the base is such a model itself, its categories stay,
// and the known ones are its own.
func New(base models.Predictor, inputs int, view []Column, known []int) *Model {
	m := &Model{inputs: inputs, base: base, view: view, known: known}
	old, again := base.(*Model)
	if !again {
		return m
	}
	m.base, m.view, m.known = old.base, nil, old.known
	for _, c := range old.view {
		to := view[c.From]
		m.view = append(m.view, Column{to.From, c.Shift + float64(c.Scale*to.Shift), float64(c.Scale * to.Scale)})
	}
	for _, c := range old.added {
		c.column = view[c.column].From
		m.added = append(m.added, c)
	}
	return m
}

// Base returns what answers for the known categories.
func (m *Model) Base() models.Predictor { return m.base }

// d is the number of answers of the base that are weighted.
func (m *Model) d() int { return max(1, len(m.known)) }

// Outputs returns k, that of the base.
func (m *Model) Outputs() int { return m.base.Outputs() }

// Predict writes the predictions for the encoded row x (length p, NaN = missing) into dst (length k; nil allocates). It
// allocates only what the base does.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, m.Outputs())
	}
	if len(x) != m.inputs || len(dst) != m.Outputs() {
		panic("adapted: wrong length of x or dst")
	}
	s := m.scratch()
	defer m.pool.Put(s)
	u, one := (*s)[:len(m.view)], (*s)[len(m.view):]
	m.look(u, x)
	c := m.categoryOf(x)
	if c == nil {
		return m.base.Predict(dst, u)
	}
	copy(dst, c.offset)
	for d, w := range c.weights {
		m.as(u, d)
		for j, v := range m.base.Predict(one, u) {
			dst[j] += float64(w * v)
		}
	}
	if len(c.smooth.coefficient) > 0 {
		dst[0] += c.smooth.at(u)
	}
	return dst
}

// look writes the base's row.
func (m *Model) look(u, x []float64) {
	for j, c := range m.view {
		v := x[c.From]
		if c.Shift != 0 || c.Scale != 1 {
			v = c.of(v)
		}
		u[j] = v
	}
}

// of takes a number from its scale to the base's.
func (c Column) of(v float64) float64 {
	if !(v >= 0) { // missing, or 0 as a value of its own
		return v
	}
	return max(0, min(1, c.Shift+float64(c.Scale*v)))
}

// as makes the base's row one of a known category.
func (m *Model) as(u []float64, d int) {
	for e, j := range m.known {
		u[j] = 0
		if e == d {
			u[j] = 1
		}
	}
}

// categoryOf returns the added category of a row; nil for all others.
func (m *Model) categoryOf(x []float64) *category {
	for i := range m.added {
		if x[m.added[i].column] > 0.5 {
			return &m.added[i]
		}
	}
	return nil
}

func (m *Model) scratch() *[]float64 {
	if s, ok := m.pool.Get().(*[]float64); ok {
		return s
	}
	s := make([]float64, len(m.view)+m.Outputs())
	return &s
}

// at returns the sum at a row of the base.
func (s *smooth) at(u []float64) float64 {
	sum := 0.0
	for i, a := range s.coefficient {
		row := s.rows[i*len(s.columns) : (i+1)*len(s.columns)]
		square := 0.0
		for j, c := range s.columns {
			d := place(u[c]) - row[j]
			square += float64(d * d)
		}
		sum += float64(a * matern(math.Sqrt(square)/s.length))
	}
	return sum
}

// place is where a value lies: a missing one at -1.
func place(v float64) float64 {
	if v != v {
		return -1
	}
	return v
}

// matern is the Matern covariance of smoothness 5/2 at a distance.
func matern(r float64) float64 {
	s := math.Sqrt(5) * r
	return (1 + s + float64(s*s)/3) * math.Exp(-s)
}

// Spread implements models.Spreader: what the base knows of a known category; for an added one its answers for the
// known ones, each by its weight, and what is not known of the category.
func (m *Model) Spread(dst, x []float64) []float64 {
	u := make([]float64, len(m.view))
	m.look(u, x)
	base, says := m.base.(models.Spreader)
	c := m.categoryOf(x)
	if c == nil {
		if says {
			return base.Spread(dst, u)
		}
		return dst
	}
	var rows []float64
	for d, w := range c.weights {
		if !says {
			break
		}
		m.as(u, d)
		at := len(rows)
		rows = base.Spread(rows, u)
		for i := at; i < len(rows); i++ {
			rows[i] *= w
		}
	}
	k := m.Outputs()
	for j := range k {
		row := make([]float64, k)
		row[j] = c.spread
		rows = append(rows, row...)
	}
	return factor.Append(dst, rows, k)
}

// Freeze returns the model with the serving form of its base.
func (m *Model) Freeze() (models.Predictor, error) {
	base, err := parts.Freeze(m.base)
	if err != nil {
		return nil, fmt.Errorf("adapted: %w", err)
	}
	return &Model{inputs: m.inputs, base: base, view: m.view, known: m.known, added: m.added}, nil
}
