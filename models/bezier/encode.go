package bezier

import (
	"math"

	"eahas/models/internal/curve"
)

// Encode writes the target vector of a curve of m points into dst (length Width; nil allocates) and returns it.
// A curve of one point becomes a constant; one of two points, or a constant one, a straight line; one with fewer points
// than control points takes, of the curves through its points, the one that is nearest to a straight line. The errors
// are ErrCurve with the position. dst must not overlap epochs or values.
func (c *Codec) Encode(dst, epochs, values []float64) ([]float64, error) {
	if err := curve.Check(epochs, values); err != nil {
		return nil, err
	}
	dst = curve.Sized(dst, c.Width())
	n, m := c.degree, len(epochs)
	y := dst[:n+1]
	scale, t := curve.Range(values), make([]float64, m)
	if c.params != Chord {
		for i, e := range epochs {
			t[i] = c.time(curve.Unit(e, epochs[0], epochs[m-1]))
		}
		fit(y, t, values, scale)
		if c.white != nil {
			c.white.forward(y)
		}
		return dst, nil
	}
	x := make([]float64, m)
	for i, e := range epochs {
		x[i] = curve.Unit(e, epochs[0], epochs[m-1])
	}
	chord(t, x, values, scale)
	var xs row
	if m == 1 {
		line(xs[:n+1], 0, 1)
	} else {
		fitOrdered(xs[:n+1], t, x)
	}
	// The parameters that Decode will use are those of the ordered x(t): the best y for it are fitted at these.
	var v inverse
	newInverse(&v, xs[:n+1])
	for i := range t {
		t[i] = v.at(x[i])
	}
	fit(y, t, values, scale)
	copy(dst[n+1:], xs[1:n])
	return dst, nil
}

// valueWeight is the length of the values' whole range, in runs. With 1 the noise of long, flat curves takes up
// parameters that the first epochs need: on the 675 accuracy curves of the deepobs logs degree 5 then has an average R2
// of .986, not .992.
const valueWeight = 0.5

// chord writes the chord-length parameters of the points (x, y*valueWeight/scale) into t, from 0 to 1 (Farin 2002,
// section 9.6).
func chord(t, x, y []float64, scale float64) {
	scale /= valueWeight
	t[0] = 0
	for i := 1; i < len(x); i++ {
		t[i] = t[i-1] + math.Hypot(x[i]-x[i-1], y[i]/scale-y[i-1]/scale)
	}
	total := t[len(t)-1]
	for i := 1; i < len(t); i++ {
		t[i] /= total
	}
}

// time warps a normalised epoch: log(1+c*x) / log(1+c).
func (c *Codec) time(x float64) float64 { return math.Log1p(c.warp*x) / c.span }

func line(dst []float64, from, to float64) {
	n := float64(len(dst) - 1)
	for i := range dst {
		f := float64(i) / n
		dst[i] = from*(1-f) + to*f
	}
	dst[0], dst[len(dst)-1] = from, to
}
