package auto

import (
	"fmt"

	"eahas/models"
	"eahas/models/internal/wire"
	"eahas/models/mean"
	"eahas/models/parts"
	"eahas/models/stack"
)

// magic opens the bytes of a Model; the last character is the version.
const magic = "auto1"

// Kind is Model as a bundle or another model holds it.
var Kind = parts.Of[models.Predictor]("auto", Decode)

// AppendBinary appends the bytes of a frozen model to b; for other parts the error wraps parts.ErrKind. Layout,
// little-endian:
//
//	"auto1"
//	uint8  parts that follow the stack: 1 the group's mean, 2 failed runs, 3 both, 0 none
//	float64 keep, 0..1; 1 without the group's mean
//	uint32 stacks (1..10), then per stack: float64 weight (0 < w <= 1), block of its bytes (package stack)
//	block  the group's mean (package mean)
//	block  the curves of failed runs by group (package mean), then two blocks, kind and bytes, of the classifier
//
// A block is a uint32 length and that many bytes. The stacks' answers v_i are joined to f by f += w_i/(w_1+...+w_i)
// (v_i - f); the answer is g + keep (f - g) with the mean g; for a row whose group has a curve of failed runs, and
// whose classifier says 0.9 or more, it is that curve.
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	which := byte(0)
	if m.mean != nil {
		which |= 1
	}
	if m.failed != nil {
		which |= 2
	}
	b = wire.AppendF64(append(append(b, magic...), which), m.keep)
	b = wire.AppendU32(b, len(m.stacks))
	for _, p := range m.stacks {
		body, err := p.stack.AppendBinary(nil)
		if err != nil {
			return b, err
		}
		b = wire.AppendBlock(wire.AppendF64(b, p.weight), body)
	}
	var err error
	if m.mean != nil {
		if b, err = appendMean(b, m.mean); err != nil {
			return b, err
		}
	}
	if m.failed == nil {
		return b, nil
	}
	if b, err = appendMean(b, m.failed.curves); err != nil {
		return b, err
	}
	return parts.Append(b, parts.Predictors, m.failed.classifier)
}

func appendMean(b []byte, m *mean.Model) ([]byte, error) {
	body, err := m.AppendBinary(nil)
	return wire.AppendBlock(b, body), err
}

// Decode reads what AppendBinary wrote; b must hold nothing else. The error wraps ErrFormat.
func Decode(b []byte) (*Model, error) {
	r := wire.NewReader(b, magic)
	which := r.U8()
	m := &Model{keep: r.F64()}
	if r.Err() == nil && (which > 3 || !(m.keep >= 0 && m.keep <= 1) || which&1 == 0 && m.keep != 1) {
		r.Fail("parts %d, keep %v", which, m.keep)
	}
	m.readStacks(r)
	if which&1 != 0 {
		m.mean = m.readMean(r)
	}
	if which&2 != 0 {
		f := &failures{curves: m.readMean(r), classifier: parts.Read(r, parts.Predictors)}
		if r.Err() == nil && f.classifier.Outputs() != 1 {
			r.Fail("the classifier of failed runs has %d outputs", f.classifier.Outputs())
		}
		m.failed = f
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("auto: %w", err)
	}
	return m.finish(), nil
}

func (m *Model) readStacks(r *wire.Reader) {
	n := r.Count(12)
	if r.Err() == nil && (n < 1 || n > maxMembers) {
		r.Fail("%d stacks", n)
	}
	for range n {
		weight, body := r.F64(), r.Block()
		if r.Err() != nil {
			return
		}
		s, err := stack.Decode(body)
		switch {
		case err != nil:
			r.Fail("%v", err)
		case !(weight > 0 && weight <= 1):
			r.Fail("a stack has the weight %v", weight)
		case len(m.stacks) > 0 && s.Outputs() != m.Outputs():
			r.Fail("stacks of %d and %d outputs", m.Outputs(), s.Outputs())
		default:
			m.stacks = append(m.stacks, part{weight, s})
		}
		if r.Err() != nil {
			return
		}
	}
}

func (m *Model) readMean(r *wire.Reader) *mean.Model {
	body := r.Block()
	if r.Err() != nil {
		return nil
	}
	got, err := mean.Decode(body)
	switch {
	case err != nil:
		r.Fail("%v", err)
	case got.Outputs() != m.Outputs():
		r.Fail("means of %d outputs for %d", got.Outputs(), m.Outputs())
	}
	return got
}
