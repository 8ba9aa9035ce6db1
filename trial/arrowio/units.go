package arrowio

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The units that a mapping may declare, as factors to the base unit (joules, seconds, watts, percent).
var (
	energyUnits = map[string]float64{"uJ": 1e-6, "µJ": 1e-6, "mJ": 1e-3, "J": 1, "kJ": 1e3, "MJ": 1e6, "GJ": 1e9,
		"uWh": 3.6e-3, "mWh": 3.6, "Wh": 3600, "kWh": 3.6e6, "MWh": 3.6e9, "GWh": 3.6e12}
	timeUnits = map[string]float64{"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600,
		"d": 86400}
	powerUnits = map[string]float64{"uW": 1e-6, "µW": 1e-6, "mW": 1e-3, "W": 1, "kW": 1e3, "MW": 1e6}
	shareUnits = map[string]float64{"fraction": 100, "percent": 1}
	rawUnits   = map[string]float64{"raw": 1}
)

// factor looks up a declared unit.
func factor(units map[string]float64, what, unit string) (float64, error) {
	f, ok := units[unit]
	if !ok {
		return 0, fmt.Errorf("%w: %s has the unit %q; want one of %s (capital letters count: mJ is not MJ)", ErrUnit,
			what, unit, unitList(units))
	}
	return f, nil
}

func unitList(units map[string]float64) string {
	return strings.Join(slices.Sorted(maps.Keys(units)), ", ")
}

// factorOf is factor for the uses that a typed column may serve, which knows its unit: then none is declared, and the
// binding makes sure of it.
func factorOf(units map[string]float64, what, unit string) (float64, error) {
	if unit == "" {
		return 1, nil
	}
	return factor(units, what, unit)
}

// The sane range of mean power of a run: from a tenth of a watt to ten thousand machines.
const (
	minWatts = 0.1
	maxWatts = 1e7
)

// Joules is how many joules a unit of energy is; false for what is none that a mapping may declare.
func Joules(unit string) (float64, bool) {
	f, ok := energyUnits[unit]
	return f, ok
}

// Seconds is how many seconds a unit of time is; a column of durations, whose unit is "", is read in seconds.
func Seconds(unit string) (float64, bool) {
	if unit == "" {
		return 1, true
	}
	f, ok := timeUnits[unit]
	return f, ok
}
