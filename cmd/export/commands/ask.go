package commands

import (
	"fmt"
	"math"
	"slices"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
)

// defaultLevel is the probability of the bounds that a table shows when nobody asks for another.
const defaultLevel = 0.95

// ask is how a configuration is asked about.
type ask struct {
	upTo   float64
	level  float64 // of the bounds; 0: none
	sample bool    // add plausible noise
	seed   uint64  // of the noise
}

var (
	levelFlag = &cli.Float64Flag{Name: "level", Usage: "bounds that hold the truth with probability `P`, where the bundle knows them; 0: none",
		DefaultText: "0.95; none for JSON lines"}
	sampleFlag = &cli.Uint64Flag{Name: "sample", Usage: "add plausible noise, such as between two runs, from `SEED`; equal seeds give equal answers"}
)

// askOf reads the flags. Bounds are shown unasked only for a single configuration.
func askOf(c *cli.Context, s *artifacts.Surrogate, single bool) (ask, error) {
	q := ask{upTo: c.Float64("epoch"), sample: c.IsSet("sample"), seed: c.Uint64("sample")}
	known := s.Levels()
	switch {
	case c.IsSet("level"):
		q.level = c.Float64("level")
		if q.level != 0 && !slices.Contains(known, q.level) {
			return q, fmt.Errorf("%w: -level %g: this bundle has bounds for the levels %v", errUsage, q.level, known)
		}
	case single && slices.Contains(known, defaultLevel) && !q.sample:
		q.level = defaultLevel
	}
	return q, nil
}

// answer fills a. Bounds lie around the prediction, also when noise is then added to it. number is the line's number, so
// that every line has noise of its own.
func (q ask) answer(s *artifacts.Surrogate, a *artifacts.Answer, config features.Config, number int) error {
	if err := s.QueryInto(a, config, q.upTo); err != nil {
		return err
	}
	if q.level > 0 {
		if err := s.Bounds(a, q.level); err != nil {
			return err
		}
	}
	if q.sample {
		seed := q.seed
		if number > 0 {
			seed = stream.Seed(q.seed, "line", fmt.Sprint(number))
		}
		s.AddNoise(a, seed)
	}
	return nil
}

// between writes the ends of a cost's bounds for a table, or nothing.
func between(level, low, high float64, unit string) string {
	if math.IsNaN(low) || math.IsNaN(high) {
		return ""
	}
	return fmt.Sprintf("\t%s … %s %s (%g %%)", digits(low), digits(high), unit, 100*level)
}
