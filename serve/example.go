package serve

import (
	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
)

// exampleDraws is how many configurations are tried for an example that does not extrapolate.
const exampleDraws = 64

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
