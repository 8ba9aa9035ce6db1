package pipeline

import (
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/trial"
)

// label returns the true value of a cost target (or of the run's length) for a trial; NaN when the log does not say.
// The unit is joules, seconds or epochs.
func label(target string, t *trial.Trial) float64 {
	switch target {
	case artifacts.EnergyPerEpoch:
		return t.TrainEnergy.Mean
	case artifacts.TimePerEpoch:
		return known(t.TrainTime.Mean, t.TrainTime.Total/trained(t))
	case artifacts.InferenceEnergy:
		return known(t.TestEnergy.Mean, t.TestEnergy.Total)
	case artifacts.EnergyTotal:
		if t.Ended == trial.EndCut {
			return math.NaN() // the total is that of a part of the run
		}
		return t.TrainEnergy.Total
	case artifacts.TimeTotal:
		if t.Ended == trial.EndCut {
			return math.NaN()
		}
		return known(t.TrainTime.Total, t.TrainTime.Mean*trained(t))
	case artifacts.Length:
		return t.Length
	}
	panic("pipeline: no such label")
}

// trained returns how many epochs the costs of a trial cover; NaN when unknown.
func trained(t *trial.Trial) float64 {
	if t.Trained > 0 {
		return t.Trained
	}
	return t.Length
}

// known returns the first of its arguments that is a number, or NaN.
func known(xs ...float64) float64 {
	for _, x := range xs {
		if !math.IsNaN(x) {
			return x
		}
	}
	return math.NaN()
}

// labelled returns those of the rows whose trial has the label; the label must be finite and above zero, which the
// ingest sees to.
func (d *Dataset) labelled(target string, rows []int) []int {
	var out []int
	for _, i := range rows {
		if target == artifacts.Curve {
			if len(d.Trials[i].Curve.Epochs) > 0 {
				out = append(out, i)
			}
			continue
		}
		if x := label(target, &d.Trials[i]); x > 0 && !math.IsInf(x, 0) {
			out = append(out, i)
		}
	}
	return out
}

// targets lists what can be answered: the wanted targets (all when none are named) for which there are labels.
func (d *Dataset) targets(wanted []string) ([]string, error) {
	want := func(t string) bool {
		for _, w := range wanted {
			if w == t {
				return true
			}
		}
		return len(wanted) == 0
	}
	rows := d.all()
	var out []string
	for _, t := range Targets {
		if !want(t) {
			continue
		}
		if n := len(d.labelled(t, rows)); n == 0 {
			if len(wanted) > 0 {
				return nil, fmt.Errorf("%w: targets: no trial has a label for %s", ErrConfig, t)
			}
			continue
		}
		out = append(out, t)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: no trial has a learning curve, an energy or a time", ErrNoTrials)
	}
	return out, nil
}

// heads lists the heads that answer these targets under the epochs rule. Energy per epoch and total energy are one thing
// once the number of epochs is known, so one of them is modelled and gives the other: the energy per epoch where the
// length of a run is part of the configuration, the total where the length is itself an outcome.
func (d *Dataset) heads(targets []string) []string {
	direct := slices.Contains(targets, artifacts.EnergyTotal) &&
		(d.Epochs.Length == artifacts.LengthHead || d.Epochs.Length == artifacts.LengthNone || !slices.Contains(targets, artifacts.EnergyPerEpoch))
	var out []string
	for _, t := range targets {
		switch {
		case t == artifacts.EnergyTotal && !direct:
		case t == artifacts.EnergyPerEpoch && direct && d.Epochs.Length == artifacts.LengthHead:
		default:
			out = append(out, t)
		}
	}
	if d.Epochs.Length == artifacts.LengthHead {
		out = append(out, artifacts.Length)
	}
	return out
}
