package dataset

import (
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/trial"
	"eahas/trial/target"
)

// Label returns the true value of a target for a trial, in the target's unit; NaN when the log does not say. Of a
// curve of one's own it is the last value. The main curve has no such value; asking for it is a mistake of the program.
func Label(of target.Target, t *trial.Trial) float64 {
	switch of {
	case target.EnergyPerEpoch:
		return t.TrainEnergy.Mean
	case target.TimePerEpoch:
		return firstNumber(t.TrainTime.Mean, t.TrainTime.Total/trained(t))
	case target.InferenceEnergy:
		return firstNumber(t.TestEnergy.Mean, t.TestEnergy.Total)
	case target.EnergyTotal:
		if t.Ended == trial.EndCut {
			return math.NaN() // the total is that of a part of the run
		}
		return t.TrainEnergy.Total
	case target.TimeTotal:
		if t.Ended == trial.EndCut {
			return math.NaN()
		}
		return firstNumber(t.TrainTime.Total, t.TrainTime.Mean*trained(t))
	case target.Length:
		return t.Length
	case target.Curve:
		panic("dataset: a curve is no number")
	}
	if x, ok := t.Number(of); ok {
		return x
	}
	if c := t.CurveOf(of); len(c.Values) > 0 {
		return c.Values[len(c.Values)-1]
	}
	return math.NaN()
}

// trained returns how many epochs the costs of a trial cover; NaN when unknown.
func trained(t *trial.Trial) float64 {
	if t.Trained > 0 {
		return t.Trained
	}
	return t.Length
}

// firstNumber returns the first of its arguments that is a number, or NaN.
func firstNumber(xs ...float64) float64 {
	for _, x := range xs {
		if !math.IsNaN(x) {
			return x
		}
	}
	return math.NaN()
}

// lastEpoch returns the number of the trial's last epoch by its curve, else by its costs per epoch; NaN when neither
// says.
func lastEpoch(t *trial.Trial) float64 {
	if c := lead(t); len(c.Epochs) > 0 {
		return c.Epochs[len(c.Epochs)-1]
	}
	if n := max(len(t.TrainEnergy.PerEpoch), len(t.TrainTime.PerEpoch)); n > 0 {
		return float64(n)
	}
	return math.NaN()
}

// Labelled returns those of the rows whose trial has the label: a curve, or a value that the target can have.
func (t *Table) Labelled(of target.Target, rows []int) []int {
	var out []int
	d, _ := t.Own.Of(of)
	for _, i := range rows {
		if of == target.Curve {
			if len(t.Trials[i].Curve.Epochs) > 0 {
				out = append(out, i)
			}
			continue
		}
		if d.Span == target.EveryEpoch {
			// A run that was cut shows the beginning of a curve whose end nobody knows.
			if t.Trials[i].Ended != trial.EndCut && len(t.Trials[i].CurveOf(of).Epochs) > 0 {
				out = append(out, i)
			}
			continue
		}
		if d.Holds(Label(of, &t.Trials[i])) {
			out = append(out, i)
		}
	}
	return out
}

// Constant reports whether every label of a cost is the same number, and which.
func (t *Table) Constant(of target.Target) (value float64, constant bool) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, i := range t.Labelled(of, t.All()) {
		x := Label(of, &t.Trials[i])
		low, high = min(low, x), max(high, x)
	}
	return low, low == high
}

// Targets lists what can be answered: the wanted targets (all when none are named) for which there are labels.
// ErrSetting: a wanted one has none; ErrNoTrials: nothing has any.
func (t *Table) Targets(wanted []target.Target) ([]target.Target, error) {
	var out []target.Target
	for _, of := range t.Own.Asked() {
		if len(wanted) > 0 && !slices.Contains(wanted, of) {
			continue
		}
		if len(t.Labelled(of, t.All())) == 0 {
			if len(wanted) > 0 {
				return nil, fmt.Errorf("%w: targets: no trial has a label for %s", ErrSetting, of)
			}
			continue
		}
		out = append(out, of)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: no trial has a learning curve, an energy, a time or a target of one's own",
			ErrNoTrials)
	}
	return out, nil
}

// Heads lists what is trained to answer these targets under a rule of the epochs. Energy per epoch and total energy are
// one thing once the number of epochs is known, so one of them is modelled and gives the other: the energy per epoch
// where the length of a run is part of the configuration, the total where the length is itself an outcome.
func Heads(targets []target.Target, length string) []target.Target {
	direct := slices.Contains(targets, target.EnergyTotal) &&
		(length == artifacts.LengthHead || length == artifacts.LengthNone ||
			!slices.Contains(targets, target.EnergyPerEpoch))
	var out []target.Target
	for _, t := range targets {
		switch {
		case t == target.EnergyTotal && !direct:
		case t == target.EnergyPerEpoch && direct && length == artifacts.LengthHead:
		default:
			out = append(out, t)
		}
	}
	if length == artifacts.LengthHead {
		out = append(out, target.Length)
	}
	return out
}
