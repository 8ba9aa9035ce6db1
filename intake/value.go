package intake

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"eahas/features"
	"eahas/trial/arrowio"
)

// parseNumber reads a number as tools print it: with a unit's sign stripped by the caller, NaN and infinities in any
// spelling. The empty text and words for nothing are no number.
func parseNumber(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 64 || strings.ContainsAny(s, "_xXpP") {
		return 0, false
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(x, 0) {
		return arrowio.Number(s)
	}
	return x, true
}

// parseSetting reads a setting as tools print it: a number, a text, missing for nothing. Python's True is the text
// true.
func parseSetting(s string) features.Value {
	s = strings.TrimSpace(s)
	switch s {
	case "", "None", "null", "NaN", "nan", "<NA>", "NULL":
		return features.Value{}
	}
	if v, ok := features.Truth(s); ok {
		return v
	}
	if x, ok := parseNumber(s); ok && !math.IsInf(x, 0) {
		return features.Number(x)
	}
	return features.Text(s)
}

func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}

// compareNames orders names so that numbers within them count: run2 before run10.
func compareNames(a, b string) int {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		if digit(a[i]) && digit(b[j]) {
			m, n := i, j
			for m < len(a) && digit(a[m]) {
				m++
			}
			for n < len(b) && digit(b[n]) {
				n++
			}
			x, y := strings.TrimLeft(a[i:m], "0"), strings.TrimLeft(b[j:n], "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); c != 0 {
				return c
			}
			i, j = m, n
			continue
		}
		if a[i] != b[j] {
			return cmp.Compare(a[i], b[j])
		}
		i, j = i+1, j+1
	}
	return cmp.Or(cmp.Compare(len(a)-i, len(b)-j), cmp.Compare(a, b))
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
