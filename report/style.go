package report

import "eahas/report/svg"

// Style returns the style sheet of this package's page, for other pages of the program.
func Style() string { return pageStyle }

// Significant prints x with n significant digits, as this package's tables do: without exponents between 1e-4 and 1e7,
// and a dash for NaN.
func Significant(x float64, n int) string { return significant(x, n) }

// Quantity prints a value with its unit: joules with a prefix, seconds as seconds, minutes or hours, anything else as
// it is.
func Quantity(x float64, unit string, digits int) string { return quantity(x, unit, digits) }

// Ticks makes the ticks of a scale round in the unit that they are written in, and returns what writes them: as few
// digits as they need, with the unit if it is joules or seconds.
func Ticks(unit string, s *svg.Scale) func(float64) string { return axis(unit, s) }
