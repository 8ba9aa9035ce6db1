package local

import (
	"encoding/binary"
	"fmt"
	"math"

	"eahas/models/dense"
	"eahas/models/internal/wire"
)

// magic opens the bytes of a Model; the last character is the version.
const magic = "local1"

// bounds of a decoded model
const (
	maxInputs  = 1 << 16
	maxOutputs = 1 << 20
)

// AppendBinary appends the model's bytes to b. The error is that of the scaler. Layout, little-endian:
//
//	"local1"
//	uint32 length, then a dense.Scaler of that many bytes, which says what p is
//	uint32 axis: the input column along which lines run, 0xffffffff without lines
//	uint32 outputs
//	uint32 sites, then per site: float64[p] inputs (NaN = missing), float64[outputs] targets
//
// Sites are ordered by all columns but the axis, then by the axis (NaN before every number), and differ.
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	scaler, err := m.scaler.AppendBinary(nil)
	if err != nil {
		return b, err
	}
	b = wire.AppendBlock(append(b, magic...), scaler)
	b = binary.LittleEndian.AppendUint32(b, uint32(int32(m.axis)))
	b = wire.AppendU32(b, m.outputs)
	b = wire.AppendU32(b, m.n)
	for i := range m.n {
		for _, x := range m.input(i) {
			if math.IsNaN(x) {
				x = math.NaN() // one pattern of bits for missing
			}
			b = wire.AppendF64(b, x)
		}
		b = wire.AppendF64s(b, m.target(i))
	}
	return b, nil
}

// readSites reads m.n sites, which stand in the order of their inputs.
func (m *Model) readSites(r *wire.Reader) {
	for i := 0; i < m.n && r.Err() == nil; i++ {
		for range m.p {
			m.x = append(m.x, cell(r))
		}
		m.y = append(m.y, r.F64s(m.outputs)...)
		if r.Err() == nil && i > 0 && order(m.input(i-1), m.input(i), m.axis) >= 0 {
			r.Fail("site %d does not follow site %d", i, i-1)
		}
	}
}

// Decode reads what AppendBinary wrote; b must hold nothing else. The error wraps ErrFormat.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	block := r.Block()
	if r.Err() != nil {
		return nil, fmt.Errorf("local: %w", r.Err())
	}
	scaler, err := dense.Decode(block)
	if err != nil {
		return nil, fmt.Errorf("local: %w", err)
	}
	m := &Model{scaler: scaler, p: scaler.Inputs(), axis: axisOf(r), outputs: r.Int(maxOutputs)}
	if r.Err() == nil && (m.p < 1 || m.p > maxInputs || m.outputs < 1 || m.axis >= m.p) {
		r.Fail("axis %d of %d inputs, %d outputs", m.axis, m.p, m.outputs)
	}
	m.n = r.Count(8 * max(1, m.p+m.outputs))
	if r.Err() == nil && m.n < 1 {
		r.Fail("no sites")
	}
	m.readSites(r)
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("local: %w", err)
	}
	return m.finish(), nil
}

// axisOf reads the axis; all ones mean -1.
func axisOf(r *wire.Reader) int {
	v := r.U32()
	if v == math.MaxUint32 {
		return -1
	}
	return int(min(v, math.MaxInt32))
}

// cell reads an input number, which may be missing.
func cell(r *wire.Reader) float64 {
	v := uint64(0)
	for shift := 0; shift < 64; shift += 8 {
		v |= uint64(r.U8()) << shift
	}
	x := math.Float64frombits(v)
	if math.IsInf(x, 0) || math.IsNaN(x) && v != math.Float64bits(math.NaN()) {
		r.Fail("the input %x is neither a number nor missing", v)
	}
	return x
}
