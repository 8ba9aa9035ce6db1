package features

import (
	"encoding/binary"
	"errors"
	"math"
)

// GobEncode writes the kind and the content, so that trials can be kept between stages of a run.
func (v Value) GobEncode() ([]byte, error) {
	switch v.kind {
	case number:
		return binary.LittleEndian.AppendUint64([]byte{byte(number)}, math.Float64bits(v.num)), nil
	case text:
		return append([]byte{byte(text)}, v.text...), nil
	}
	return []byte{byte(missing)}, nil
}

// GobDecode reads what GobEncode wrote.
func (v *Value) GobDecode(b []byte) error {
	switch {
	case len(b) == 1 && valueKind(b[0]) == missing:
		*v = Value{}
	case len(b) == 9 && valueKind(b[0]) == number:
		*v = Number(math.Float64frombits(binary.LittleEndian.Uint64(b[1:])))
	case len(b) >= 1 && valueKind(b[0]) == text:
		*v = Text(string(b[1:]))
	default:
		return errors.New("features: not an encoded value")
	}
	return nil
}
