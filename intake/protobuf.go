package intake

import (
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// pbField is one field of a protobuf message.
type pbField struct {
	num  protowire.Number
	bits uint64 // varint and fixed types
	data []byte // length-delimited types
	kind protowire.Type
}

func (f pbField) double() float64 { return math.Float64frombits(f.bits) }
func (f pbField) float() float64  { return float64(math.Float32frombits(uint32(f.bits))) }
func (f pbField) text() string    { return string(f.data) }

// eachField hands out the fields of a message, without any schema. Groups are passed over.
func eachField(b []byte, each func(f pbField) error) error {
	for len(b) > 0 {
		num, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("%w: a message that is no protobuf: %w", ErrFormat, protowire.ParseError(n))
		}
		b = b[n:]
		f := pbField{num: num, kind: kind}
		switch kind {
		case protowire.VarintType:
			f.bits, n = protowire.ConsumeVarint(b)
		case protowire.Fixed32Type:
			var x uint32
			x, n = protowire.ConsumeFixed32(b)
			f.bits = uint64(x)
		case protowire.Fixed64Type:
			f.bits, n = protowire.ConsumeFixed64(b)
		case protowire.BytesType:
			f.data, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(num, kind, b)
		}
		if n < 0 {
			return fmt.Errorf("%w: field %d of a message is broken: %w", ErrFormat, num, protowire.ParseError(n))
		}
		b = b[n:]
		if err := each(f); err != nil {
			return err
		}
	}
	return nil
}

// packed reads a repeated number that may be packed: one field, or a run of width bytes each in one.
func packed(f pbField, width int, each func(bits uint64)) {
	if f.kind != protowire.BytesType {
		each(f.bits)
		return
	}
	b := f.data
	for len(b) > 0 {
		var x uint64
		n := 0
		switch width {
		case 4:
			var y uint32
			y, n = protowire.ConsumeFixed32(b)
			x = uint64(y)
		case 8:
			x, n = protowire.ConsumeFixed64(b)
		default:
			x, n = protowire.ConsumeVarint(b)
		}
		if n < 0 {
			return
		}
		each(x)
		b = b[n:]
	}
}
