package bezier

import (
	"fmt"
	"math"

	"eahas/models"
)

// Parameters says how a curve's points get their parameter t.
type Parameters uint8

const (
	// Chord: t grows with the length of the polygon through the points, in the plane of normalised epoch and value
	// (divided by twice its range). Degrees 3 to 6; targets y0 ... yn, x1 ... x(n-1).
	Chord Parameters = iota
	// Warp: t = log(1+c*x)/log(1+c) of the normalised epoch x. Degrees 3 to 12; targets y0 ... yn.
	Warp
	// Whitened: the curves of Warp in other coordinates, in which the squared distance of two target vectors is the
	// mean squared distance of their curves (see whiten). A regressor that minimises the squared error of its targets
	// then minimises that of the curve. Targets z0 ... zn.
	Whitened
)

const (
	minDegree      = 3
	maxChordDegree = 6
	maxDegree      = 12  // of Warp; arrays on the stack have this size
	DefaultWarp    = 100 // c of u = log(1+c t)/log(1+c) where a Fitter names none
)

// String returns "chord", "warp" or "whitened".
func (p Parameters) String() string {
	switch p {
	case Chord:
		return "chord"
	case Warp:
		return "warp"
	case Whitened:
		return "whitened"
	}
	return fmt.Sprintf("Parameters(%d)", uint8(p))
}

// MarshalText writes the name used in configs.
func (p Parameters) MarshalText() ([]byte, error) {
	if p > Whitened {
		return nil, fmt.Errorf("%w: %d", ErrParameters, uint8(p))
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads what MarshalText writes; anything else is ErrParameters.
func (p *Parameters) UnmarshalText(b []byte) error {
	switch string(b) {
	case "chord":
		*p = Chord
	case "warp":
		*p = Warp
	case "whitened":
		*p = Whitened
	default:
		return fmt.Errorf("%w: %q, want chord, warp or whitened", ErrParameters, b)
	}
	return nil
}

// Codec maps curves to control points and back. It is immutable and safe for concurrent use.
type Codec struct {
	params Parameters
	degree int
	warp   float64   // c of Warp and Whitened; 0 for Chord
	span   float64   // log(1+c)
	white  *whitener // of Whitened, else nil
}

var _ models.Representation = (*Codec)(nil)

// New returns the codec of a degree: 3..6 for Chord, 3..12 for Warp and Whitened. The warp constant c must be finite
// and > 0 for these (the larger, the finer the first epochs; towards 0 time is linear) and is ignored for Chord.
func New(p Parameters, degree int, c float64) (*Codec, error) {
	switch {
	case p > Whitened:
		return nil, fmt.Errorf("%w: %d", ErrParameters, uint8(p))
	case degree < minDegree || degree > p.maxDegree():
		return nil, fmt.Errorf("%w: %s takes %d..%d, got %d", ErrDegree, p, minDegree, p.maxDegree(), degree)
	case p == Chord:
		c = 0
	case !(c > 0) || math.IsInf(c, 1):
		return nil, fmt.Errorf("%w: %v", ErrWarp, c)
	}
	codec := &Codec{params: p, degree: degree, warp: c, span: math.Log1p(c)}
	if p == Whitened {
		codec.white = whiten(codec)
	}
	return codec, nil
}

func (p Parameters) maxDegree() int {
	if p == Chord {
		return maxChordDegree
	}
	return maxDegree
}

// Degree returns the polynomial degree n.
func (c *Codec) Degree() int { return c.degree }

// Parameters returns the parameterisation.
func (c *Codec) Parameters() Parameters { return c.params }

// WarpConstant returns c of Warp and Whitened, 0 for Chord.
func (c *Codec) WarpConstant() float64 { return c.warp }

// Width returns the length of the target vector: 2n for Chord (y0 ... yn, x1 ... x(n-1)), n+1 for the others.
func (c *Codec) Width() int {
	if c.params == Chord {
		return 2 * c.degree
	}
	return c.degree + 1
}
