package twopart

import (
	"fmt"

	"eahas/models"
	"eahas/models/internal/wire"
	"eahas/models/parts"
	"eahas/models/stack"
)

// magic opens the bytes of a Model; the last character is the version.
const magic = "twopart1"

const maxOutputs = 1 << 20

// Kind is Model as a bundle holds it.
var Kind = parts.Of[models.Predictor]("twopart", Decode)

// holds lists what a part can be.
var holds = parts.HeldBy("twopart", stack.Kind)

// AppendBinary appends the bytes of a frozen model to b; for other parts the error wraps parts.ErrKind. Layout,
// little-endian:
//
//	"twopart1"
//	uint32 outputs
//	float64 low, float64 high
//	uint8 which parts follow: 1 gate, 2 alive, 4 failed; 7, 2 or 4
//	each part: two blocks, kind and bytes (a block is a uint32 length and that many bytes)
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	b = wire.AppendU32(append(b, magic...), m.outputs)
	b = wire.AppendF64s(b, []float64{m.low, m.high})
	b = append(b, 0)
	at := len(b) - 1
	for k, p := range []models.Predictor{m.gate, m.alive, m.failed} {
		if p == nil {
			continue
		}
		b[at] |= 1 << k
		var err error
		if b, err = parts.Append(b, holds, p); err != nil {
			return b, err
		}
	}
	return b, nil
}

// Decode reads what AppendBinary wrote; b must hold nothing else. The error wraps ErrFormat.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	m := &Model{outputs: r.Int(maxOutputs), low: r.F64(), high: r.F64()}
	which := r.U8()
	if r.Err() == nil && (which != 7 && which != 2 && which != 4 || m.outputs < 1 ||
		!(m.low >= 0 && m.low <= m.high && m.high <= 1)) {
		r.Fail("parts %d, %d outputs, low %v, high %v", which, m.outputs, m.low, m.high)
	}
	for k, into := range []*models.Predictor{&m.gate, &m.alive, &m.failed} {
		if which&(1<<k) == 0 {
			continue
		}
		wanted := m.outputs
		if k == 0 {
			wanted = 1
		}
		p := parts.Read(r, holds)
		if r.Err() == nil && p.Outputs() != wanted {
			r.Fail("a part has %d outputs, wanted %d", p.Outputs(), wanted)
		}
		*into = p
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("twopart: %w", err)
	}
	return m, nil
}
