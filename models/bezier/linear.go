package bezier

import (
	"fmt"

	"eahas/models/internal/curve"
)

// Design writes the matrix that maps a Warp or Whitened codec's target vector to the curve's values into dst: m x
// (n+1), row-major, for the m given epochs of a run from first to last; a nil dst is allocated. For Warp rows sum to 1.
// For Chord it returns ErrNotLinear.
func (c *Codec) Design(dst, epochs []float64, first, last float64) ([]float64, error) {
	if c.params == Chord {
		return nil, fmt.Errorf("%w: %s", ErrNotLinear, c.params)
	}
	w := c.Width()
	dst = curve.Sized(dst, len(epochs)*w)
	var b row
	for i, e := range epochs {
		basis(&b, c.degree, c.time(curve.Unit(e, first, last)))
		if c.white != nil {
			c.white.transposed(b[:w])
		}
		copy(dst[i*w:(i+1)*w], b[:w])
	}
	return dst, nil
}
