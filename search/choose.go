package search

import (
	"eahas/features"
)

// choose draws n places and returns the configuration of the one with the largest ln ratio of the densities; with the
// prefix joule less left times ln of what it costs. Places that the space does not allow do not count; where none of
// the n is allowed, n more are drawn, ten times at most. ok is false where none was found.
func (m *modelled) choose(n int, left float64, draw func() []float64,
	ratio func([]float64) float64) (c features.Config, ok bool) {
	d, plain := m.domain.(*spaceDomain)
	lazy := plain && d.plain && !m.pricing()
	for range 10 {
		ps := make([]candidate, n)
		for i := range ps {
			u := draw()
			if lazy {
				d.snap(u)
			} else {
				if ps[i].config, ok = m.domain.Place(u); !ok {
					continue
				}
				u = m.domain.Unit(nil, ps[i].config)
			}
			ps[i].unit, ps[i].ratio = u, ratio(u)
		}
		if c, ok = m.pick(ps, left); ok {
			return c, true
		}
	}
	return nil, false
}

// candidate is a place that choose has drawn.
type candidate struct {
	unit   []float64 // nil where the space does not allow it
	ratio  float64
	config features.Config // nil: not looked at yet
}

// pick returns the configuration of the drawn place with the largest ratio, of equal ones the first.
func (m *modelled) pick(ps []candidate, left float64) (features.Config, bool) {
	if m.pricing() {
		var candidates []features.Config
		var rows [][]float64
		var at []int
		for i, p := range ps {
			if p.unit != nil {
				candidates, at = append(candidates, p.config), append(at, i)
				rows = append(rows, m.domain.Encode(nil, p.config))
			}
		}
		for k, price := range m.price(candidates, rows) {
			ps[at[k]].ratio -= left * price
		}
	}
	for {
		best := -1
		for i, p := range ps {
			if p.unit != nil && (best < 0 || p.ratio > ps[best].ratio) {
				best = i
			}
		}
		if best < 0 {
			return nil, false
		}
		p := &ps[best]
		if p.config != nil {
			return p.config, true
		}
		if c, ok := m.domain.Place(p.unit); ok {
			return c, true
		}
		p.unit = nil
	}
}
