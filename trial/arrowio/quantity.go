package arrowio

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// multipliers stand behind numbers that count: 1.2k, 11.7M.
var multipliers = map[string]float64{"k": 1e3, "K": 1e3, "M": 1e6, "Mio": 1e6, "G": 1e9, "B": 1e9, "T": 1e12}

// unitWords are units as people write them behind numbers.
var unitWords = map[string]string{"sec": "s", "secs": "s", "second": "s", "seconds": "s", "Sek": "s", "mins": "min",
	"minute": "min", "minutes": "min", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "Std": "h", "day": "d",
	"days": "d", "msec": "ms", "joule": "J", "joules": "J", "Joule": "J", "Joules": "J", "kwh": "kWh", "KWh": "kWh",
	"KWH": "kWh", "wh": "Wh", "watt": "W", "watts": "W", "Watt": "W", "Watts": "W", "w": "W", "kw": "kW"}

// quantity reads a text that holds a number and a unit: "69.32 W", "85 %", "1.2k", "1:02:03.5", "1h 2m 3s". The number
// is in the unit, which is "" behind a multiplier and clock ("s") of what is written as hours, minutes and seconds.
func quantity(s string) (x float64, unit string, clock, ok bool) {
	if x, ok := clockTime(s); ok {
		return x, "s", true, true
	}
	i := strings.LastIndexAny(s, "0123456789.") + 1
	if i == 0 || i == len(s) && !thousands.MatchString(s) {
		return 0, "", false, false
	}
	unit = strings.TrimSpace(s[i:])
	number := strings.TrimSpace(s[:i])
	if strings.Contains(number, ",") && thousands.MatchString(number) {
		number = strings.ReplaceAll(number, ",", "")
	}
	x, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, "", false, false
	}
	if k, ok := multipliers[unit]; ok {
		if y, err := strconv.ParseFloat(fmt.Sprintf("%se%.0f", number, math.Log10(k)), 64); err == nil {
			return y, "", false, true // 4.1G is 4.1e9: the product of both would be 4.0999999999999996e9
		}
		return x * k, "", false, true
	}
	if w, ok := unitWords[unit]; ok {
		unit = w
	}
	return x, unit, false, unit != "" || i == len(s)
}

// toBase is what one of a unit is in joules, seconds or watts, and which of these (J, s, W); "" for other units.
// Percent is its own.
func toBase(unit string) (factor float64, base string) {
	if unit == "%" {
		return 1, "%"
	}
	for _, family := range []struct {
		units map[string]float64
		base  string
	}{{energyUnits, "J"}, {timeUnits, "s"}, {powerUnits, "W"}} {
		if f, ok := family.units[unit]; ok {
			return f, family.base
		}
	}
	return math.NaN(), ""
}

// clockTime reads a duration that is written with several units: 1:02:03.5, "2 days 01:02:03", "1h 2m 3.5s", PT1H2M.
// Two numbers with one colon may be hours and minutes or minutes and seconds: they are no duration. Kept whole: one
// form after the other.
func clockTime(s string) (seconds float64, ok bool) {
	if i := strings.Index(s, "day"); i > 0 {
		d, err := strconv.ParseFloat(strings.TrimSpace(s[:i]), 64)
		rest := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(s[i:], "day"), "s"), ", +")
		if err != nil {
			return 0, false
		}
		if rest == "" {
			return d * 86400, true
		}
		x, ok := clockTime(rest)
		return d*86400 + x, ok
	}
	if parts := strings.Split(s, ":"); len(parts) == 3 {
		for i, p := range parts {
			x, err := strconv.ParseFloat(p, 64)
			if err != nil || x < 0 || i > 0 && x >= 60 || i < 2 && strings.ContainsAny(p, ".eE+-") {
				return 0, false
			}
			seconds = seconds*60 + x
		}
		return seconds, true
	}
	t := strings.ReplaceAll(s, " ", "")
	if iso, found := strings.CutPrefix(t, "PT"); found {
		t = strings.ToLower(iso)
	} else if strings.Count(t, "h")+strings.Count(t, "m")+strings.Count(t, "s") < 2 ||
		strings.ContainsAny(t, "abcdefgijkl") {
		return 0, false
	}
	d, err := time.ParseDuration(strings.NewReplacer("min", "m", "sec", "s").Replace(t))
	return d.Seconds(), err == nil && d >= 0
}

// Number reads a number that is written for people: "85 %", "1.2k", "1,234.5", and hours:minutes:seconds as seconds. A
// unit behind it is none.
func Number(s string) (float64, bool) {
	x, unit, clock, ok := quantity(s)
	return x, ok && (unit == "" || unit == "%" || clock)
}
