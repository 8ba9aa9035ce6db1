package features

import "math"

// Scale is how the encoder writes the values of one axis: as one column for each choice, or as one number that is 0 at
// the low end of the declared range and 1 at its high end. Exports and physical laws, which have to undo or repeat the
// encoding, read it from here.
type Scale struct {
	OneHot int     // columns of a choice, 1 where the value is that choice and 0 elsewhere; 0 for an axis of one number
	Ranks  bool    // the number stands for the position of the value among Choices, counted from 0
	Log    bool    // its decimal logarithm is scaled
	Low    float64 // what becomes 0, after the logarithm
	Span   float64 // what becomes 1, less Low; 1 for a single value
}

// ScaleSlack is how far outside of 0..1 a scaled number still counts as the end: the rounding of a logarithm there.
const ScaleSlack = 1e-9

// Scale returns how the encoder writes the values of a valid axis.
func (p *Param) Scale() Scale {
	s := Scale{Log: p.Logarithmic()}
	low, high := p.Low, p.High
	switch {
	case p.Kind == Choice:
		return Scale{OneHot: len(p.Choices)}
	case p.Kind == Ordinal && p.numericOrdinal():
		low, high = p.Choices[0].num, p.Choices[len(p.Choices)-1].num
	case p.Kind == Ordinal:
		s.Ranks = true
		low, high = 0, float64(len(p.Choices)-1)
	}
	if s.Log {
		low, high = math.Log10(low), math.Log10(high)
	}
	s.Low, s.Span = low, high-low
	if !(s.Span > 0) {
		s.Span = 1
	}
	return s
}

// Of returns what the encoder writes for the number x (with Ranks: a position), which is > 0 under a logarithm. Numbers
// outside of the declared range fall outside of 0..1.
func (s *Scale) Of(x float64) float64 {
	if s.Log {
		x = math.Log10(x)
	}
	x = (x - s.Low) / s.Span
	if x < 0 && x > -ScaleSlack {
		return 0
	}
	if x > 1 && x < 1+ScaleSlack {
		return 1
	}
	return x
}

// Logarithmic reports whether the axis is scaled by its logarithm (and, where it takes a range, sampled by it).
func (p *Param) Logarithmic() bool { return p.Kind == Log || p.Log }

// Ends returns the numbers that the encoder writes as 0 and 1. ok is false for choices and for ordinals of texts, which
// have none.
func (p *Param) Ends() (low, high float64, ok bool) {
	switch {
	case p.Numeric():
		return p.Low, p.High, true
	case p.Kind == Ordinal && len(p.Choices) > 0 && p.numericOrdinal():
		return p.Choices[0].num, p.Choices[len(p.Choices)-1].num, true
	}
	return 0, 0, false
}
