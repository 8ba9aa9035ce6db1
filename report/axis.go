package report

import (
	"math"

	"eahas/report/svg"
)

// clock are round times, in seconds, for the ticks of logarithmic axes, from coarse to fine: a thousand seconds are no
// round time, ten minutes are.
var clock = [][]float64{
	{1e-6, 1e-3, 1, 60, 3600, 3.6e5, 3.6e7},
	{1e-6, 1e-5, 1e-4, 1e-3, .01, .1, 1, 10, 60, 600, 3600, 36e3, 36e4, 36e5, 36e6},
	{1e-3, 2e-3, 5e-3, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18e3,
		36e3, 72e3, 18e4, 36e4, 72e4, 18e5, 36e5},
}

// axis makes the ticks of a scale round in the unit that they are written in, and returns what writes them. On a linear
// axis all ticks have one unit, that of the largest.
func axis(unit string, s *svg.Scale) func(float64) string {
	if unit != "J" && unit != "s" {
		return tick(unit)
	}
	if s.Log && s.Max >= 8*s.Min {
		if unit == "s" {
			s.Ladders = clock
			return func(x float64) string { return inUnit(x, unit, x) }
		}
		return tick(unit)
	}
	most := max(math.Abs(s.Min), math.Abs(s.Max))
	s.Unit, _ = unitOf(unit, most)
	return func(x float64) string { return inUnit(x, unit, most) }
}

// inUnit prints a number of joules or seconds in the unit that suits another, with as few digits as it needs.
func inUnit(x float64, unit string, like float64) string {
	if x == 0 {
		return "0"
	}
	of, name := unitOf(unit, like)
	return trimZeros(significant(x/of, 4) + " " + name)
}

// unitOf is the unit, in joules or seconds, that a value of this size is written in, and its name.
func unitOf(unit string, size float64) (of float64, name string) {
	if unit == "J" {
		k := 0
		if size != 0 {
			k = min(5, max(-3, int(math.Floor(math.Log10(math.Abs(size))/3+1e-9))))
		}
		return math.Pow(1000, float64(k)), prefixes[k] + "J"
	}
	switch size = math.Abs(size); {
	case size >= 3600*(1-1e-9):
		return 3600, "h"
	case size >= 60*(1-1e-9):
		return 60, "min"
	case size < 1e-3*(1-1e-9) && size > 0:
		return 1e-6, "µs"
	case size < 1*(1-1e-9) && size > 0:
		return 1e-3, "ms"
	}
	return 1, "s"
}
