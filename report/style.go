package report

// Style returns the style sheet of this package's page, for other pages of the program.
func Style() string { return pageStyle }

// Significant prints x with n significant digits, as this package's tables do: without exponents between 1e-4 and 1e7,
// and a dash for NaN.
func Significant(x float64, n int) string { return significant(x, n) }

// Quantity prints a value with its unit: joules with a prefix, seconds as seconds, minutes or hours, anything else as
// it is.
func Quantity(x float64, unit string, digits int) string { return quantity(x, unit, digits) }

// Tick returns what prints the values of an axis: as few digits as they need, with the unit if that changes along the
// axis.
func Tick(unit string) func(float64) string { return tick(unit) }
