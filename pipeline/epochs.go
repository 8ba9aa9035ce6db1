package pipeline

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/trial"
)

// epochRule says how a query will know the epochs of a run. What the config leaves open is found out from the curves:
// every curve ends at the same epoch (fixed), or at the epoch that an axis states (axis), else the last epoch is an
// outcome and is modelled (head).
func epochRule(c EpochsConfig, d *Dataset) (artifacts.EpochRule, error) {
	rule := artifacts.EpochRule{First: 1, Step: 1}
	var curves int
	first := math.Inf(1)
	for _, t := range d.Trials {
		if len(t.Curve.Epochs) > 0 {
			curves++
			first = min(first, t.Curve.Epochs[0])
		}
	}
	if curves > 0 {
		rule.First, rule.Step = first, commonStep(d)
	}
	switch {
	case c.Axis != "":
		if d.Space.Param(c.Axis) == nil {
			return rule, fmt.Errorf("%w: epochs.axis: %q is not an axis of the space (%s)", ErrConfig, c.Axis, d.axisNames())
		}
		rule.Length, rule.Axis = artifacts.LengthAxis, c.Axis
	case c.Fixed > 0:
		rule.Length, rule.Last = artifacts.LengthFixed, c.Fixed
	case c.Predict:
		rule.Length = artifacts.LengthHead
	default:
		rule = d.findLength(rule)
	}
	if rule.Length != artifacts.LengthNone {
		d.settleOffset(&rule)
	}
	return rule, nil
}

// settleOffset finds how many more epochs were trained than a run's last epoch says: 1 where the first trained epoch has the number
// 0. Where the runs differ (some begin late), an answer cannot know; then the costs per epoch of the others are made those of
// the answer's epochs, so that the answered total of a logged configuration is the logged total, and a warning says so.
func (d *Dataset) settleOffset(rule *artifacts.EpochRule) {
	offsets := map[float64]int{}
	for i := range d.Trials {
		t := &d.Trials[i]
		if t.Trained > 0 && t.Ended != trial.EndCut && !math.IsNaN(t.Length) {
			offsets[t.Trained-t.Length]++
		}
	}
	most := 0
	for _, o := range slices.Sorted(maps.Keys(offsets)) {
		n := offsets[o]
		if rule.First+o < 0 {
			continue
		}
		if n > most || n == most && math.Abs(o) < math.Abs(rule.Offset) {
			most, rule.Offset = n, o
		}
	}
	others := 0
	for i := range d.Trials {
		t := &d.Trials[i]
		if answered := t.Length + rule.Offset; t.Trained > 0 && t.Ended != trial.EndCut && answered > 0 && t.Trained != answered {
			others++
			t.TrainEnergy.Mean = known(t.TrainEnergy.Total/answered, t.TrainEnergy.Mean)
			t.TrainTime.Mean = known(t.TrainTime.Total/answered, t.TrainTime.Mean)
		}
	}
	if others > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%d of %d runs trained another number of epochs than their last epoch's number says "+
			"(they begin late, or resume): totals are those of the epochs that were run, costs per epoch are total / the answer's epochs",
			others, len(d.Trials)))
	}
}

// findLength decides where the length of a run comes from, by looking at the trials that state one.
func (d *Dataset) findLength(rule artifacts.EpochRule) artifacts.EpochRule {
	same, known, last := true, 0, 0.0
	agrees := make([]bool, len(d.Space.Params))
	for j := range agrees {
		agrees[j] = d.Space.Params[j].Kind != "" && d.Space.Params[j].When == nil
	}
	for _, t := range d.Trials {
		if math.IsNaN(t.Length) {
			continue
		}
		if known++; known == 1 {
			last = t.Length
		}
		same = same && t.Length == last
		for j, p := range d.Space.Params {
			x, ok := t.Config[p.Name].Float()
			agrees[j] = agrees[j] && ok && x == t.Length
		}
	}
	if known == 0 {
		return artifacts.EpochRule{}
	}
	for j, ok := range agrees {
		if ok {
			rule.Length, rule.Axis = artifacts.LengthAxis, d.Space.Params[j].Name
			return rule
		}
	}
	if same && last >= rule.First {
		rule.Length, rule.Last = artifacts.LengthFixed, last
		return rule
	}
	rule.Length = artifacts.LengthHead
	return rule
}

// commonStep returns the distance of neighbouring epochs when all curves are regular with the same one, else 1.
func commonStep(d *Dataset) float64 {
	step := math.NaN()
	for _, t := range d.Trials {
		e := t.Curve.Epochs
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
