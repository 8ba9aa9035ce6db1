package eval

import (
	"fmt"
	"math"
	"strings"
)

// Impossible counts predictions that cannot be true, by what is wrong with them. One trial is counted once in Trials,
// and once under each thing that is wrong with it.
type Impossible struct {
	Trials      int `json:"trials"`       // with anything wrong
	NonFinite   int `json:"non_finite"`   // a NaN or an infinity
	NotPositive int `json:"not_positive"` // an energy or a duration of zero or less
	Below       int `json:"below"`        // a value under the lower bound, such as an accuracy under 0 %
	Above       int `json:"above"`        // a value over the upper bound, such as an accuracy over 100 %
	Falling     int `json:"falling"`      // a cumulative cost that falls from one epoch to a later one
}

// Add returns the sum of two counts.
func (c Impossible) Add(d Impossible) Impossible {
	return Impossible{c.Trials + d.Trials, c.NonFinite + d.NonFinite, c.NotPositive + d.NotPositive,
		c.Below + d.Below, c.Above + d.Above, c.Falling + d.Falling}
}

// String lists what was found, or says "none".
func (c Impossible) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{c.NonFinite, "not finite"}, {c.NotPositive, "zero or negative"}, {c.Below, "below the lower bound"},
		{c.Above, "above the upper bound"}, {c.Falling, "cumulative cost that falls"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// ImpossibleCurve checks one predicted curve against its bounds. Infinite bounds bind nothing; neither do low = high =
// 0.
func ImpossibleCurve(pred []float64, low, high float64) Impossible {
	var c Impossible
	bounded := low != 0 || high != 0
	for _, p := range pred {
		switch {
		case math.IsNaN(p) || math.IsInf(p, 0):
			c.NonFinite = 1
		case bounded && p < low:
			c.Below = 1
		case bounded && p > high:
			c.Above = 1
		}
	}
	return c.counted()
}

// ImpossibleCost checks one predicted energy (J) or duration (s): it must be finite and above zero.
func ImpossibleCost(pred float64) Impossible {
	var c Impossible
	switch {
	case math.IsNaN(pred) || math.IsInf(pred, 0):
		c.NonFinite = 1
	case pred <= 0:
		c.NotPositive = 1
	}
	return c.counted()
}

// ImpossibleCumulative checks the cumulative cost of one trial, epoch by epoch: finite, above zero, never falling.
func ImpossibleCumulative(pred []float64) Impossible {
	var c Impossible
	before := math.Inf(-1)
	for _, p := range pred {
		switch {
		case math.IsNaN(p) || math.IsInf(p, 0):
			c.NonFinite = 1
			continue
		case p <= 0:
			c.NotPositive = 1
		}
		if p < before {
			c.Falling = 1
		}
		before = p
	}
	return c.counted()
}

func (c Impossible) counted() Impossible {
	c.Trials = 0
	if c != (Impossible{}) {
		c.Trials = 1
	}
	return c
}
