package ranks

import (
	"fmt"
	"slices"

	"eahas/models"
	"eahas/models/grid"
	"eahas/models/internal/curve"
)

// Fitter makes a Codec. Zero settings mean the defaults of grid.Fitter.
type Fitter struct {
	Points int     // 2..10000; 0 means 101
	Warp   float64 // the constant c of the points' logarithmic spacing; 0 spaces them evenly in time
}

// Codec maps curves to the ranks of their values at fixed points and back. It is immutable and safe for concurrent use.
type Codec struct {
	grid  *grid.Codec
	knots []knot // values and shares increase; at least 1
}

var (
	_ models.Fitter         = Fitter{}
	_ models.Representation = (*Codec)(nil)
)

// Fit returns a *Codec whose ranks are those of the curves' values.
func (f Fitter) Fit(curves []models.Curve) (models.Representation, error) {
	g, err := grid.Fitter{Points: f.Points, Warp: f.Warp}.Fit(nil)
	if err != nil {
		return nil, err
	}
	var values []float64
	for i, c := range curves {
		if err := curve.Check(c.Epochs, c.Values); err != nil {
			return nil, fmt.Errorf("curve %d: %w", i, err)
		}
		for _, v := range c.Values {
			values = append(values, curve.Clip(v))
		}
	}
	if len(values) == 0 {
		return nil, ErrNoCurves
	}
	slices.Sort(values)
	return &Codec{grid: g.(*grid.Codec), knots: knotsOf(values)}, nil
}

// Width returns the number of points.
func (c *Codec) Width() int { return c.grid.Width() }

// Grid returns the points in time.
func (c *Codec) Grid() *grid.Codec { return c.grid }

// Encode writes the shares (0..1) of the curve's values at the points into dst (length Width; nil allocates). Between
// epochs the share is interpolated, not the value. The errors are ErrCurve with the position. dst must not overlap
// epochs or values.
func (c *Codec) Encode(dst, epochs, values []float64) ([]float64, error) {
	if err := curve.Check(epochs, values); err != nil {
		return nil, err
	}
	shares := make([]float64, len(values))
	for i, v := range values {
		shares[i] = share(c.knots, curve.Clip(v))
	}
	return c.grid.Encode(dst, epochs, shares)
}

// Decode writes the curve's values at the given epochs into dst (length len(epochs); nil allocates): always between the
// smallest and the largest training value. v has length Width. With a dst given it does not allocate.
func (c *Codec) Decode(dst, v, epochs []float64, first, last float64) []float64 {
	dst = c.grid.Decode(dst, v, epochs, first, last)
	for i, u := range dst {
		dst[i] = value(c.knots, u)
	}
	return dst
}
