package arrowio

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The units that a mapping may declare, as factors to the base unit (joules, seconds, watts, percent).
var (
	energyUnits = map[string]float64{"J": 1, "kJ": 1e3, "MJ": 1e6, "Wh": 3600, "kWh": 3.6e6, "MWh": 3.6e9}
	timeUnits   = map[string]float64{"ms": 1e-3, "s": 1, "min": 60, "h": 3600}
	powerUnits  = map[string]float64{"mW": 1e-3, "W": 1, "kW": 1e3}
	shareUnits  = map[string]float64{"fraction": 100, "percent": 1}
	rawUnits    = map[string]float64{"raw": 1}
)

// factor looks up a declared unit.
func factor(units map[string]float64, what, unit string) (float64, error) {
	f, ok := units[unit]
	if !ok {
		return 0, fmt.Errorf("%w: %s has the unit %q; want one of %s", ErrUnit, what, unit, strings.Join(slices.Sorted(maps.Keys(units)), ", "))
	}
	return f, nil
}

// The sane range of mean power of a run: from a tenth of a watt to ten thousand machines.
const (
	minWatts = 0.1
	maxWatts = 1e7
)
