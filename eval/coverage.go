package eval

import "math"

// Coverage says how well predicted intervals of one level keep their promise.
type Coverage struct {
	Level    float64 // promised, 0..1
	Observed float64 // share of truths inside, ends included; NaN when n = 0
	Width    float64 // mean width, in the unit of the values (log units if those were given)
	N        int     // truths checked
}

// IntervalCoverage checks n intervals low[i]..high[i] against the truths. Pairs in which any of the three is NaN are left
// out. An interval whose ends are the wrong way round holds nothing and has a negative width.
func IntervalCoverage(level float64, truth, low, high []float64) Coverage {
	mustMatch(truth, low)
	mustMatch(truth, high)
	c := Coverage{Level: level}
	var inside, width float64
	for i, y := range truth {
		if math.IsNaN(y) || math.IsNaN(low[i]) || math.IsNaN(high[i]) {
			continue
		}
		c.N++
		width += high[i] - low[i]
		if low[i] <= y && y <= high[i] {
			inside++
		}
	}
	c.Observed, c.Width = inside/float64(c.N), width/float64(c.N)
	return c
}
