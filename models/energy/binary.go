package energy

import (
	"fmt"

	"eahas/models"
	"eahas/models/auto"
	"eahas/models/internal/wire"
	"eahas/models/parts"
	"eahas/models/physical"
	"eahas/models/stack"
)

// magic opens the bytes of a PowerTime; the last character is the version.
const magic = "powt1"

// Kind is PowerTime as a bundle holds it.
var Kind = parts.Of[models.Predictor]("powertime", Decode)

// holds lists what a part can be.
var holds = parts.HeldBy("powertime", auto.Kind, physical.Kind, stack.Kind)

// AppendBinary appends the bytes of a frozen PowerTime to b; for other parts the error wraps parts.ErrKind. Layout:
//
//	"powt1"
//	power, then time: each two blocks, kind and bytes (a block is a uint32 length, little-endian, and that many bytes)
func (p *PowerTime) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, magic...)
	for _, part := range []models.Predictor{p.Power, p.Time} {
		var err error
		if b, err = parts.Append(b, holds, part); err != nil {
			return b, err
		}
	}
	return b, nil
}

// Decode reads what AppendBinary wrote; b must hold nothing else.
func Decode(b []byte) (*PowerTime, error) {
	r := wire.NewReader(b, magic)
	p := new(PowerTime)
	for _, part := range []*models.Predictor{&p.Power, &p.Time} {
		*part = parts.Read(r, holds)
		if r.Err() == nil && (*part).Outputs() != 1 {
			r.Fail("a part has %d outputs", (*part).Outputs())
		}
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("energy: %w", err)
	}
	return p, nil
}
