package svd

import (
	"eahas/models"
	"eahas/models/grid"
	"eahas/models/internal/curve"
)

// Basis maps curves to component scores and back. It is immutable and safe for concurrent use.
type Basis struct {
	grid       *grid.Codec
	k          int       // components
	mean       []float64 // length G: the mean training curve
	components []float64 // G x k, row-major: entry (p, c) is component c at grid point p
}

var _ models.Representation = (*Basis)(nil)

// Width returns the number of components k.
func (b *Basis) Width() int { return b.k }

// Points returns the number of grid points G.
func (b *Basis) Points() int { return len(b.mean) }

// Encode writes the k scores of a curve into dst (nil allocates): the inner products of the components with its
// distance from the mean curve on the grid, in the curve's unit. Magnitudes are clipped to 1e300. The errors are
// ErrCurve with the position. dst must not overlap epochs or values.
func (b *Basis) Encode(dst, epochs, values []float64) ([]float64, error) {
	y, err := b.grid.Encode(nil, epochs, values)
	if err != nil {
		return nil, err
	}
	dst = curve.Sized(dst, b.k)
	clear(dst)
	for p, v := range y {
		v -= b.mean[p]
		for c, w := range b.components[p*b.k : (p+1)*b.k] {
			dst[c] += w * v
		}
	}
	for c, v := range dst {
		dst[c] = curve.Clip(v)
	}
	return dst, nil
}

// Decode writes the curve's values at the given epochs into dst (length len(epochs); nil allocates). v has length
// Width; epochs outside first..last are clipped to them. Any v gives finite values: NaN counts as 0, magnitudes are
// clipped to 1e300. With a dst given it does not allocate.
func (b *Basis) Decode(dst, v, epochs []float64, first, last float64) []float64 {
	if len(v) != b.k {
		panic("svd: target vector has the wrong length")
	}
	dst = curve.Sized(dst, len(epochs))
	// the cell whose ends are known: sorted epochs often share one with their neighbour
	known, left, right := -1, 0.0, 0.0
	for i, e := range epochs {
		cell, f := b.grid.Cell(e, first, last)
		if cell != known {
			left, right = b.at(cell, v), b.at(cell+1, v)
			known = cell
		}
		dst[i] = left*(1-f) + right*f
	}
	return dst
}

// at returns the curve of the scores v at grid point p.
func (b *Basis) at(p int, v []float64) float64 {
	y := b.mean[p]
	for c, w := range b.components[p*b.k : (p+1)*b.k] {
		y += w * curve.Clip(v[c])
	}
	return curve.Clip(y)
}
