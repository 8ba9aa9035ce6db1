package serve

import (
	"cmp"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
)

// exampleDraws is how many configurations are tried for an example that does not extrapolate.
const exampleDraws = 64

// begin is where the page begins: of the configurations that the bundle was saved with, logged ones, that with the
// median last value (or energy, or time); without them one that is drawn.
func begin(b *artifacts.Bundle) features.Config {
	type answered struct {
		config features.Config
		value  float64
	}
	var all []answered
	space := b.Surrogate.Spec().Space
	for _, c := range b.First {
		a, err := b.Surrogate.Query(c)
		if err != nil || a.Extrapolates {
			continue
		}
		value := a.EnergyTotal
		if n := len(a.Curve); n > 0 {
			value = a.Curve[n-1]
		} else if math.IsNaN(value) {
			value = a.TimePerEpoch
		}
		all = append(all, answered{space.Canonical(c), value})
	}
	if len(all) == 0 {
		return example(b.Surrogate)
	}
	slices.SortStableFunc(all, func(a, b answered) int { return cmp.Compare(a.value, b.value) })
	return all[len(all)/2].config
}

// example draws a configuration that the surrogate answers, preferably near its training data; nil when there is none.
// It depends on the bundle alone.
func example(s *artifacts.Surrogate) features.Config {
	spec := s.Spec()
	r := stream.New(0, "serve", "example")
	var first features.Config
	for range exampleDraws {
		c, err := spec.Space.Sample(r)
		if err != nil {
			return first
		}
		a, err := s.Query(c)
		if err != nil {
			continue
		}
		if !a.Extrapolates {
			return c
		}
		if first == nil {
			first = c
		}
	}
	return first
}
