package features

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// knownDraws is how many configurations are drawn to find the ends of known quantities.
const knownDraws = 2048

// farApart is how many times its low end a quantity's high end is at least where it is scaled by the logarithm unless
// its scale is given.
const farApart = 20

// CompleteKnown fills in scale and ends of the known quantities: what a config leaves open follows from configurations
// that are drawn from the axes, always the same ones. The error wraps ErrSpace: a formula that cannot be read, that
// gives no number for any of them, or always the same one.
func (s *Space) CompleteKnown() error {
	if len(s.Known) == 0 {
		return nil
	}
	axes := *s
	axes.Known = nil
	if err := axes.Validate(); err != nil {
		return err
	}
	if err := s.Compile(); err != nil {
		return err
	}
	low, high, err := s.knownEnds(&axes)
	if err != nil {
		return err
	}
	for i := range s.Known {
		k := &s.Known[i]
		switch {
		case low[i] > high[i]:
			return fmt.Errorf("%w: known %q: the formula %s gives no finite number for any of %d configurations: a "+
				"division by 0, or a logarithm, root or power of what has none", ErrSpace, k.Name,
				k.Formula, knownDraws)
		case low[i] == high[i]:
			return fmt.Errorf("%w: known %q: the formula %s gives %s for all of %d configurations: it says nothing",
				ErrSpace, k.Name, k.Formula, fmtNum(low[i]), knownDraws)
		}
		if k.Low == 0 && k.High == 0 {
			k.Low, k.High = low[i], high[i]
		}
		if k.Scale == "" {
			k.Scale = knownLinear
			if k.Low > 0 && k.High >= farApart*k.Low {
				k.Scale = knownLog
			}
		}
	}
	return s.validateKnown()
}

// knownEnds returns the least and the greatest value of each quantity over drawn configurations; low > high where there
// is none.
func (s *Space) knownEnds(axes *Space) (low, high []float64, err error) {
	for range s.Known {
		low, high = append(low, math.Inf(1)), append(high, math.Inf(-1))
	}
	sampler := axes.NewSampler()
	rng := rand.New(rand.NewPCG(0, 0))
	var x []float64
	for range knownDraws {
		c, err := sampler.Sample(rng)
		if err != nil {
			return nil, nil, err
		}
		x, _ = s.KnownOf(x[:0], c) // with an error, those before the one that has no value
		for i, v := range x {
			if !math.IsNaN(v) {
				low[i], high[i] = min(low[i], v), max(high[i], v)
			}
		}
	}
	return low, high, nil
}
