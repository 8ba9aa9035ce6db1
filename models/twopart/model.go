package twopart

import (
	"fmt"
	"sync"

	"eahas/models"
	"eahas/models/parts"
)

// Model is a trained two-part model. It is immutable and as safe for concurrent use as its parts.
type Model struct {
	outputs   int
	low, high float64
	// gate has one output. With gate nil exactly one of the other two is there.
	gate, alive, failed models.Predictor

	pool sync.Pool // of *[]float64, outputs long
}

var (
	_ models.Predictor = (*Model)(nil)
	_ models.Freezer   = (*Model)(nil)
)

// Outputs returns the number of targets.
func (m *Model) Outputs() int { return m.outputs }

// Failure returns the chance of failure for the row x that the prediction mixes by: 0 or 1 where the gate is sure.
func (m *Model) Failure(x []float64) float64 {
	if m.gate == nil {
		if m.alive == nil {
			return 1
		}
		return 0
	}
	s := m.scratch()
	defer m.pool.Put(s)
	p := m.gate.Predict((*s)[:1:1], x)[0]
	switch {
	case p > m.high:
		return 1
	case p >= m.low: // NaN counts as alive
		return p
	}
	return 0
}

// Predict writes the predictions for the encoded row x into dst (length Outputs; nil allocates) and returns it.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, m.outputs)
	}
	if len(dst) != m.outputs {
		panic("twopart: dst has a wrong length")
	}
	p := m.Failure(x)
	if p == 1 {
		return m.failed.Predict(dst, x)
	}
	m.alive.Predict(dst, x)
	if p == 0 {
		return dst
	}
	s := m.scratch()
	defer m.pool.Put(s)
	for j, v := range m.failed.Predict(*s, x) {
		dst[j] += float64(p * (v - dst[j]))
	}
	return dst
}

func (m *Model) scratch() *[]float64 {
	if s, ok := m.pool.Get().(*[]float64); ok {
		return s
	}
	s := make([]float64, m.outputs)
	return &s
}

// Freeze returns the model of its parts' serving forms.
func (m *Model) Freeze() (models.Predictor, error) {
	out := &Model{outputs: m.outputs, low: m.low, high: m.high}
	for _, part := range []struct {
		name string
		from models.Predictor
		into *models.Predictor
	}{{"gate", m.gate, &out.gate}, {"alive", m.alive, &out.alive}, {"failed", m.failed, &out.failed}} {
		if part.from == nil {
			continue
		}
		var err error
		if *part.into, err = parts.Freeze(part.from); err != nil {
			return nil, fmt.Errorf("twopart: %s: %w", part.name, err)
		}
	}
	return out, nil
}
