package physical

import (
	"fmt"

	"eahas/models"
	"eahas/models/internal/wire"
	"eahas/models/parts"
)

// magic opens the bytes of a Model; the last character is the version.
const magic = "phys1"

// absent stands for a column that there is not.
const absent = 0xffffffff

const maxInputs = 1 << 24

// Kind is Model as a bundle, or another model, holds it.
var Kind = parts.Of[models.Predictor]("physical", Decode)

// holds lists what the rest can be.
var holds = parts.HeldBy("physical")

// AppendBinary appends the bytes of a frozen model to b; for a rest that is no frozen model the error wraps
// parts.ErrKind. Layout, little-endian:
//
//	"phys1"
//	uint32 columns p
//	batch size, then power limit: uint32 column (0xffffffff: none), uint8 1 when scaled by the logarithm, float64 low,
//	    high, natural logarithm that stands for a missing number
//	uint32 terms, then per term: uint32 column, uint32 second column (0xffffffff: none)
//	uint32 outputs, then per output: uint8 law (0 none, 1 time, 2 power), without none: float64[4*(1+terms)+2]
//	    parameters
//	the rest: two blocks, kind and bytes (a block is a uint32 length and that many bytes)
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	b = wire.AppendU32(append(b, magic...), m.inputs)
	b = m.limit.append(m.batch.append(b))
	b = wire.AppendU32(b, len(m.terms))
	for _, t := range m.terms {
		b = appendColumn(appendColumn(b, t.a), t.b)
	}
	b = wire.AppendU32(b, len(m.outputs))
	for _, o := range m.outputs {
		b = wire.AppendF64s(append(b, byte(o.law)), o.p)
	}
	return parts.Append(b, holds, m.rest)
}

func (s *scale) append(b []byte) []byte {
	b = append(appendColumn(b, s.column), 0)
	if s.log {
		b[len(b)-1] = 1
	}
	return wire.AppendF64s(b, []float64{s.low, s.high, s.centre})
}

func appendColumn(b []byte, j int) []byte {
	return wire.AppendU32(b, max(j, -1)) // -1 in 32 bits is absent
}

// Decode reads what AppendBinary wrote; b must hold nothing else.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	m := &Model{inputs: r.Int(maxInputs)}
	m.batch, m.limit = m.readScale(r), m.readScale(r)
	for range r.Count(8) {
		t := term{m.readColumn(r), m.readColumn(r)}
		if t.a < 0 {
			r.Fail("a term without a column")
		}
		m.terms = append(m.terms, t)
	}
	for range r.Count(1) {
		o := output{law: Law(r.U8())}
		switch o.law {
		case none:
		case Time, Power:
			o.p = r.F64s(size(len(m.terms)))
		default:
			r.Fail("law %d", o.law)
		}
		m.outputs = append(m.outputs, o)
	}
	m.rest = parts.Read(r, holds)
	if r.Err() == nil && (len(m.outputs) == 0 || m.rest.Outputs() != len(m.outputs)) {
		r.Fail("%d outputs, the rest has %d", len(m.outputs), m.rest.Outputs())
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("physical: %w", err)
	}
	return m, nil
}

func (m *Model) readScale(r *wire.Reader) scale {
	s := scale{column: m.readColumn(r), log: readFlag(r), low: r.F64(), high: r.F64(), centre: r.F64()}
	if r.Err() == nil && s.column >= 0 && !(s.low > 0 && s.low <= s.high) {
		r.Fail("an axis from %v to %v", s.low, s.high)
	}
	return s
}

func readFlag(r *wire.Reader) bool {
	v := r.U8()
	if v > 1 {
		r.Fail("flag %d", v)
	}
	return v == 1
}

func (m *Model) readColumn(r *wire.Reader) int {
	j := r.U32()
	if j == absent {
		return -1
	}
	if int64(j) >= int64(m.inputs) {
		r.Fail("column %d of %d", j, m.inputs)
		return -1
	}
	return int(j)
}
