package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"eahas/eval"
)

const undefined = "–"

// significant prints x with n significant digits, without exponents between 1e-4 and 1e7.
func significant(x float64, n int) string {
	switch {
	case math.IsNaN(x):
		return undefined
	case math.IsInf(x, 1):
		return "∞"
	case math.IsInf(x, -1):
		return "−∞"
	case x == 0:
		return "0"
	}
	a := math.Abs(x)
	if a >= 1e7 || a < 1e-4 {
		return minus(strconv.FormatFloat(x, 'g', n, 64))
	}
	decimals := max(0, n-1-int(math.Floor(math.Log10(a))))
	return minus(strconv.FormatFloat(x, 'f', decimals, 64))
}

// minus writes the minus sign of typesetting.
func minus(s string) string { return strings.ReplaceAll(s, "-", "−") }

// prefixes of the International System, by power of 1000.
var prefixes = map[int]string{-3: "n", -2: "µ", -1: "m", 0: "", 1: "k", 2: "M", 3: "G", 4: "T", 5: "P"}

// quantity prints a value with its unit: joules with a prefix, seconds as seconds, minutes or hours, anything else as
// is.
func quantity(x float64, unit string, digits int) string {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return significant(x, digits)
	case unit == "J" && x != 0:
		k := min(5, max(-3, int(math.Floor(math.Log10(math.Abs(x))/3+1e-9))))
		return significant(x/math.Pow(1000, float64(k)), digits) + " " + prefixes[k] + "J"
	case unit == "s" && math.Abs(x) >= 7200:
		return significant(x/3600, digits) + " h"
	case unit == "s" && math.Abs(x) >= 120:
		return significant(x/60, digits) + " min"
	case unit == "s" && math.Abs(x) < .1 && x != 0:
		return significant(x*1000, digits) + " ms"
	case unit == "":
		return significant(x, digits)
	}
	return significant(x, digits) + " " + unit
}

// tick prints an axis value: as few digits as it needs, with its unit if that changes along the axis.
func tick(unit string) func(float64) string {
	return func(x float64) string {
		if x == 0 {
			return "0"
		}
		if unit == "J" || unit == "s" {
			return trimZeros(quantity(x, unit, 4))
		}
		return trimZeros(significant(x, 4))
	}
}

// trimZeros removes trailing zeros behind the point of the leading number.
func trimZeros(s string) string {
	number, unit, spaced := strings.Cut(s, " ")
	if strings.Contains(number, ".") && !strings.Contains(number, "e") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	if spaced {
		return number + " " + unit
	}
	return number
}

// BytesText prints a size.
func BytesText(n int64) string {
	switch {
	case n < 1e3:
		return fmt.Sprintf("%d B", n)
	case n < 1e6:
		return significant(float64(n)/1e3, 3) + " kB"
	case n < 1e9:
		return significant(float64(n)/1e6, 3) + " MB"
	}
	return significant(float64(n)/1e9, 3) + " GB"
}

// thousands prints a count in groups of three digits.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// errorUnit is the unit of errors and widths of values in a unit: points for percent.
func errorUnit(unit string) string {
	if unit == "%" {
		return "pt"
	}
	return unit
}

// metricText prints a metric's value: correlations and R2 with three decimals, relative errors in percent, absolute
// errors with their unit.
func metricText(metric string, x float64, unit string) string {
	switch metric {
	case eval.MetricMAPE, eval.MetricMedianAPE:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return significant(x, 3)
		}
		return significant(100*x, 3) + " %"
	case eval.MetricRMSE, eval.MetricMAE, eval.MetricRunRMSE:
		return quantity(x, errorUnit(unit), 3)
	case eval.MetricImpossible:
		return significant0(x)
	}
	if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) >= 100 {
		return significant(x, 3)
	}
	decimals := 3
	if x < 1 && 1-x < .005 { // .9985 and .9993 are different
		decimals = 4
	}
	return minus(strconv.FormatFloat(x, 'f', decimals, 64))
}

func significant0(x float64) string {
	if math.IsNaN(x) {
		return undefined
	}
	return thousands(int(x))
}
