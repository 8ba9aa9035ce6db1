package features

import (
	"fmt"
	"math/rand/v2"
)

// maxTries bounds how many draws Sample makes for the constraints before it gives up.
const maxTries = 1_000_000

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

// Sample draws one configuration; inactive axes are absent, optional ones are always set. It is drawn again where a
// known quantity has no value.
func (z *Sampler) Sample(rng *rand.Rand) (Config, error) {
	var room [MaxKnown]float64
	for range maxTries {
		c, err := z.draw(rng)
		if err != nil || len(z.space.Known) == 0 {
			return c, err
		}
		if _, err := z.space.KnownOf(room[:0], c); err == nil {
			return c, nil
		}
	}
	return nil, fmt.Errorf("%w in %d draws: no known quantity has a value", ErrConstraints, maxTries)
}

// draw draws one configuration inside the constraints.
func (z *Sampler) draw(rng *rand.Rand) (Config, error) {
	c := make(Config, len(z.axes))
	if len(z.space.Constraints) > 0 {
		x, err := z.network(rng)
		if err != nil {
			return nil, err
		}
		for k, i := range z.net {
			c[z.axes[i].p.Name] = z.axes[i].p.Canonical(Number(x[k]))
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
			x[k] = z.axes[i].number(rng)
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
