package epochwise

import (
	"fmt"
	"math"
	"sync"

	"eahas/models"
	"eahas/models/internal/factor"
	"eahas/models/parts"
)

// Model is a trained regressor that sees the epoch. It is immutable and as safe for concurrent use as the regressor.
type Model struct {
	inputs, outputs int
	inner           models.Predictor // of inputs + 1 columns and one output

	pool sync.Pool // of *[]float64, inputs + 1 long
}

var (
	_ models.Freezer  = (*Model)(nil)
	_ models.Spreader = (*Model)(nil)
)

// Outputs returns the number of points.
func (m *Model) Outputs() int { return m.outputs }

// Predict writes the values at the points for the encoded row x into dst (length Outputs; nil allocates) and returns
// it.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, m.outputs)
	}
	if len(dst) != m.outputs || len(x) != m.inputs {
		panic("epochwise: dst or x has a wrong length")
	}
	row := m.row(x)
	defer m.pool.Put(row)
	for j := range dst {
		(*row)[m.inputs] = place(j, m.outputs)
		m.inner.Predict(dst[j:j+1:j+1], *row)
	}
	return dst
}

// Spread appends the regressor's own spread at each point, as if the points varied independently; nothing where it
// knows nothing.
func (m *Model) Spread(dst, x []float64) []float64 {
	inner, ok := m.inner.(models.Spreader)
	if !ok {
		return dst
	}
	row := m.row(x)
	defer m.pool.Put(row)
	deviations := make([]float64, m.outputs)
	var f []float64
	for j := range deviations {
		(*row)[m.inputs] = place(j, m.outputs)
		if f = inner.Spread(f[:0], *row); len(f) == 0 {
			return dst
		}
		for _, v := range f {
			deviations[j] = math.Hypot(deviations[j], v)
		}
	}
	return factor.Diagonal(dst, deviations)
}

// row returns a copy of x with room for the place; it goes back to the pool.
func (m *Model) row(x []float64) *[]float64 {
	row, ok := m.pool.Get().(*[]float64)
	if !ok {
		fresh := make([]float64, m.inputs+1)
		row = &fresh
	}
	copy(*row, x)
	return row
}

// Freeze returns the model with the regressor's serving form.
func (m *Model) Freeze() (models.Predictor, error) {
	inner, err := parts.Freeze(m.inner)
	if err != nil {
		return nil, fmt.Errorf("epochwise: %w", err)
	}
	return &Model{inputs: m.inputs, outputs: m.outputs, inner: inner}, nil
}
