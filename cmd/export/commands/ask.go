package commands

import (
	"fmt"
	"math"
	"slices"

	"github.com/urfave/cli/v2"

	"eahas/artifacts"
)

// defaultLevel is the probability of the bounds that a table shows when nobody asks for another.
const defaultLevel = 0.95

var (
	levelFlag = &cli.Float64Flag{Name: "level",
		Usage:       "bounds that hold the truth with probability `P`, where the bundle knows them; 0: none",
		DefaultText: "0.95; none for JSON lines"}
	everyFlag = &cli.IntFlag{Name: "every", Usage: "series at every `N`th epoch and the last",
		DefaultText: "every epoch"}
	sampleFlag = &cli.Uint64Flag{Name: "sample",
		Usage: "add plausible noise, such as between two runs, from `SEED`; equal seeds give equal answers"}
)

// askOf reads the flags. Bounds are shown unasked only for a single configuration.
func askOf(c *cli.Context, s *artifacts.Surrogate, single bool) (artifacts.Ask, error) {
	q := artifacts.Ask{UpTo: c.Float64("epoch"), Sample: c.IsSet("sample"), Seed: c.Uint64("sample"),
		Every: c.Int("every")}
	if q.Every < 0 {
		return q, fmt.Errorf("%w: -every %d: a number of epochs is not negative", errUsage, q.Every)
	}
	switch {
	case c.IsSet("level"):
		q.Level = c.Float64("level")
		if err := s.CheckLevel(q.Level); err != nil {
			return q, fmt.Errorf("%w: -level: %w", errUsage, err)
		}
	case single && slices.Contains(s.Levels(), defaultLevel) && !q.Sample:
		q.Level = defaultLevel
	}
	return q, nil
}

// between writes the ends of a cost's bounds for a table, or nothing.
func between(level, low, high float64, unit string) string {
	if math.IsNaN(low) || math.IsNaN(high) {
		return ""
	}
	return fmt.Sprintf("\t%s … %s %s (%g %%)", digits(low), digits(high), unit, 100*level)
}
