package features

import "math"

// Size counts the configurations of the space, +Inf when an axis has infinitely many values or graphs. Conditions are
// honoured (an inactive axis does not multiply), an optional axis counts "missing" as one more value, and constraints
// are not applied: eahas-cifar10 gives 50,204,107,800.
func (s *Space) Size() float64 {
	children := make(map[string][]*Param)
	total := 1.0
	for i := range s.Params {
		if w := s.Params[i].When; w != nil {
			children[w.Param] = append(children[w.Param], &s.Params[i])
		}
	}
	for i := range s.Params {
		if s.Params[i].When == nil {
			total *= count(&s.Params[i], children)
		}
	}
	return total
}

// count returns how many settings the axis has together with all axes that depend on it.
func count(p *Param, children map[string][]*Param) float64 {
	n := math.Inf(1)
	if p.Numeric() {
		if k := p.points(); k > 0 {
			n = float64(k)
		}
	} else if p.Kind != Graph {
		n = float64(len(p.Choices))
	}
	kids := children[p.Name]
	if len(kids) == 0 || math.IsInf(n, 1) {
		if p.Optional {
			n++
		}
		return n
	}
	below := make([]float64, len(kids))
	for i, k := range kids {
		below[i] = count(k, children)
	}
	// Only the values that some condition names can activate anything; all others count once.
	named := make(map[Value]bool)
	for _, k := range kids {
		for _, v := range k.When.In {
			v = p.Canonical(v)
			if named[v] {
				continue
			}
			named[v] = true
			m := 1.0
			for i, k := range kids {
				if holds(k.When, v) {
					m *= below[i]
				}
			}
			n += m - 1
		}
	}
	if p.Optional {
		n++
	}
	return n
}
