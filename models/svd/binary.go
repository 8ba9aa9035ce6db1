package svd

import (
	"math"

	"eahas/models/grid"
	"eahas/models/internal/curve"
	"eahas/models/internal/wire"
)

const magic = "EHSVDB1"

// AppendBinary appends the basis' bytes to b. The error is always nil. Layout, little-endian:
//
//	offset 0  "EHSVDB1"
//	       7  number of grid points G, uint32
//	      11  warp constant of the grid, float64; 0 spaces the points evenly in time
//	      19  number of components k, uint32
//	      23  the mean curve, G float64
//	          the components, G x k float64, row-major: all components at the first grid point, then at the second ...
//
// The mean's magnitudes are at most 1e300, those of the components at most 1.
func (b *Basis) AppendBinary(dst []byte) ([]byte, error) {
	dst = wire.AppendU32(append(dst, magic...), len(b.mean))
	dst = wire.AppendU32(wire.AppendF64(dst, b.grid.WarpConstant()), b.k)
	return wire.AppendF64s(wire.AppendF64s(dst, b.mean), b.components), nil
}

// Decode reads the bytes that AppendBinary wrote. The errors wrap ErrFormat.
func Decode(data []byte) (*Basis, error) {
	r := wire.NewReader(data, magic)
	points := r.Count(8)
	warp := r.F64()
	k := r.Int(points)
	b := &Basis{k: k, mean: r.F64s(points), components: r.F64s(points * k)}
	if err := r.Close(); err != nil {
		return nil, err
	}
	g, err := grid.New(points, warp)
	if err != nil {
		r.Fail("%v", err)
		return nil, r.Err()
	}
	b.grid = g
	if k == 0 {
		r.Fail("no components")
	}
	for _, v := range b.mean {
		if math.Abs(v) > curve.Limit {
			r.Fail("mean %v is above %v", v, curve.Limit)
		}
	}
	for _, v := range b.components {
		if math.Abs(v) > 1 {
			r.Fail("component entry %v is above 1", v)
		}
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return b, nil
}
