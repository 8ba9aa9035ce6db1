package epochwise

import (
	"fmt"

	"eahas/models"
	"eahas/models/internal/wire"
	"eahas/models/parts"
)

// magic opens the bytes of a Model; the last character is the version.
const magic = "epochw1"

// bounds of a decoded model
const (
	maxInputs  = 1 << 24
	maxOutputs = 10_000
)

// Kind is Model as a bundle, or another model, holds it.
var Kind = parts.Of[models.Predictor]("epochwise", Decode)

// holds lists what the regressor can be.
var holds = parts.HeldBy("epochwise")

// AppendBinary appends the bytes of a frozen model to b; for other regressors the error wraps parts.ErrKind. Layout,
// little-endian:
//
//	"epochw1"
//	uint32 inputs p, uint32 outputs k (1..10000)
//	the regressor of p + 1 inputs and one output: two blocks, kind and bytes (a block is a uint32 length and that many
//	    bytes)
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	b = wire.AppendU32(wire.AppendU32(append(b, magic...), m.inputs), m.outputs)
	return parts.Append(b, holds, m.inner)
}

// Decode reads what AppendBinary wrote; b must hold nothing else. The error wraps ErrFormat.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	m := &Model{inputs: r.Int(maxInputs), outputs: r.Int(maxOutputs)}
	m.inner = parts.Read(r, holds)
	if r.Err() == nil && (m.outputs < 1 || m.inner.Outputs() != 1) {
		r.Fail("%d outputs by a regressor of %d, wanted 1 or more by one of 1", m.outputs, m.inner.Outputs())
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("epochwise: %w", err)
	}
	return m, nil
}
