package pipeline

import (
	"testing"

	"eahas/trial"
)

func TestEpochsKeepTheNameOfTheLogs(t *testing.T) {
	log := func(column string) trial.Mapping {
		return trial.Mapping{Curve: &trial.CurveColumn{Epochs: trial.EpochsSpec{Column: column}}}
	}
	for want, logs := range map[string][]trial.Mapping{"step": {log("step"), log("step")},
		"": {log("step"), log("iteration")}} {
		if got := epochName(logs); got != want {
			t.Errorf("%q, wanted %q", got, want)
		}
	}
	for _, logs := range [][]trial.Mapping{nil, {{}}, {log("Epochs")}, {{}, log("step")}} {
		if got := epochName(logs); got != "" {
			t.Errorf("%+v: %q", logs, got)
		}
	}
}

func TestCurvesOverDecadesAreDrawnOnALogarithmicAxis(t *testing.T) {
	curves := func(values ...float64) []trial.Trial {
		return []trial.Trial{{Curve: trial.Curve{Values: values[:1]}}, {}, {Curve: trial.Curve{Values: values[1:]}}}
	}
	if !spansDecades(curves(0.01, 2)) || spansDecades(curves(0.1, 2)) || spansDecades(curves(-1, 200)) ||
		spansDecades(curves(0, 200)) || spansDecades(nil) {
		t.Error("decades are counted wrongly")
	}
}
