package search

import (
	"math"
	"slices"
)

// awareness turns results into scores, the lower the better: the loss, or with the prefix ea the negated
// accuracy x (E/T)^w of Dou et al. (ICLR 2023), section 4. Scores of one run can be compared at any time, because T,
// the same factor for all, is left out of them; reward holds it.
type awareness struct {
	metric  Metric
	on      bool
	w       float64
	run     bool // E is of the whole run
	typical []float64
}

func newAwareness(s *Setup) *awareness {
	a := &awareness{metric: s.metric}
	if s.prefix == "ea" {
		a.on, a.w, a.run = true, s.number("w"), s.word("energy") == "run"
	}
	return a
}

// energy returns E of a result.
func (a *awareness) energy(r Result) float64 {
	if a.run {
		return r.Full
	}
	return r.Total / r.Trained
}

// Score implements Scorer: the loss, or the negated logarithm of the reward.
func (a *awareness) Score(r Result) float64 {
	if !a.on {
		return r.Loss
	}
	if a.metric.HigherBetter || a.metric.Percent() {
		return -(math.Log(max(100-r.Loss, leastError)) + a.w*math.Log(a.energy(r)))
	}
	return math.Log(max(r.Loss, 1e-12)) - a.w*math.Log(a.energy(r)) // a loss: lower is better, so is less energy
}

// tell notes the energies of the first trials.
func (a *awareness) tell(r Result) {
	if a.on && len(a.typical) < 10 {
		a.typical = append(a.typical, a.energy(r))
	}
}

// target returns the number that a model learns for a score: of ea the negated reward accuracy x (E/T)^w itself.
func (a *awareness) target(score float64) float64 {
	if !a.on {
		return a.metric.modelled(score)
	}
	if a.metric.HigherBetter || a.metric.Percent() {
		return -math.Exp(-score - a.w*math.Log(median(a.typical)))
	}
	return score
}

// median returns the middle value; of an even number the mean of the two.
func median(v []float64) float64 {
	s := slices.Clone(v)
	slices.Sort(s)
	n := len(s)
	if n == 0 {
		return math.NaN()
	}
	return (s[(n-1)/2] + s[n/2]) / 2
}
