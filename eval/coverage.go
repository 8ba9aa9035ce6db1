package eval

import "math"

// Coverage says how well predicted intervals of one level keep their promise.
type Coverage struct {
	Level    float64 // promised, 0..1
	Observed float64 // share of truths inside, ends included; NaN when n = 0
	Width    float64 // mean width, in the unit of the values (log units if those were given)
	Score    float64 // mean interval score, in the same unit; lower is better
	N        int     // truths checked
}

// IntervalCoverage checks n intervals low[i]..high[i] against the truths. Pairs in which any of the three is NaN are
// left out. An interval whose ends are the wrong way round holds nothing and has a negative width.
func IntervalCoverage(level float64, truth, low, high []float64) Coverage {
	mustMatch(truth, low)
	mustMatch(truth, high)
	c := Coverage{Level: level}
	var inside, width, score float64
	for i, y := range truth {
		if math.IsNaN(y) || math.IsNaN(low[i]) || math.IsNaN(high[i]) {
			continue
		}
		c.N++
		width += high[i] - low[i]
		score += IntervalScore(level, y, low[i], high[i])
		if low[i] <= y && y <= high[i] {
			inside++
		}
	}
	n := float64(c.N)
	c.Observed, c.Width, c.Score = inside/n, width/n, score/n
	return c
}

// IntervalScore is how good the interval low..high of a level (0 <= level < 1) was for one truth: its width, and for a
// truth outside 2/(1-level) times its distance to the interval. Lower is better; in expectation no interval beats the
// one between the true quantiles. Gneiting and Raftery, "Strictly proper scoring rules, prediction, and estimation"
// (JASA 2007), equation 43 with alpha = 1 - level. NaN for a NaN.
func IntervalScore(level, truth, low, high float64) float64 {
	return high - low + 2/(1-level)*(max(0, low-truth)+max(0, truth-high))
}
