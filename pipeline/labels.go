package pipeline

import (
	"fmt"
	"math"

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
		return t.TrainTime.Mean
	case artifacts.InferenceEnergy:
		return known(t.TestEnergy.Mean, t.TestEnergy.Total)
	case artifacts.EnergyTotal:
		return t.TrainEnergy.Total
	case artifacts.Length:
		return t.Length
	}
	panic("pipeline: no such label")
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

// targets lists what can be modelled: the wanted targets (all when none are named) for which there are labels. A direct
// model of the total energy is only needed where no energy per epoch times epochs gives it.
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

// heads lists the heads that answer these targets under the epochs rule.
func (d *Dataset) heads(targets []string) []string {
	var perEpoch, total bool
	var out []string
	for _, t := range targets {
		switch t {
		case artifacts.EnergyPerEpoch:
			perEpoch = true
		case artifacts.EnergyTotal:
			total = true
			continue
		}
		out = append(out, t)
	}
	if total && !(perEpoch && d.Epochs.Length != artifacts.LengthNone) {
		out = append(out, artifacts.EnergyTotal)
	}
	if d.Epochs.Length == artifacts.LengthHead {
		out = append(out, artifacts.Length)
	}
	return out
}
