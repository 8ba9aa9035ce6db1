package artifacts

import (
	"errors"
	"math"
	"testing"

	"eahas/trial/target"
)

// constant answers one number.
type constant float64

func (constant) Outputs() int { return 1 }

func (c constant) Predict(dst, _ []float64) []float64 {
	if dst == nil {
		dst = make([]float64, 1)
	}
	dst[0] = float64(c)
	return dst
}

// A cost is above 0 by its logarithm or by its bounds, and bounds are finite and in order.
func TestClipKeepsCostsAboveZero(t *testing.T) {
	var own target.Own // the bundle has no targets of its own
	for what, c := range map[string]struct {
		head Head
		ok   bool
	}{
		"a logarithm":              {Head{Transform: Log}, true},
		"bounds":                   {Head{Transform: Identity, Clip: &Range{Low: 1, High: 10}}, true},
		"one number":               {Head{Transform: Identity, Clip: &Range{Low: 1, High: 1}}, true},
		"a logarithm and bounds":   {Head{Transform: Log, Clip: &Range{Low: 1, High: 10}}, true},
		"neither":                  {Head{Transform: Identity}, false},
		"bounds from 0":            {Head{Transform: Identity, Clip: &Range{Low: 0, High: 10}}, false},
		"a logarithm, from 0":      {Head{Transform: Log, Clip: &Range{Low: 0, High: 10}}, false},
		"bounds the wrong way":     {Head{Transform: Log, Clip: &Range{Low: 10, High: 1}}, false},
		"bounds without an end":    {Head{Transform: Log, Clip: &Range{Low: 1, High: math.Inf(1)}}, false},
		"bounds that are no range": {Head{Transform: Log, Clip: &Range{Low: math.NaN(), High: 1}}, false},
		"a column too many":        {Head{Transform: Log, Columns: []int{0, 3}}, false},
		"a column before":          {Head{Transform: Log, Columns: []int{-1}}, false},
		"columns":                  {Head{Transform: Log, Columns: []int{2, 0}}, true},
	} {
		c.head.Target, c.head.Predictor = EnergyPerEpoch, constant(5)
		if err := c.head.check(3, own); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrSpec) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
