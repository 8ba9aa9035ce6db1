package features

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// maxTries bounds how many draws Sample makes for the constraints before it gives up.
const maxTries = 1_000_000

// maxTabled is the longest grid that a Sampler keeps as a table.
const maxTabled = 1 << 14

// Sample draws a configuration by the axes' laws, given the constraints (by rejection). The error wraps ErrConstraints.
// To draw many, make a Sampler once.
func (s *Space) Sample(rng *rand.Rand) (Config, error) { return s.NewSampler().Sample(rng) }

// Sampler draws configurations of one valid space. It is immutable and safe for concurrent use with one generator
// each.
type Sampler struct {
	space *Space
	spec  RegNetSpec
	axes  []lawAxis
	order []int  // axes in an order in which every axis comes after the one that its condition names
	net   [5]int // indices of the axes that the constraints depend on
}

// lawAxis is the law of one axis.
type lawAxis struct {
	p      *Param
	cum    []float64 // cumulated weights of the choices; nil means equal weights
	log    bool
	n      int       // grid points; 0 means a continuous range
	grid   []float64 // the grid points; nil when there are none or too many to list
	lo, hi float64   // ends of the range that is drawn from, as logarithms with log
}

// NewSampler compiles the laws of the space, which must be valid and must not change afterwards.
func (s *Space) NewSampler() *Sampler {
	z := &Sampler{space: s, axes: make([]lawAxis, len(s.Params))}
	index := make(map[string]int, len(s.Params))
	for i := range s.Params {
		z.axes[i] = newLaw(&s.Params[i])
		index[s.Params[i].Name] = i
	}
	placed := make([]bool, len(s.Params))
	var place func(int)
	place = func(i int) {
		if placed[i] {
			return
		}
		placed[i] = true
		if w := s.Params[i].When; w != nil {
			place(index[w.Param])
		}
		z.order = append(z.order, i)
	}
	for i := range s.Params {
		place(i)
	}
	if len(s.Constraints) > 0 {
		z.spec = s.regNet()
		for k, name := range z.spec.axes() {
			z.net[k] = index[name]
		}
	}
	return z
}

func newLaw(p *Param) lawAxis {
	l := lawAxis{p: p, log: p.Kind == Log || p.Log && p.Numeric()}
	if !p.Numeric() {
		sum := 0.0
		for _, w := range p.Weights {
			sum += w
			l.cum = append(l.cum, sum)
		}
		return l
	}
	l.n = p.points()
	if l.n <= maxTabled {
		for k := range l.n {
			l.grid = append(l.grid, p.gridPoint(k))
		}
	}
	l.lo, l.hi = p.Low, p.High
	if l.log {
		// On a grid, a point stands for the values up to it: it is drawn from (low - min(step, low/2), high] and
		// rounded up, which is the law of pycls' sweeps (log_uniform).
		if l.n > 0 {
			l.lo -= min(p.step(), p.Low/2)
		}
		l.lo, l.hi = math.Log(l.lo), math.Log(l.hi)
	}
	return l
}

// choice draws the index of a choice.
func (l *lawAxis) choice(rng *rand.Rand) int {
	if l.cum == nil {
		return rng.IntN(len(l.p.Choices))
	}
	u := rng.Float64() * l.cum[len(l.cum)-1]
	i := 0
	for i < len(l.cum)-1 && u >= l.cum[i] {
		i++
	}
	return i
}

// number draws a number of a numeric axis.
func (l *lawAxis) number(rng *rand.Rand) float64 {
	switch {
	case l.n > 0 && !l.log:
		return l.point(rng.IntN(l.n))
	case l.n > 0:
		f := math.Exp(l.lo + rng.Float64()*(l.hi-l.lo))
		k := int(math.Ceil((f - l.p.Low) / l.p.step()))
		return l.point(min(max(k, 0), l.n-1))
	}
	f := l.lo + rng.Float64()*(l.hi-l.lo)
	if l.log {
		f = math.Exp(f)
	}
	return min(max(f, l.p.Low), l.p.High)
}

// point returns grid point k.
func (l *lawAxis) point(k int) float64 {
	if l.grid != nil {
		return l.grid[k]
	}
	return l.p.gridPoint(k)
}

// value draws a value.
func (l *lawAxis) value(rng *rand.Rand) Value {
	if l.p.Numeric() {
		return Number(l.number(rng))
	}
	return l.p.Choices[l.choice(rng)]
}

// Sample draws one configuration; inactive axes are absent, optional ones are always set.
func (z *Sampler) Sample(rng *rand.Rand) (Config, error) {
	c := make(Config, len(z.axes))
	if len(z.space.Constraints) > 0 {
		x, err := z.network(rng)
		if err != nil {
			return nil, err
		}
		for k, i := range z.net {
			c[z.axes[i].p.Name] = Number(x[k])
		}
	}
	for _, i := range z.order {
		p := z.axes[i].p
		if p.When != nil {
			// The axis that it depends on is already drawn, or absent because inactive.
			if v := c[p.When.Param]; v.IsMissing() || !holds(p.When, v) {
				continue
			}
		}
		if _, done := c[p.Name]; !done {
			c[p.Name] = z.axes[i].value(rng)
		}
	}
	return c, nil
}

// network draws the five RegNet numbers until they meet the constraints.
func (z *Sampler) network(rng *rand.Rand) (x [5]float64, err error) {
	var q Quantities
	for range maxTries {
		for k, i := range z.net {
			l := &z.axes[i]
			if l.p.Numeric() {
				x[k] = l.number(rng)
			} else {
				x[k] = l.p.Choices[l.choice(rng)].num
			}
		}
		if z.spec.generate(&q.Network, x) != nil || !z.space.stagesWithin(&q.Network) {
			continue
		}
		if q.Complexity = z.spec.Complexity(&q.Network); z.space.within(&q) == nil {
			return x, nil
		}
	}
	return x, fmt.Errorf("%w in %d draws", ErrConstraints, maxTries)
}
