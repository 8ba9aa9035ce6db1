package arrowio

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"eahas/trial"
	"eahas/trial/target"
)

// NoteNoPoint is the note of a point of a further curve that was left out.
const NoteNoPoint = "point left out"

// epochsOf are the epochs of a further curve of n points: those of the run's main curve where that has as many, else by
// the mapping's first epoch and step; nil where a column says the epochs and it has another number.
func (b *binding) epochsOf(d *draft, n int) []float64 {
	if len(d.points) == n {
		return slices.Clone(d.points)
	}
	if b.epochs >= 0 {
		return nil
	}
	first, step := 1.0, 1.0
	if b.p.curve != nil {
		first, step = b.p.curve.first, b.p.curve.step
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = first + float64(i)*step
	}
	return out
}

// setTargetCurve stores a further curve, or says why there is none. Points without a finite number are left out, as
// they were not measured; a value that the target cannot have leaves out the curve.
func (d *draft) setTargetCurve(p *numberPlan, epochs, values []float64) {
	bad := func(value, format string, args ...any) {
		d.leaveOut(NoteNoNumber, &problem{p.Column, value, "target " + string(p.Name) + ": " +
			fmt.Sprintf(format, args...)})
	}
	if len(values) == 0 {
		return
	}
	if epochs == nil {
		bad(fmt.Sprint(len(values)), "%d values for %d epochs", len(values), len(d.points))
		return
	}
	var c trial.Curve
	infinite := 0
	for _, i := range byEpoch(epochs) {
		x := values[i] * p.factor
		switch {
		case math.IsNaN(x):
			continue
		case math.IsInf(x, 0):
			infinite++
			continue
		case !p.definition.Holds(x) && p.definition.Scale == target.Bounded:
			bad(number(values[i]), "out of its bounds, %g to %g %s, at epoch %g", p.definition.Low/p.factor,
				p.definition.High/p.factor, p.Unit, epochs[i])
			return
		case !p.definition.Holds(x) || math.Abs(x) > maxMetric:
			bad(number(values[i]), "not a value of scale %s at epoch %g", p.definition.Scale, epochs[i])
			return
		}
		if n := len(c.Epochs); n > 0 && c.Epochs[n-1] == epochs[i] {
			c.Values[n-1] = x // the later row of an epoch says more
			continue
		}
		c.Epochs, c.Values = append(c.Epochs, epochs[i]), append(c.Values, x)
	}
	if infinite > 0 {
		d.Notes = append(d.Notes, trial.Note{Kind: NoteNoPoint,
			Detail: fmt.Sprintf("%d of %d points of %s are infinite", infinite, len(values), p.Column)})
	}
	if len(c.Epochs) > maxEpochs {
		bad(fmt.Sprint(len(c.Epochs)), "more than %d epochs", maxEpochs)
		return
	}
	if len(c.Epochs) > 0 {
		d.Curves = append(d.Curves, trial.TargetCurve{Target: p.Name, Curve: c})
	}
}

// byEpoch are the places of epochs in their order, those that are not finite left out.
func byEpoch(epochs []float64) []int {
	var at []int
	for i, e := range epochs {
		if isFinite(e) {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(epochs[a], epochs[b]) })
	return at
}
