package search

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"eahas/features"
)

// Domain is the set of configurations that a task answers for. It is safe for concurrent use.
type Domain interface {
	// Axes returns the free axes, d of them. They must not be changed.
	Axes() []Axis
	// Sample draws a configuration by the domain's law.
	Sample(rng *rand.Rand) features.Config
	// Mutate returns c with one axis changed to another value; c itself where it has no neighbour at all.
	Mutate(rng *rand.Rand, c features.Config) features.Config
	// Neighbours lists the configurations that differ from c by a step on one axis, shuffled: every value of unordered
	// axes and of ordered ones with up to three values, else two steps drawn from N(u, 0.2) (naszilla, White et al.
	// 2021).
	Neighbours(rng *rand.Rand, c features.Config) []features.Config
	// Place returns the configuration at the unit coordinates u (length d; NaN where an axis does not exist), with the
	// coordinates that it really has. ok is false where there is none.
	Place(u []float64) (c features.Config, ok bool)
	// Unit writes the coordinates of c (length d) into dst and returns it; nil allocates.
	Unit(dst []float64, c features.Config) []float64
	// Columns returns the encoded columns that models of the domain see, and Encode writes the row of c.
	Columns() []features.Column
	Encode(dst []float64, c features.Config) []float64
}

// spaceDomain is a space with some axes fixed.
type spaceDomain struct {
	space   features.Space
	sampler *features.Sampler
	encoder *features.Encoder
	axes    []Axis
	genes   []gene
	fixed   features.Config
	plain   bool // every axis exists in every configuration and none is a graph: a place has the coordinates of its own
}

// maxDraws bounds how often a draw or a change is tried for the space's conditions before it is given up.
const maxDraws = 1000

// NewDomain makes the domain of a space, some of whose axes may be fixed to one value (nil: none). ErrConfig: a fixed
// axis is unknown or its value is not allowed.
func NewDomain(space features.Space, fixed features.Config) (Domain, error) {
	encoder, err := features.NewEncoder(space)
	if err != nil {
		return nil, err
	}
	d := &spaceDomain{space: space, encoder: encoder, fixed: space.Canonical(fixed)}
	d.space.Params = slices.Clone(space.Params)
	d.sampler = d.space.NewSampler()
	for name := range fixed {
		if space.Param(name) == nil {
			return nil, fmt.Errorf("%w: fixed axis %q is not one of the space", ErrConfig, name)
		}
	}
	for i := range d.space.Params {
		p := &d.space.Params[i]
		if _, is := fixed[p.Name]; is {
			continue
		}
		if p.Asked() {
			return nil, fmt.Errorf("%w: axis %q is known before training and follows from no formula, so a search "+
				"cannot draw it: give its formula (space.known) and train anew, or fix it", ErrConfig, p.Name)
		}
		if p.Numeric() || p.Kind == features.Graph || len(p.Choices) > 1 {
			d.axes, d.genes = appendAxes(d.axes, d.genes, p)
		}
	}
	d.plain = !slices.ContainsFunc(d.space.Params, func(p features.Param) bool {
		return p.When != nil || p.Optional || p.Kind == features.Graph
	})
	if _, ok := d.sample(rand.New(rand.NewPCG(1, 1))); !ok {
		c, err := d.sampler.Sample(rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			return nil, err
		}
		for name, v := range d.fixed {
			c[name] = v
		}
		return nil, fmt.Errorf("%w: no configuration of the space was found with the fixed axes %s: %w", ErrConfig,
			fixed.Key(), d.space.Check(c))
	}
	return d, nil
}

// Axes implements Domain.
func (d *spaceDomain) Axes() []Axis { return d.axes }

// Columns implements Domain.
func (d *spaceDomain) Columns() []features.Column { return d.encoder.Columns() }

// Encode implements Domain.
func (d *spaceDomain) Encode(dst []float64, c features.Config) []float64 {
	row, err := d.encoder.Encode(dst, c)
	if err != nil {
		panic("search: a configuration of the domain does not encode")
	}
	return row
}

// Sample implements Domain.
func (d *spaceDomain) Sample(rng *rand.Rand) features.Config {
	c, ok := d.sample(rng)
	if !ok {
		panic("search: the domain has no configurations")
	}
	return c
}

func (d *spaceDomain) sample(rng *rand.Rand) (features.Config, bool) {
	for range maxDraws {
		c, err := d.sampler.Sample(rng)
		if err != nil {
			return nil, false
		}
		if len(d.fixed) == 0 {
			return c, true
		}
		for name, v := range d.fixed {
			c[name] = v
		}
		if d.mend(c) && d.space.Check(c) == nil {
			return c, true
		}
	}
	return nil, false
}

