package linear

import (
	"fmt"
	"sync"

	"eahas/models"
	"eahas/models/dense"
	"eahas/models/internal/wire"
)

// Model is the frozen predictor. It is immutable and safe for concurrent use.
type Model struct {
	scaler    *dense.Scaler
	intercept []float64 // k
	slope     []float64 // k x width, row-major
	rows      sync.Pool // of *rowBuffer
}

// rowBuffer holds one dense row: in small when it fits, which saves an allocation.
type rowBuffer struct {
	small [64]float64
	large []float64
}

var _ models.Predictor = (*Model)(nil)

// Outputs returns the number of targets.
func (m *Model) Outputs() int { return len(m.intercept) }

// Inputs returns p, the length of the rows that Predict takes.
func (m *Model) Inputs() int { return m.scaler.Inputs() }

// Predict implements models.Predictor. It panics on wrong lengths.
func (m *Model) Predict(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(m.intercept))
	}
	if len(dst) != len(m.intercept) {
		panic("linear: wrong length")
	}
	w := m.scaler.Width()
	buf, ok := m.rows.Get().(*rowBuffer)
	if !ok {
		buf = new(rowBuffer)
		if w > len(buf.small) {
			buf.large = make([]float64, w)
		}
	}
	row := buf.large
	if row == nil {
		row = buf.small[:w:w]
	}
	m.scaler.Apply(row, x)
	for k := range dst {
		sum := m.intercept[k]
		for j, b := range m.slope[k*w : (k+1)*w] {
			sum += b * row[j]
		}
		dst[k] = sum
	}
	m.rows.Put(buf)
	return dst
}

// magic opens the bytes of a Model; the last character is the version.
const magic = "lin1"

// AppendBinary appends the model's bytes to b. Layout, little-endian:
//
//	"lin1"
//	uint32 length, then a dense.Scaler of that many bytes, of some width w
//	uint32 outputs, then per output: float64 intercept, float64[w] slopes
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	scaler, err := m.scaler.AppendBinary(nil)
	if err != nil {
		return b, err
	}
	b = wire.AppendBlock(append(b, magic...), scaler)
	b = wire.AppendU32(b, len(m.intercept))
	w := m.scaler.Width()
	for k, a := range m.intercept {
		b = wire.AppendF64s(wire.AppendF64(b, a), m.slope[k*w:(k+1)*w])
	}
	return b, nil
}

// Decode reads what AppendBinary wrote; b must hold nothing else.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	scaler, err := dense.Decode(r.Block())
	if err := r.Err(); err != nil {
		return nil, fmt.Errorf("linear: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("linear: %w", err)
	}
	m := &Model{scaler: scaler}
	outputs := r.Count(8 * (1 + scaler.Width()))
	if outputs == 0 {
		r.Fail("no outputs")
	}
	for range outputs {
		m.intercept = append(m.intercept, r.F64())
		m.slope = append(m.slope, r.F64s(scaler.Width())...)
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("linear: %w", err)
	}
	return m, nil
}
