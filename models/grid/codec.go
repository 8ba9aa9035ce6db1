package grid

import (
	"fmt"
	"math"

	"eahas/models"
	"eahas/models/internal/curve"
)

const (
	DefaultPoints = 101 // of the common grid where a Fitter names none
	maxPoints     = 10000
)

// Fitter makes a Codec.
type Fitter struct {
	// 2..10000; 0 means 101, or as many as it takes where every curve is flat (2), or has the same few evenly spaced
	// points: then more of them would only be learnt over and over
	Points int
	Warp   float64 // the constant c of the logarithmic spacing; 0 spaces the points evenly in time
}

// Codec maps curves to values at fixed points of normalised time and back. It is immutable and safe for concurrent use.
type Codec struct {
	points int
	warp   float64
	span   float64 // log(1+warp)
}

var (
	_ models.Fitter         = Fitter{}
	_ models.Representation = (*Codec)(nil)
)

// New returns the codec with the given number of points, 2..10000, and warp constant, finite and >= 0.
func New(points int, warp float64) (*Codec, error) {
	if points < 2 || points > maxPoints {
		return nil, fmt.Errorf("%w: %d, want 2..%d", ErrPoints, points, maxPoints)
	}
	if !(warp >= 0) || math.IsInf(warp, 1) {
		return nil, fmt.Errorf("%w: %v", ErrWarp, warp)
	}
	return &Codec{points: points, warp: warp, span: math.Log1p(warp)}, nil
}

// Fit returns a *Codec. The curves are looked at for the default number of points alone; they may be nil.
func (f Fitter) Fit(curves []models.Curve) (models.Representation, error) {
	if f.Points == 0 {
		if f.Points = DefaultPoints; f.Warp == 0 && len(curves) > 0 {
			f.Points = enough(curves)
		}
	}
	c, err := New(f.Points, f.Warp)
	if err != nil {
		return nil, err // not a typed nil
	}
	return c, nil
}

// few is the largest number of points of a curve that are few.
const few = 8

// enough is the least number of points that holds all curves exactly, where they are flat or have few points; else the
// default.
func enough(curves []models.Curve) int {
	m, flat := len(curves[0].Epochs), true
	even := m <= few
	for _, c := range curves {
		for i, y := range c.Values {
			flat = flat && y == c.Values[0]
			even = even && i < m && curve.Unit(c.Epochs[i], c.Epochs[0], c.Epochs[len(c.Epochs)-1]) ==
				float64(i)/float64(max(m-1, 1))
		}
		if even = even && len(c.Epochs) == m; !flat && !even {
			return DefaultPoints
		}
	}
	if flat {
		return 2
	}
	return max(2, m)
}

// Width returns the number of points.
func (c *Codec) Width() int { return c.points }

// WarpConstant returns the warp constant; 0 means evenly spaced in time.
func (c *Codec) WarpConstant() float64 { return c.warp }

// Encode writes the curve's values at the points into dst (length Width; nil allocates). Magnitudes are clipped to
// 1e300. The errors are ErrCurve with the position. dst must not overlap epochs or values.
func (c *Codec) Encode(dst, epochs, values []float64) ([]float64, error) {
	if err := curve.Check(epochs, values); err != nil {
		return nil, err
	}
	dst = curve.Sized(dst, c.points)
	m := len(epochs)
	first, last := epochs[0], epochs[m-1]
	j, left, right := 0, 0.0, 0.0 // the curve's points before and after u, and where they lie
	for i := range dst {
		u := float64(i) / float64(c.points-1)
		for u >= right && j < m-1 {
			j++
			left, right = right, c.place(epochs[j], first, last)
		}
		dst[i] = between(curve.Clip(values[max(j-1, 0)]), curve.Clip(values[j]), (u-left)/(right-left))
	}
	return dst, nil
}

// Decode writes the curve's values at the given epochs into dst (length len(epochs); nil allocates). v has length
// Width; epochs outside first..last are clipped to them. Any v gives finite values: NaN counts as 0, magnitudes are
// clipped to 1e300. With a dst given it does not allocate.
func (c *Codec) Decode(dst, v, epochs []float64, first, last float64) []float64 {
	if len(v) != c.points {
		panic("grid: target vector has the wrong length")
	}
	dst = curve.Sized(dst, len(epochs))
	for i, e := range epochs {
		cell, f := c.Cell(e, first, last)
		dst[i] = between(curve.Clip(v[cell]), curve.Clip(v[cell+1]), f)
	}
	return dst
}

// Cell returns where an epoch of a run from first to last lies on the grid: between the points cell and cell+1
// (0 <= cell <= Width-2), at the share f (0..1) of the way.
func (c *Codec) Cell(epoch, first, last float64) (cell int, f float64) {
	at := c.place(epoch, first, last) * float64(c.points-1)
	cell = min(int(at), c.points-2)
	return cell, at - float64(cell)
}

// place maps an epoch onto u in 0..1.
func (c *Codec) place(epoch, first, last float64) float64 {
	x := curve.Unit(epoch, first, last)
	if c.warp == 0 {
		return x
	}
	return math.Log1p(c.warp*x) / c.span
}

// between returns the value at the share f of the way from a to b, exactly a where they are equal. Where the two lie at
// one place (f is NaN) it is b.
func between(a, b, f float64) float64 {
	switch {
	case a == b || f <= 0:
		return a
	case !(f < 1):
		return b
	}
	return a*(1-f) + b*f
}

// Times returns the places of the points in a run from 0 to 1, strictly increasing: Width of them.
func (c *Codec) Times() []float64 {
	out := make([]float64, c.points)
	for i := range out {
		out[i] = float64(i) / float64(c.points-1)
		if c.warp > 0 {
			out[i] = math.Expm1(out[i]*c.span) / c.warp
		}
	}
	out[c.points-1] = 1
	return out
}
