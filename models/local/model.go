package local

import (
	"sync"

	"eahas/models"
	"eahas/models/dense"
)

// nearestSites is how many sites answer a question off every line.
const nearestSites = 3

// Model is a frozen local model. It is immutable and safe for concurrent use; make it with Trainer or Decode.
type Model struct {
	axis, n, p, outputs int       // axis: the input column along which lines run, -1 without lines
	x                   []float64 // n x p, inputs of the sites as encoded (NaN = missing), by line, then along the axis
	y                   []float64 // n x outputs, finite

	index  []int32 // 0..n-1, for binary search
	scaler *dense.Scaler
	scaled []float64 // n x scaler.Width()
	pool   sync.Pool // of []float64 scratch, as *[]float64
}

var _ models.Predictor = (*Model)(nil)

func (m *Model) input(i int) []float64  { return m.x[i*m.p : (i+1)*m.p] }
func (m *Model) target(i int) []float64 { return m.y[i*m.outputs : (i+1)*m.outputs] }

// finish fills in what follows from the sites.
func (m *Model) finish() *Model {
	for i := range m.n {
		m.index = append(m.index, int32(i))
	}
	w := m.scaler.Width()
	m.scaled = make([]float64, m.n*w)
	for i := range m.n {
		m.scaler.Apply(m.scaled[i*w:(i+1)*w], m.input(i))
	}
	m.pool.New = func() any { s := make([]float64, w); return &s }
	return m
}

// Outputs returns the number of targets.
func (m *Model) Outputs() int { return m.outputs }

// Predict writes the predictions for the encoded row x (length p, NaN = missing) into dst (length Outputs; nil
// allocates) and returns it. It panics when a length is wrong.
func (m *Model) Predict(dst, x []float64) []float64 {
	dst = m.sized(dst, x)
	a, b, share, ok := m.bracket(x)
	if !ok {
		at, found := m.near(x)
		return m.mean(dst, at[:found])
	}
	ya, yb := m.target(a), m.target(b)
	for j := range dst {
		dst[j] = between(ya[j], yb[j], share)
	}
	return dst
}

// Guide replaces the predictions in v (length Outputs, finite) for the row x by the nearest point (least squares over
// the outputs) of the segment between the two sites of x's bracket, and reports true. Off every line it leaves v as it
// is and reports false.
func (m *Model) Guide(v, x []float64) bool {
	m.sized(v, x)
	a, b, _, ok := m.bracket(x)
	if !ok {
		return false
	}
	ya, yb := m.target(a), m.target(b)
	var along, length float64
	for j := range v {
		d := yb[j] - ya[j]
		along += float64((v[j] - ya[j]) * d)
		length += float64(d * d)
	}
	share := 0.0
	if length > 0 {
		share = along / length
	}
	for j := range v {
		v[j] = between(ya[j], yb[j], share)
	}
	return true
}

// OnLine reports whether the row x (length p) is on a line of two sites and more, or on a site: where Spread is told by
// the line and not by the nearest sites.
func (m *Model) OnLine(x []float64) bool {
	a, b, _, ok := m.bracket(x)
	if !ok || a != b || order(m.input(a), x, m.axis) == 0 {
		return ok
	}
	_, two := m.beside(a)
	return two
}

func (m *Model) sized(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, m.outputs)
	}
	if len(dst) != m.outputs || len(x) != m.p {
		panic("local: wrong length")
	}
	return dst
}

// near returns the nearest sites, nearest first, the earlier one of equally near ones, and how many they are.
func (m *Model) near(x []float64) (at [nearestSites]int, found int) {
	s := m.pool.Get().(*[]float64)
	defer m.pool.Put(s)
	q := m.scaler.Apply(*s, x)
	w := len(q)
	var dist [nearestSites]float64
	for i := range m.n {
		d := 0.0
		for j, v := range m.scaled[i*w : (i+1)*w] {
			e := v - q[j]
			d += float64(e * e)
		}
		if found == nearestSites && !(d < dist[found-1]) {
			continue
		}
		k := min(found, nearestSites-1)
		for k > 0 && d < dist[k-1] {
			at[k], dist[k] = at[k-1], dist[k-1]
			k--
		}
		at[k], dist[k] = i, d
		found = min(found+1, nearestSites)
	}
	return at, found
}

// mean writes the mean of the sites' targets.
func (m *Model) mean(dst []float64, sites []int) []float64 {
	clear(dst)
	for k, i := range sites {
		for j, v := range m.target(i) { // a running mean: exact when all values are equal
			dst[j] += (v - dst[j]) / float64(k+1)
		}
	}
	return dst
}

// between returns the value at the share f (clipped to 0..1, NaN counts as 0) of the way from a to b, exactly a where
// they are equal.
func between(a, b, f float64) float64 {
	switch {
	case a == b || !(f > 0):
		return a
	case f >= 1:
		return b
	}
	return float64((1-f)*a) + float64(f*b)
}
