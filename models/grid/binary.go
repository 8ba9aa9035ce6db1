package grid

import "eahas/models/internal/wire"

const magic = "EHGRID1"

// AppendBinary appends the codec's bytes to b. The error is always nil. Layout, little-endian:
//
//	offset 0  "EHGRID1"
//	       7  number of points, uint32
//	      11  warp constant, float64; 0 spaces the points evenly in time
func (c *Codec) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, magic...)
	return wire.AppendF64(wire.AppendU32(b, c.points), c.warp), nil
}

// Decode reads the bytes that AppendBinary wrote. The errors wrap ErrFormat.
func Decode(b []byte) (*Codec, error) {
	r := wire.NewReader(b, magic)
	points, warp := r.Int(maxPoints), r.F64()
	if err := r.Close(); err != nil {
		return nil, err
	}
	c, err := New(points, warp)
	if err != nil {
		r.Fail("%v", err)
		return nil, r.Err()
	}
	return c, nil
}
