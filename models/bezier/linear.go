package bezier

import (
	"fmt"

	"eahas/models/internal/curve"
)

// Design writes the matrix that maps a Warp or Whitened codec's target vector to the curve's values into dst: m x (n+1), row-major, for
// the m given epochs of a run from first to last; a nil dst is allocated. For Warp rows sum to 1. For Chord it returns
// ErrNotLinear.
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

// Gram writes the mean over the given epochs of the outer products of Design's rows into dst: (n+1) x (n+1), row-major,
// symmetric; a nil dst is allocated. For two target vectors that differ by d the mean squared difference of their
// curves at these epochs is d'Gd. For Chord it returns ErrNotLinear; without epochs G is zero.
func (c *Codec) Gram(dst, epochs []float64, first, last float64) ([]float64, error) {
	design, err := c.Design(nil, epochs, first, last)
	if err != nil {
		return nil, err
	}
	w := c.Width()
	dst = curve.Sized(dst, w*w)
	clear(dst)
	share := 1 / float64(len(epochs))
	for i := range epochs {
		b := design[i*w : (i+1)*w]
		for p, bp := range b {
			for q, bq := range b {
				dst[p*w+q] += bp * bq * share
			}
		}
	}
	return dst, nil
}
