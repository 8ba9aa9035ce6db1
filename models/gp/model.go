package gp

import (
	"sync"

	"eahas/models"
	"eahas/models/dense"
	"eahas/models/linear"

	"gonum.org/v1/gonum/mat"
)

// maxComponents bounds the kernels in the sum.
const maxComponents = 4

// Model is the frozen predictor. It is immutable and safe for concurrent use.
type Model struct {
	scaler      *dense.Scaler
	mean        *linear.Model // or nil
	kernel      Kernel
	components  int
	in          *inputs
	spread      []float64 // n
	thetas      []theta
	heads       []head    // one per output
	coefficient []float64 // n x outputs

	covariances []covariance // of thetas
	scratch     sync.Pool    // of *scratch
	factorOnce  sync.Once
	factors     []*mat.Cholesky // of thetas; see PredictVar
}

// head maps a standardised prediction to an output's units.
type head struct {
	theta        int // index of its hyperparameters
	shift, scale float64
}

type scratch struct {
	dense, query, squares, value, mean []float64
}

var _ models.Predictor = (*Model)(nil)

// prepare takes the parameters out of the logarithms.
func (m *Model) prepare() {
	m.covariances = m.covariances[:0]
	for _, t := range m.thetas {
		m.covariances = append(m.covariances, newCovariance(m.kernel, t, m.components, len(m.in.ends)))
	}
}

// Outputs returns the number of targets.
func (m *Model) Outputs() int { return len(m.heads) }

// Predict implements models.Predictor: the posterior mean, eq. 2.25. It panics on wrong lengths.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(m.heads))
	}
	if len(dst) != len(m.heads) || len(x) != m.scaler.Inputs() {
		panic("gp: wrong length")
	}
	w := m.begin(x)
	clear(dst)
	axes, thetas := len(m.in.ends), len(m.covariances)
	for i := 0; i < m.in.n; i += lanes {
		rows := min(lanes, m.in.n-i)
		for r := range rows {
			m.in.squares(w.squares[r*axes:(r+1)*axes], w.query, m.in.row(i+r))
		}
		for p := range m.covariances {
			var values [lanes]float64
			m.covariances[p].atLanes(&values, w.squares) // of the last rows some are old squares; nobody looks
			for r := range rows {
				w.value[r*thetas+p] = values[r]
			}
		}
		for r := range rows {
			c := m.coefficient[(i+r)*len(dst) : (i+r+1)*len(dst)]
			for k, h := range m.heads {
				dst[k] += c[k] * w.value[r*thetas+h.theta]
			}
		}
	}
	for k, h := range m.heads {
		dst[k] = dst[k]*h.scale + h.shift
	}
	if m.mean != nil {
		m.mean.Predict(w.mean, x)
		for k := range dst {
			dst[k] += w.mean[k]
		}
	}
	m.scratch.Put(w)
	return dst
}

// begin takes scratch from the pool and scales the query into it.
func (m *Model) begin(x []float64) *scratch {
	w, ok := m.scratch.Get().(*scratch)
	if !ok {
		w = new(scratch)
		parts := []*[]float64{&w.dense, &w.query, &w.squares, &w.value, &w.mean}
		sizes := [...]int{m.scaler.Width(), m.in.width, lanes * len(m.in.ends), lanes * len(m.thetas), len(m.heads)}
		total := 0
		for _, n := range sizes {
			total += n
		}
		all := make([]float64, total) // one allocation for all of them
		for i, n := range sizes {
			*parts[i], all = all[:n:n], all[n:]
		}
	}
	m.scaler.Apply(w.dense, x)
	m.in.pick(w.query, w.dense)
	return w
}
