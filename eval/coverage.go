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
	sums := CoverageSums{Level: level}
	for i, y := range truth {
		sums.Add(y, low[i], high[i])
	}
	return sums.Coverage()
}

// CoverageSums is IntervalCoverage of one interval after the other: nothing is kept but sums.
type CoverageSums struct {
	Level                float64
	inside, width, score float64
	n                    int
}

// Add checks an interval against a truth; one with a NaN is left out.
func (s *CoverageSums) Add(truth, low, high float64) {
	if math.IsNaN(truth) || math.IsNaN(low) || math.IsNaN(high) {
		return
	}
	s.n++
	s.width += high - low
	s.score += IntervalScore(s.Level, truth, low, high)
	if low <= truth && truth <= high {
		s.inside++
	}
}

// Coverage is that of all that was added.
func (s *CoverageSums) Coverage() Coverage {
	n := float64(s.n)
	return Coverage{Level: s.Level, Observed: s.inside / n, Width: s.width / n, Score: s.score / n, N: s.n}
}

// IntervalScore is how good the interval low..high of a level (0 <= level < 1) was for one truth: its width, and for a
// truth outside 2/(1-level) times its distance to the interval. Lower is better; in expectation no interval beats the
// one between the true quantiles. Gneiting and Raftery, "Strictly proper scoring rules, prediction, and estimation"
// (JASA 2007), equation 43 with alpha = 1 - level. NaN for a NaN.
func IntervalScore(level, truth, low, high float64) float64 {
	return high - low + 2/(1-level)*(max(0, low-truth)+max(0, truth-high))
}
