package recipe

import (
	"math"
	"testing"
)

// Twice the rows take twice the time, guided most of it, but for networks, of which there is one on few rows; small
// logs are dealt to folds three times; many columns take longer.
func TestSeconds(t *testing.T) {
	get := func(text string, n, columns int, curve bool, costs int) float64 {
		v, err := parseVariant(t, text)
		if err != nil {
			t.Fatal(err)
		}
		return v.Seconds(n, columns, curve, costs)
	}
	for _, c := range []struct {
		text       string
		n, columns int
		curve      bool
		costs      int
		want       float64
	}{
		{"auto", 1000, 30, true, 0, 6 * 38.9},
		{"auto", 2000, 30, true, 1, 6 * (2*33.9 + 5 + 2*3.8 + 2)},
		{"auto", 50, 30, false, 2, 16 * 2 * (3.8/20 + 0.05)},
		{"auto-quick", 1000, 30, false, 1, 4 * 3.8 * 0.4},
		{"auto-quick", 1000, 300, false, 1, 40 * 3.8 * 0.4},
		{"bezier+gbdt", 1000, 30, true, 3, 0},
	} {
		if got := get(c.text, c.n, c.columns, c.curve, c.costs); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s, %d rows of %d: %g s, want %g", c.text, c.n, c.columns, got, c.want)
		}
	}
}
