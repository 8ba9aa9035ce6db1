package features

// DerivedScale says how a derived column is scaled: (x - Low) / Span, kept inside 0..1.
type DerivedScale struct{ Low, Span float64 }

// DerivedScales returns how the derived columns are scaled, in their order: log10 of params, flops and acts, then for
// each stage that has columns log10 of its width and its depth. It is empty without derived columns. For writers of
// other formats.
func (e *Encoder) DerivedScales() []DerivedScale {
	if e.derived == nil {
		return nil
	}
	out := make([]DerivedScale, len(e.derived.scale))
	for i, s := range e.derived.scale {
		out[i] = DerivedScale{s.low, s.span}
	}
	return out
}

// ResolvedRegNet returns how the space's networks are derived, with all defaults filled in.
func (s *Space) ResolvedRegNet() RegNetSpec { return s.regNet() }
