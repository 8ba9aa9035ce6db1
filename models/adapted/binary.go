package adapted

import (
	"fmt"

	"eahas/models"
	"eahas/models/auto"
	"eahas/models/energy"
	"eahas/models/epochwise"
	"eahas/models/internal/wire"
	"eahas/models/parts"
	"eahas/models/physical"
	"eahas/models/stack"
	"eahas/models/twopart"
)

// magic opens the bytes of a Model; the last character is the version.
const magic = "adapt1"

// maxInputs bounds what Decode believes.
const maxInputs = 1 << 24

// Kind is Model as a bundle holds it.
var Kind = parts.Of[models.Predictor]("adapted", Decode)

// holds lists what the base can be: whatever a bundle holds, but another adapted model.
var holds = parts.HeldBy("adapted", auto.Kind, epochwise.Kind, physical.Kind, energy.Kind, stack.Kind, twopart.Kind)

// AppendBinary appends the bytes of a frozen model to b; for another base the error wraps parts.ErrKind. Layout,
// little-endian:
//
//	"adapt1"
//	uint32 inputs p
//	uint32 columns of the base, then per column: uint32 column of the row, float64 shift, float64 scale
//	uint32 known categories D, then uint32 each: the place of its column in the base's row
//	uint32 added categories, then per category:
//	    uint32 column of the row; float64[D, at least 1] weights; uint32 outputs k, float64[k] offset; float64 spread
//	    uint32 m, then uint32[m] places in the base's row; float64 length
//	    uint32 n, then per run: float64[m] place, float64 coefficient
//	the base: two blocks, kind and bytes (a block is a uint32 length and that many bytes)
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	b = wire.AppendU32(append(b, magic...), m.inputs)
	b = wire.AppendU32(b, len(m.view))
	for _, c := range m.view {
		b = wire.AppendF64s(wire.AppendU32(b, c.From), []float64{c.Shift, c.Scale})
	}
	b = appendInts(b, m.known)
	b = wire.AppendU32(b, len(m.added))
	for _, c := range m.added {
		b = wire.AppendF64s(wire.AppendU32(b, c.column), c.weights)
		b = wire.AppendF64s(wire.AppendU32(b, len(c.offset)), c.offset)
		b = appendInts(wire.AppendF64(b, c.spread), c.smooth.columns)
		b = wire.AppendU32(wire.AppendF64(b, c.smooth.length), len(c.smooth.coefficient))
		n := len(c.smooth.columns)
		for i, a := range c.smooth.coefficient {
			b = wire.AppendF64(wire.AppendF64s(b, c.smooth.rows[i*n:(i+1)*n]), a)
		}
	}
	return parts.Append(b, holds, m.base)
}

func appendInts(b []byte, v []int) []byte {
	b = wire.AppendU32(b, len(v))
	for _, x := range v {
		b = wire.AppendU32(b, x)
	}
	return b
}

// readInts reads a list of numbers below limit.
func readInts(r *wire.Reader, limit int) []int {
	var out []int
	for range r.Count(4) {
		out = append(out, r.Int(max(limit-1, 0)))
	}
	return out
}

// Decode reads what AppendBinary wrote; b must hold nothing else. The error wraps wire.ErrFormat.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	m := &Model{inputs: r.Int(maxInputs)}
	for range r.Count(20) {
		m.view = append(m.view, Column{From: r.Int(max(m.inputs-1, 0)), Shift: r.F64(), Scale: r.F64()})
	}
	m.known = readInts(r, len(m.view))
	for range r.Count(28) {
		m.added = append(m.added, m.readCategory(r))
	}
	if r.Err() == nil && len(m.view) == 0 {
		r.Fail("the base sees no column")
	}
	m.base = parts.Read(r, holds)
	if r.Err() == nil {
		for _, c := range m.added {
			if k := m.base.Outputs(); len(c.offset) != k || len(c.smooth.coefficient) > 0 && k != 1 {
				r.Fail("offsets of %d outputs and %d runs, the base has %d", len(c.offset),
					len(c.smooth.coefficient), k)
			}
		}
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("adapted: %w", err)
	}
	return m, nil
}

func (m *Model) readCategory(r *wire.Reader) category {
	c := category{column: r.Int(max(m.inputs-1, 0)), weights: r.F64s(m.d())}
	c.offset = r.F64s(r.Count(8))
	c.spread = r.F64()
	c.smooth.columns, c.smooth.length = readInts(r, len(m.view)), r.F64()
	for range r.Count(8 * (1 + len(c.smooth.columns))) {
		c.smooth.rows = append(c.smooth.rows, r.F64s(len(c.smooth.columns))...)
		c.smooth.coefficient = append(c.smooth.coefficient, r.F64())
	}
	if r.Err() == nil && (!(c.spread >= 0) || !(c.smooth.length > 0)) {
		r.Fail("spread %g, length scale %g", c.spread, c.smooth.length)
	}
	return c
}
