package dataset

import (
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
)

// epochRule says how a query will know the epochs of a run. What the config leaves open is found out from the curves:
// every curve ends at the same epoch (fixed), or at the epoch that an axis states (axis), else the last epoch is an
// outcome and is modelled (head).
func epochRule(c Epochs, t *Table) (artifacts.EpochRule, error) {
	rule := artifacts.EpochRule{First: 1, Step: 1}
	var curves int
	first := math.Inf(1)
	for _, one := range t.Trials {
		if c := lead(&one); len(c.Epochs) > 0 {
			curves++
			first = min(first, c.Epochs[0])
		}
	}
	if curves > 0 {
		rule.First, rule.Step = first, commonStep(t)
	}
	switch {
	case c.Axis != "":
		if t.Space.Param(c.Axis) == nil {
			return rule, fmt.Errorf("%w: epochs.axis: %q is not an axis of the space (%s)", ErrSetting, c.Axis,
				axisNames(t.Space))
		}
		rule.Length, rule.Axis = artifacts.LengthAxis, c.Axis
	case c.Fixed > 0:
		rule.Length, rule.Last = artifacts.LengthFixed, c.Fixed
	case c.Predict:
		rule.Length = artifacts.LengthHead
	default:
		rule = findLength(rule, t)
	}
	if rule.Length != artifacts.LengthNone {
		t.settleOffset(&rule)
	}
	return rule, nil
}

// findLength decides where the length of a run comes from, by looking at the trials that state one.
func findLength(rule artifacts.EpochRule, t *Table) artifacts.EpochRule {
	params := t.Space.Params
	same, stated, last := true, 0, 0.0
	agrees := make([]bool, len(params))
	for j := range agrees {
		agrees[j] = params[j].Kind != "" && params[j].When == nil
	}
	for _, one := range t.Trials {
		if math.IsNaN(one.Length) {
			continue
		}
		if stated++; stated == 1 {
			last = one.Length
		}
		same = same && one.Length == last
		for j, p := range params {
			x, ok := one.Config.Get(p.Name).Float()
			agrees[j] = agrees[j] && ok && x == one.Length
		}
	}
	if stated == 0 {
		return artifacts.EpochRule{}
	}
	if j := slices.Index(agrees, true); j >= 0 {
		rule.Length, rule.Axis = artifacts.LengthAxis, params[j].Name
		return rule
	}
	if same && last >= rule.First {
		rule.Length, rule.Last = artifacts.LengthFixed, last
		return rule
	}
	rule.Length = artifacts.LengthHead
	return rule
}

// commonStep returns the distance of neighbouring epochs when all curves are regular with the same one, else 1.
func commonStep(t *Table) float64 {
	step := math.NaN()
	for _, one := range t.Trials {
		e := lead(&one).Epochs
		for k := 1; k < len(e); k++ {
			s := e[k] - e[k-1]
			if math.IsNaN(step) {
				step = s
			}
			if s != step {
				return 1
			}
		}
	}
	if math.IsNaN(step) {
		return 1
	}
	return step
}
