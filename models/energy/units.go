package energy

import (
	"math"
	"strconv"
	"time"
)

const joulesPerKilowattHour = 3.6e6

// ToKWh converts joules to kilowatt-hours.
func ToKWh(j float64) float64 { return j / joulesPerKilowattHour }

// FromKWh converts kilowatt-hours to joules.
func FromKWh(kWh float64) float64 { return kWh * joulesPerKilowattHour }

// KWh writes joules as kilowatt-hours with four significant digits and the unit: KWh(9e6) is "2.5 kWh", KWh(NaN)
// "unknown kWh".
func KWh(j float64) string { return digits(ToKWh(j)) + " kWh" }

// Seconds writes a duration in seconds: under a minute (and above 1e9 s) as "12.5 s", else as Go writes durations, to
// the second: "1h2m3s". NaN is "unknown".
func Seconds(s float64) string {
	switch {
	case math.IsNaN(s):
		return digits(s)
	case math.Abs(s) < 60 || math.Abs(s) > 1e9:
		return digits(s) + " s"
	}
	return time.Duration(math.Round(s) * float64(time.Second)).String()
}

// digits writes four significant digits, plain for 1e-4 <= |v| < 1e6, else with an exponent (at the lower end the
// format g does so by itself).
func digits(v float64) string {
	if math.IsNaN(v) {
		return "unknown"
	}
	f := strconv.FormatFloat(v, 'g', 4, 64)
	if x, err := strconv.ParseFloat(f, 64); err == nil && math.Abs(x) >= 1e-3 && math.Abs(x) < 1e6 {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return f
}
