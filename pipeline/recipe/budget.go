package recipe

import "math"

// HasBudget reports whether the regressor, or one inside it, is trained step by step: boosting rounds, trees or epochs.
func (r *Regressor) HasBudget() bool {
	found := false
	r.walk(func(p *Regressor) { found = found || kindOf(p.Kind).shorten != nil })
	return found
}

// Cheaper returns the variant with a share (0..1) of its training budget, n rows given; parts without a budget stay as
// they are.
func (v *Variant) Cheaper(share float64, n int) Variant {
	out := v.Clone()
	for _, r := range []*Regressor{&out.Regressor, &out.Cost} {
		r.walk(func(p *Regressor) {
			if shorten := kindOf(p.Kind).shorten; shorten != nil {
				p.fill(n)
				shorten(p, share)
			}
		})
	}
	return out
}

// lessOf returns a share of n, at least 1.
func lessOf(n int, share float64) int { return max(1, int(math.Ceil(share*float64(n)))) }
