package export

import (
	"math/rand/v2"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
)

// questions draws n configurations: half of them inside the space, the others changed in one or two axes to an end of
// the range, to nothing, to an unknown value, or to any other allowed value. They are always the same ones.
func questions(s *artifacts.Surrogate, n int) ([]features.Config, error) {
	space := s.Spec().Space
	rng := stream.New(1, "export", "verify")
	z := space.NewSampler()
	out := make([]features.Config, n)
	for i := range out {
		c, err := z.Sample(rng)
		if err != nil {
			return nil, err
		}
		if i%2 == 1 {
			for range 1 + rng.IntN(2) {
				change(&space.Params[rng.IntN(len(space.Params))], c, rng)
			}
		}
		for j := range space.Params {
			asFloat(&space.Params[j], c)
		}
		out[i] = c
	}
	return out, nil
}

// change gives one axis another value.
func change(p *features.Param, c features.Config, rng *rand.Rand) {
	if p.Kind == features.Graph {
		if rng.IntN(6) == 0 {
			c[p.Name] = outside(p, rng)
		}
		return
	}
	values := p.Values()
	if values == nil {
		values = []features.Value{features.Number(p.Low), features.Number(p.Low + rng.Float64()*(p.High-p.Low)),
			features.Number(p.High)}
	}
	switch rng.IntN(6) {
	case 0:
		c[p.Name] = values[0]
	case 1:
		c[p.Name] = values[len(values)-1]
	case 2:
		delete(c, p.Name)
	case 3:
		c[p.Name] = outside(p, rng)
	default:
		c[p.Name] = values[rng.IntN(len(values))]
	}
}

// outside returns a value that the axis does not allow.
func outside(p *features.Param, rng *rand.Rand) features.Value {
	if p.Kind == features.Graph {
		return features.Text("no graph")
	}
	if !p.Numeric() {
		if _, isNumber := p.Choices[0].Float(); isNumber {
			return features.Number(-12345.5)
		}
		return features.Text("no such choice")
	}
	if p.Step > 0 && rng.IntN(2) == 0 {
		return features.Number(p.Low + p.Step/2)
	}
	return features.Number(p.High + (1+rng.Float64())*(p.High-p.Low))
}

// asFloat rounds a number on an axis without a grid to float32, as the graph's input has it. On a grid the graph finds
// the number again.
func asFloat(p *features.Param, c features.Config) {
	if x, ok := c[p.Name].Float(); ok && p.Numeric() && p.Kind != features.Integer && p.Step == 0 {
		c[p.Name] = features.Number(float64(float32(x)))
	}
}
