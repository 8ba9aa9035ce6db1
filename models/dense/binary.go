package dense

import (
	"fmt"

	"eahas/models/internal/wire"
)

// magic opens the bytes of a Scaler; the last character is the version.
const magic = "dns1"

// AppendBinary appends the scaler's bytes to b. Layout, little-endian:
//
//	"dns1"
//	uint32 p                     input columns
//	uint32 kept, then per kept column:      uint32 column, float64 shift, float64 scale
//	uint32 indicators, then per indicator:  uint32 column, float64 shift, float64 scale
//
// Output j is (v - shift) * scale, where v is the column's value (a missing value gives 0 after scaling) or, for an
// indicator, 1 when the column is missing and 0 when not.
func (s *Scaler) AppendBinary(b []byte) ([]byte, error) {
	b = wire.AppendU32(append(b, magic...), s.inputs)
	for _, list := range [][]affine{s.kept, s.indicators} {
		b = wire.AppendU32(b, len(list))
		for _, a := range list {
			b = wire.AppendF64(wire.AppendF64(wire.AppendU32(b, a.column), a.shift), a.scale)
		}
	}
	return b, nil
}

// maxInputs bounds the columns of a decoded scaler: far above any real space, far below trouble.
const maxInputs = 1 << 20

// Decode reads what AppendBinary wrote; b must hold nothing else.
func Decode(b []byte) (*Scaler, error) {
	r := wire.NewReader(b, magic)
	s := &Scaler{inputs: r.Int(maxInputs)}
	s.kept = readList(r, s.inputs)
	s.indicators = readList(r, s.inputs)
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("dense: %w", err)
	}
	return s, nil
}

// readList reads affine maps whose columns increase strictly.
func readList(r *wire.Reader, inputs int) []affine {
	n := r.Count(20)
	if n == 0 {
		return nil
	}
	list := make([]affine, n)
	last := -1
	for i := range list {
		list[i] = affine{r.Int(inputs - 1), r.F64(), r.F64()}
		if list[i].column <= last {
			r.Fail("column %d follows column %d", list[i].column, last)
		}
		last = list[i].column
	}
	return list
}
