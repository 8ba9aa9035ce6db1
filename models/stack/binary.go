package stack

import (
	"bytes"
	"fmt"

	"eahas/models"
	"eahas/models/epochwise"
	"eahas/models/internal/wire"
	"eahas/models/local"
	"eahas/models/parts"
	"eahas/models/physical"
)

// magic opens the bytes of a Model; the last character is the version. A model without bounds is written as version 1,
// which 0.1 reads.
const (
	magic  = "stack1"
	magic2 = "stack2"
)

// bounds of a decoded model
const (
	maxMembers = 256
	maxOutputs = 1 << 20
)

// Kind is Model as a bundle, or another model, holds it.
var Kind = parts.Of[models.Predictor]("stack", Decode)

// holds lists what the predictor of a member can be.
var holds = parts.HeldBy("stack", epochwise.Kind, physical.Kind)

// AppendBinary appends the bytes of a frozen model to b; for other members the error wraps ErrPart. Layout,
// little-endian:
//
//	"stack1", or "stack2" with bounds
//	uint32 outputs k
//	"stack2" only: float64[2 k] the bounds of each output, low and high
//	uint8  0 joins by the weighted mean, 1 by the median, 2 by the weighted median (since 0.2)
//	uint32 times, 0 or k, then float64 each
//	uint32 members (1..256), then per member:
//	       float64 weight (> 0)
//	       uint8 1 when it has a representation; then the representation: two blocks, kind and bytes
//	       the predictor: two blocks, kind and bytes
//	uint8  1 when lines guide; then a block with a local model's bytes
//
// A block is a uint32 length and that many bytes; kinds are those of a bundle's manifest. A member's answer is its
// predictor's, or, with a representation, the decoded curve at the times of a run from the first to the last of them,
// moved into the bounds. Means run as m += w_i/(w_1+...+w_i) (v - m).
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	if m.bounds == nil {
		b = wire.AppendU32(append(b, magic...), m.outputs)
	} else {
		b = wire.AppendF64s(wire.AppendU32(append(b, magic2...), m.outputs), m.bounds)
	}
	b = append(b, byte(m.joined))
	b = wire.AppendF64s(wire.AppendU32(b, len(m.times)), m.times)
	b = wire.AppendU32(b, len(m.members))
	for i := range m.members {
		c := &m.members[i]
		b = append(wire.AppendF64(b, c.weight), flag(c.representation != nil))
		var err error
		if c.representation != nil {
			if b, err = parts.Append(b, parts.Representations, c.representation); err != nil {
				return b, err
			}
		}
		if b, err = parts.Append(b, holds, c.predictor); err != nil {
			return b, err
		}
	}
	b = append(b, flag(m.lines != nil))
	if m.lines == nil {
		return b, nil
	}
	lines, err := m.lines.AppendBinary(nil)
	return wire.AppendBlock(b, lines), err
}

func flag(v bool) byte {
	if v {
		return 1
	}
	return 0
}

// checkRising fails where a time does not follow the one before.
func checkRising(r *wire.Reader, times []float64) {
	for i := 1; i < len(times); i++ {
		if !(times[i-1] < times[i]) {
			r.Fail("time %d does not follow time %d", i, i-1)
		}
	}
}

// readLines reads the lines that guide the members; they have as many outputs.
func (m *Model) readLines(r *wire.Reader) {
	lines, err := local.Decode(r.Block())
	switch {
	case err != nil:
		r.Fail("%v", err)
	case lines.Outputs() != m.outputs:
		r.Fail("lines of %d outputs guide %d", lines.Outputs(), m.outputs)
	}
	m.lines = lines
}

// Decode reads what AppendBinary wrote; b must hold nothing else. The error wraps ErrFormat.
func Decode(b []byte) (*Model, error) {
	version := magic
	if bytes.HasPrefix(b, []byte(magic2)) {
		version = magic2
	}
	r := wire.NewReader(b, version)
	m := &Model{outputs: r.Int(maxOutputs)}
	if version == magic2 {
		m.readBounds(r)
	}
	if m.joined = join(r.U8()); m.joined > byWeightedMedian {
		r.Fail("members are joined in a way %d that is not known", m.joined)
	}
	if times := r.F64s(r.Count(8)); len(times) > 0 {
		m.times = times
	}
	members := r.Count(10)
	if r.Err() == nil && (members < 1 || members > maxMembers || m.outputs < 1 || m.times != nil &&
		len(m.times) != m.outputs) {
		r.Fail("%d members, %d outputs, %d times", members, m.outputs, len(m.times))
	}
	checkRising(r, m.times)
	for range members {
		if c := m.readMember(r); r.Err() == nil {
			m.members = append(m.members, c)
		}
	}
	if readFlag(r) && r.Err() == nil {
		m.readLines(r)
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("stack: %w", err)
	}
	return m.finish(), nil
}

func (m *Model) readBounds(r *wire.Reader) {
	m.bounds = r.F64s(2 * m.outputs)
	for j := range m.outputs {
		if r.Err() == nil && !(m.bounds[2*j] <= m.bounds[2*j+1]) {
			r.Fail("output %d is bounded by %v and %v", j, m.bounds[2*j], m.bounds[2*j+1])
		}
	}
}

func (m *Model) readMember(r *wire.Reader) (c member) {
	c.weight = r.F64()
	if r.Err() == nil && !(c.weight > 0 && c.weight <= 1) {
		r.Fail("a member has the weight %v", c.weight)
	}
	wanted := m.outputs
	if readFlag(r) {
		if c.representation = parts.Read(r, parts.Representations); r.Err() == nil {
			wanted = c.representation.Width()
		}
		if m.times == nil {
			r.Fail("a member has a representation, and there are no times")
		}
	}
	c.predictor = parts.Read(r, holds)
	if r.Err() == nil && c.predictor.Outputs() != wanted {
		r.Fail("a member has %d outputs, wanted %d", c.predictor.Outputs(), wanted)
	}
	return c
}

// readFlag reads a byte that is 0 or 1.
func readFlag(r *wire.Reader) bool {
	v := r.U8()
	if v > 1 {
		r.Fail("flag %d", v)
	}
	return v == 1
}
