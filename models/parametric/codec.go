package parametric

import (
	"fmt"
	"math"
	"strings"

	"eahas/models"
	"eahas/models/internal/curve"
)

// DefaultFamily is used where none is named.
const DefaultFamily = "mmf"

// Fitter makes a Codec; it does not look at the curves.
type Fitter struct {
	Family string // one of Families; empty means "mmf"
}

// Codec maps curves to a family's parameters and back. It is immutable and safe for concurrent use.
type Codec struct{ family *family }

var (
	_ models.Fitter         = Fitter{}
	_ models.Representation = (*Codec)(nil)
)

// New returns the codec of a family; ErrFamily for a name that is not in Families.
func New(name string) (*Codec, error) {
	f := named(name)
	if f == nil {
		return nil, fmt.Errorf("%w: %q is not one of %s", ErrFamily, name, strings.Join(Families(), ", "))
	}
	return &Codec{family: f}, nil
}

// Fit returns a *Codec. The curves are not looked at and may be nil.
func (f Fitter) Fit([]models.Curve) (models.Representation, error) {
	if f.Family == "" {
		f.Family = DefaultFamily
	}
	c, err := New(f.Family)
	if err != nil {
		return nil, err // not a typed nil
	}
	return c, nil
}

// Width returns the length of the target vector: the fitted value at the last epoch, for families with an offset before
// it the one at the first epoch, then p and q as far as the family has them.
func (c *Codec) Width() int { return c.ends() + len(c.family.bounds) }

func (c *Codec) ends() int {
	if c.family.offset {
		return 2
	}
	return 1
}

// abscissa maps an epoch onto x in 1..101.
func abscissa(epoch, first, last float64) float64 { return 1 + 100*curve.Unit(epoch, first, last) }

const xLast = 101 // abscissa of the last epoch

// ends returns g at the first and at the last epoch.
func (f *family) ends(s shape) (g1, g2 float64) {
	return f.g(1, 0, s[0], s[1]), f.g(xLast, logLast, s[0], s[1])
}

var logLast = math.Log(xLast)

// Encode writes the target vector of the family's best curve, by least squares, into dst (nil allocates). A curve that
// does not look like the family gets the nearest member, however far. Curves of one point, and constant ones, become
// constants; curves of two points take the family's usual shape. The errors are ErrCurve with the position. dst must
// not overlap epochs or values.
func (c *Codec) Encode(dst, epochs, values []float64) ([]float64, error) {
	if err := curve.Check(epochs, values); err != nil {
		return nil, err
	}
	dst = curve.Sized(dst, c.Width())
	x := make([]float64, len(epochs))
	for i, e := range epochs {
		x[i] = abscissa(e, epochs[0], epochs[len(epochs)-1])
	}
	ends, s := c.family.fit(x, values)
	copy(dst, ends[2-c.ends():])
	copy(dst[c.ends():], s[:len(c.family.bounds)])
	return dst, nil
}

// Decode writes the curve's values at the given epochs into dst (length len(epochs); nil allocates). v has length
// Width; epochs outside first..last are clipped to them. Any v gives finite values: p and q are clipped into their
// bounds (NaN: the usual value), values to 1e300 (NaN: 0). With an offset the curve lies between its values at first
// and last. With a dst given it does not allocate.
func (c *Codec) Decode(dst, v, epochs []float64, first, last float64) []float64 {
	if len(v) != c.Width() {
		panic("parametric: target vector has the wrong length")
	}
	dst = curve.Sized(dst, len(epochs))
	f, n := c.family, c.ends()
	var s shape
	copy(s[:], v[n:])
	s = f.clip(s)
	g1, g2 := f.ends(s)
	from, to := curve.Clip(v[0]), curve.Clip(v[n-1])
	for i, e := range epochs {
		x := abscissa(e, first, last)
		g := f.g(x, math.Log(x), s[0], s[1])
		if !f.offset {
			dst[i] = curve.Clip(to * (g / g2))
			continue
		}
		h := progress(g, g1, g2)
		dst[i] = from*(1-h) + to*h
		if from == to {
			dst[i] = from
		}
	}
	return dst
}

// progress returns how far g has come from g1, its value at the first epoch, to g2, that at the last: 0..1.
func progress(g, g1, g2 float64) float64 {
	if g1 == g2 {
		return 0
	}
	return min(max((g-g1)/(g2-g1), 0), 1)
}
