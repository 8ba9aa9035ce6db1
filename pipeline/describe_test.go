package pipeline

import (
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/fixture"
	"eahas/pipeline/dataset"
	"eahas/pipeline/experiment"
	"eahas/report"
	"eahas/trial"
)

// TestReportSaysHowManyRunsWereCut: 62 of the 80 trials of optuna are pruned, by their state. Of the 270 runs of asha
// 260 are shorter than the longest (pandas 3.1.1: test_acc.map(len) < 101), and nothing in that log says more.
func TestReportSaysHowManyRunsWereCut(t *testing.T) {
	for log, want := range map[string]string{"optuna": "cut before their end 62",
		"asha/log.parquet": "260 run ends before the longest one, and the log does not say whether it was cut"} {
		_, _, in := readLooked(t, nil, fixture.Case(t, log))
		table := &dataset.Table{Trials: in.Trials, Epochs: artifacts.EpochRule{Length: artifacts.LengthHead}}
		d := datasetInWords(log, &prepared{in: &ingested{Result: *in}, plan: experiment.Plan{Table: table}})
		var b strings.Builder
		if err := report.Text(&b, report.Report{Dataset: d}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(strings.Fields(b.String()), " "), want) {
			t.Errorf("%s: %s", log, b.String())
		}
	}
}

func TestAxisValuesSayZero(t *testing.T) {
	p := features.Param{Kind: features.Log, Low: 1e-5, High: 1e-2, Zero: true}
	if got := axisValues(&p); got != "0, or 1e-05 to 0.01" {
		t.Error(got)
	}
}

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
