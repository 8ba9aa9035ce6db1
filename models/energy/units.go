package energy

import (
	"math"
	"strconv"
	"time"
)

const (
	joulesPerWattHour     = 3600
	joulesPerKilowattHour = 3.6e6
)

// FromWh converts watt-hours to joules.
func FromWh(wh float64) float64 { return wh * joulesPerWattHour }

// FromKWh converts kilowatt-hours to joules.
func FromKWh(kwh float64) float64 { return kwh * joulesPerKilowattHour }

// ToWh converts joules to watt-hours.
func ToWh(j float64) float64 { return j / joulesPerWattHour }

// ToKWh converts joules to kilowatt-hours.
func ToKWh(j float64) float64 { return j / joulesPerKilowattHour }

// KWh writes joules as kilowatt-hours with four significant digits and the unit: KWh(9e6) is "2.5 kWh".
func KWh(j float64) string { return digits(ToKWh(j)) + " kWh" }

// Wh writes joules as watt-hours with four significant digits and the unit: Wh(9000) is "2.5 Wh".
func Wh(j float64) string { return digits(ToWh(j)) + " Wh" }

// J writes joules with four significant digits and an SI prefix: J(1250) is "1.25 kJ". NaN is "unknown".
func J(j float64) string {
	if math.IsNaN(j) {
		return digits(j)
	}
	unit := "J"
	for _, u := range []string{"kJ", "MJ", "GJ", "TJ"} {
		// 999.95 would be written 1000 of the smaller unit
		if math.Abs(j) < 999.95 {
			break
		}
		j /= 1000
		unit = u
	}
	return digits(j) + " " + unit
}

// Seconds writes a duration in seconds: under a minute as "12.5 s", else as Go writes durations, to the second: "1h2m3s".
// NaN is "unknown".
func Seconds(s float64) string {
	if math.IsNaN(s) || math.Abs(s) < 60 || math.Abs(s) > 1e9 {
		if math.IsNaN(s) {
			return digits(s)
		}
		return digits(s) + " s"
	}
	return time.Duration(math.Round(s) * float64(time.Second)).String()
}

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
