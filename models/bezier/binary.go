package bezier

import (
	"encoding/binary"
	"fmt"
	"math"
)

const magic = "EHBZ"

// AppendBinary appends the codec's bytes, always 15 of them, to b. The error is always nil. Layout, little-endian:
//
//	offset 0  "EHBZ"
//	       4  version, 1 byte: 1
//	       5  parameterisation, 1 byte: 0 chord, 1 warp, 2 whitened
//	       6  degree, 1 byte
//	       7  warp constant c, float64: 0 for chord
func (c *Codec) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, magic...)
	b = append(b, 1, byte(c.params), byte(c.degree))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(c.warp)), nil
}

// Decode reads the bytes that AppendBinary wrote. The errors wrap ErrFormat, or what New says about the numbers.
func Decode(b []byte) (*Codec, error) {
	if len(b) != 15 || string(b[:4]) != magic {
		return nil, fmt.Errorf("%w: %d bytes, want 15 that begin with %s", ErrFormat, len(b), magic)
	}
	if b[4] != 1 {
		return nil, fmt.Errorf("%w: version %d, known is 1", ErrFormat, b[4])
	}
	warp := math.Float64frombits(binary.LittleEndian.Uint64(b[7:]))
	c, err := New(Parameters(b[5]), int(b[6]), warp)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if c.params == Chord && math.Float64bits(warp) != 0 {
		return nil, fmt.Errorf("%w: chord with a warp constant", ErrFormat)
	}
	return c, nil
}