// mend removes axes that do not exist in c and reports whether all that must exist are there.
func (d *spaceDomain) mend(c features.Config) bool {
	for i := range d.space.Params {
		p := &d.space.Params[i]
		active := p.When == nil || d.space.Active(p.Name, c)
		switch _, has := c[p.Name]; {
		case has && !active:
			delete(c, p.Name)
		case !has && active && !p.Optional:
			return false
		}
	}
	return true
}

// with returns c with an axis set; axes that come into being by it get the values of fill. ok is false outside the
// space.
func (d *spaceDomain) with(c features.Config, axis string, v features.Value,
	fill func() features.Config) (features.Config, bool) {
	out := make(features.Config, len(c))
	for k, w := range c {
		out[k] = w
	}
	out[axis] = v
	if !d.mend(out) {
		for k, w := range fill() {
			if _, has := out[k]; !has {
				out[k] = w
			}
		}
		d.mend(out)
	}
	return out, d.space.Check(out) == nil
}

// Mutate implements Domain.
func (d *spaceDomain) Mutate(rng *rand.Rand, c features.Config) features.Config {
	fill := func() features.Config { return d.Sample(rng) }
	for range maxDraws {
		j := rng.IntN(len(d.axes))
		g := geneOf(d.genes, j)
		now := c[g.name]
		if now.IsMissing() {
			continue
		}
		var v features.Value
		if g.graph != nil {
			v = g.graph.mutate(rng, now)
		} else {
			v = d.axes[j].other(rng, now)
		}
		if v == now {
			continue
		}
		if out, ok := d.with(c, g.name, v, fill); ok {
			return out
		}
	}
	return d.Sample(rng)
}

// other draws another value of the axis, uniformly.
func (a *Axis) other(rng *rand.Rand, now features.Value) features.Value {
	if a.Values == nil {
		return a.Value(rng.Float64())
	}
	if len(a.Values) < 2 {
		return now
	}
	k := rng.IntN(len(a.Values) - 1)
	for i, v := range a.Values {
		if v == now && k >= i {
			return a.Values[k+1]
		}
	}
	return a.Values[k]
}

const neighbourStep = 0.2 // of N(u, 0.2)

// Neighbours implements Domain.
func (d *spaceDomain) Neighbours(rng *rand.Rand, c features.Config) []features.Config {
	fill := func() features.Config { return d.Sample(rng) }
	var out []features.Config
	add := func(g *gene, v features.Value) {
		if v == c[g.name] {
			return
		}
		if n, ok := d.with(c, g.name, v, fill); ok {
			out = append(out, n)
		}
	}
	for i := range d.genes {
		g := &d.genes[i]
		if c[g.name].IsMissing() {
			continue
		}
		if g.graph != nil {
			for _, v := range g.graph.neighbours(c[g.name]) {
				add(g, v)
			}
			continue
		}
		a := &d.axes[g.first]
		if !a.Ordered || a.Values != nil && len(a.Values) <= 3 {
			for _, v := range a.Values {
				add(g, v)
			}
			continue
		}
		u := a.Unit(c[a.Name])
		for range 2 {
			add(g, a.Value(min(1, max(0, u+neighbourStep*rng.NormFloat64()))))
		}
	}
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// Place implements Domain.
func (d *spaceDomain) Place(u []float64) (features.Config, bool) {
	c := make(features.Config, len(d.space.Params))
	for i := range d.space.Params { // single values
		p := &d.space.Params[i]
		if vs := p.Choices; !p.Numeric() && len(vs) == 1 {
			c[p.Name] = vs[0]
		}
	}
	for name, v := range d.fixed {
		c[name] = v
	}
	for i := range d.genes {
		g := &d.genes[i]
		switch {
		case g.graph != nil:
			if v := g.graph.place(u[g.first : g.first+g.n]); !v.IsMissing() {
				c[g.name] = v
			}
		case u[g.first] == u[g.first]:
			c[g.name] = d.axes[g.first].Value(u[g.first])
		}
	}
	if !d.mend(c) {
		return nil, false
	}
	return c, d.space.Check(c) == nil
}

// snap puts coordinates where the values are that Place would take for them.
func (d *spaceDomain) snap(u []float64) {
	for j := range d.axes {
		a := &d.axes[j]
		switch {
		case !a.Ordered:
			u[j] = float64(min(len(a.Values)-1, max(0, int(u[j]))))
		case a.units != nil:
			u[j] = a.units[a.nearest(u[j])]
		default:
			u[j] = a.Unit(a.Value(u[j]))
		}
	}
}

// Unit implements Domain.
func (d *spaceDomain) Unit(dst []float64, c features.Config) []float64 {
	return unitOf(dst, d.axes, d.genes, c)
}
