package features

import "math"

// Scale is how the encoder writes the values of one axis: as one column for each choice, or as one number that is 0 at
// the low end of the declared range and 1 at its high end. Exports and physical laws, which have to undo or repeat the
// encoding, read it from here.
type Scale struct {
	OneHot int     // columns of a choice, 1 where the value is that choice and 0 elsewhere; 0 for an axis of one number
	Ranks  bool    // the number stands for the position of the value among Choices, counted from 0
	Log    bool    // its decimal logarithm is scaled
	Zero   bool    // with Log: 0, which has no logarithm, becomes ZeroPlace
	Low    float64 // what becomes 0, after the logarithm
	Span   float64 // what becomes 1, less Low; 1 for a single value
}

// ScaleSlack is how far outside of 0..1 a scaled number still counts as the end: the rounding of a logarithm there.
const ScaleSlack = 1e-9

// ZeroPlace is where 0 lies on the scale of an axis by the logarithm that has it as a value of its own (weight decay 0
// beside 1e-5 to 1e-2): a quarter of the range below the low end. Nearer to small values than to great ones, and apart
// from the least, whatever the unit; log(0), or the log of some tiny number in its place, would be far from everything.
const ZeroPlace = -0.25

// ZeroApart reports whether 0 is a value of its own beside a scale by the logarithm.
func (p *Param) ZeroApart() bool {
	return p.Kind == Log && p.Zero || p.Kind == Ordinal && p.Log && len(p.Choices) > 1 && p.numericOrdinal() &&
		p.Choices[0].num == 0
}

// Scale returns how the encoder writes the values of a valid axis.
func (p *Param) Scale() Scale {
	s := Scale{Log: p.Logarithmic(), Zero: p.ZeroApart()}
	low, high := p.Low, p.High
	switch {
	case p.Kind == Choice:
		return Scale{OneHot: len(p.Choices)}
	case p.Kind == Ordinal && p.numericOrdinal():
		low, high, _ = p.Ends()
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

// Of returns what the encoder writes for the number x (with Ranks: a position), which is > 0 under a logarithm (or 0
// with Zero). Numbers outside of the declared range fall outside of 0..1.
func (s *Scale) Of(x float64) float64 {
	if s.Zero && x == 0 {
		return ZeroPlace
	}
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
		first := 0
		if p.ZeroApart() {
			first = 1
		}
		return p.Choices[first].num, p.Choices[len(p.Choices)-1].num, true
	}
	return 0, 0, false
}
