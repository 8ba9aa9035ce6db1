package artifacts

import (
	"fmt"
	"slices"

	"eahas/features"
	"eahas/internal/stream"
)

// Ask is how a configuration is asked about, by the command line and over HTTP alike.
type Ask struct {
	UpTo   float64 // series up to this epoch; Whole: all of them
	Level  float64 // probability of the bounds, one of Levels; 0: none
	Sample bool    // add plausible noise
	Seed   uint64  // of the noise
	Every  int     // series at every so many epochs and the last; below 2: at all
}

// CheckLevel returns ErrLevel, with the levels that there are, unless level is 0 or one of them.
func (s *Surrogate) CheckLevel(level float64) error {
	if known := s.Levels(); level != 0 && !slices.Contains(known, level) {
		return fmt.Errorf("%w: %g: this bundle has bounds for the levels %v", ErrLevel, level, known)
	}
	return nil
}

// AskInto answers as q asks, into a, as QueryInto does. Bounds lie around the prediction, also when noise is then added
// to it. number is the place in a list of configurations, from 1, so that each has noise of its own; 0: not in a list.
func (s *Surrogate) AskInto(a *Answer, config features.Config, q Ask, number int) error {
	if err := s.QueryInto(a, config, q.UpTo); err != nil {
		return err
	}
	if q.Level != 0 {
		if err := s.Bounds(a, q.Level); err != nil {
			return err
		}
	}
	if q.Sample {
		seed := q.Seed
		if number > 0 {
			seed = stream.Seed(q.Seed, "line", fmt.Sprint(number))
		}
		s.AddNoise(a, seed)
	}
	a.thin(q.Every)
	return nil
}
