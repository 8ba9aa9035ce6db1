package ranks

import (
	"fmt"

	"eahas/models/grid"
	"eahas/models/internal/wire"
)

const magic = "ranks1"

// AppendBinary appends the codec's bytes to b. The error is always nil. Layout, little-endian:
//
//	"ranks1"
//	uint32 length, then a grid codec of that many bytes
//	uint32 knots (>= 1), then per knot: float64 value, float64 low, float64 high
//
// Values increase strictly, low <= high of a knot <= low of the next.
func (c *Codec) AppendBinary(b []byte) ([]byte, error) {
	g, err := c.grid.AppendBinary(nil)
	b = wire.AppendBlock(append(b, magic...), g)
	b = wire.AppendU32(b, len(c.knots))
	for _, k := range c.knots {
		b = wire.AppendF64s(b, []float64{k.value, k.low, k.high})
	}
	return b, err
}

// Decode reads the bytes that AppendBinary wrote. The errors wrap ErrFormat.
func Decode(b []byte) (*Codec, error) {
	r := wire.NewReader(b, magic)
	block := r.Block()
	if r.Err() != nil {
		return nil, r.Err()
	}
	g, err := grid.Decode(block)
	if err != nil {
		return nil, fmt.Errorf("ranks: %w", err)
	}
	c := &Codec{grid: g}
	n := r.Count(24)
	if r.Err() == nil && n < 1 {
		r.Fail("no knots")
	}
	for i := 0; i < n && r.Err() == nil; i++ {
		k := knot{r.F64(), r.F64(), r.F64()}
		if k.low > k.high || i > 0 && !(c.knots[i-1].value < k.value && c.knots[i-1].high <= k.low) {
			r.Fail("knot %d is out of order", i)
		}
		c.knots = append(c.knots, k)
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	return c, nil
}
