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
	step, known := commonStep(t)
	rule := artifacts.EpochRule{First: math.Inf(1), Step: step}
	for i := range t.Trials {
		if c := lead(&t.Trials[i]); len(c.Epochs) > 0 {
			rule.First = min(rule.First, c.Epochs[0])
		}
	}
	if math.IsInf(rule.First, 1) { // no curves
		rule.First = 1
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
		if !known {
			t.coarsen(&rule)
		}
		t.settleOffset(&rule)
	}
	return rule, nil
}

// mostPoints is at how many epochs a run is answered at most where the logs know no step: steps, samples or tokens that
// training went through are counted by the million.
const mostPoints = 10_000

// coarsen widens the step of 1 of logs that have none: to the least of 1, 2, 5, 10, 20 ... at which the longest run is
// answered at mostPoints epochs or fewer. Runs that end before the second of those get a warning: where logs count
// epochs in unlike units, there is no step that suits all.
func (t *Table) coarsen(rule *artifacts.EpochRule) {
	longest := rule.Last
	for i := range t.Trials {
		if l := t.Trials[i].Length; l > longest { // not for NaN
			longest = l
		}
	}
	for k := 0; (longest-rule.First)/rule.Step > mostPoints && !math.IsInf(rule.Step, 0); k++ {
		rule.Step *= []float64{2, 2.5, 2}[k%3]
	}
	short := 0
	for i := range t.Trials {
		if t.Trials[i].Length < rule.First+rule.Step {
			short++
		}
	}
	if rule.Step > 1 && short > 0 {
		t.Warnings = append(t.Warnings, fmt.Sprintf("runs go on to epoch %g, so they are answered at every %g epochs; "+
			"%d of %d runs end before the second of those: if the logs count epochs in unlike units, divide them by a whole "+
			"run's or hand them over apart", longest, rule.Step, short, len(t.Trials)))
	}
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

// commonStep returns the distance of neighbouring epochs and true when all curves are regular with the same one, else 1
// and false.
func commonStep(t *Table) (float64, bool) {
	step := math.NaN()
	for _, one := range t.Trials {
		e := lead(&one).Epochs
		for k := 1; k < len(e); k++ {
			s := e[k] - e[k-1]
			if math.IsNaN(step) {
				step = s
			}
			if s != step {
				return 1, false
			}
		}
	}
	if math.IsNaN(step) {
		return 1, false
	}
	return step, true
}
