package main

import (
	"bytes"
	"testing"

	"eahas/eval"
	"eahas/report"
	"eahas/trial/target"
)

func TestRowsOfIntervalsInUse(t *testing.T) {
	levels := []eval.Coverage{{Level: 0.5, Observed: 0.48, N: 9}, {Level: 0.95, Observed: 1, Width: 2, N: 9}}
	rep := report.Report{Calibration: []report.Calibration{
		{Variant: "auto", Target: target.EnergyTotal, Chosen: true, Levels: levels},
		{Variant: "auto", Target: target.EnergyTotal, Source: "spread", Levels: levels},
		{Variant: "auto", Target: target.EnergyTotal, Repeats: true, Levels: levels}}}
	want := "| log | auto | energy_total | 9 | 48.0 / 100.0 | 2 |\n" +
		"| log | auto, further runs of known configurations | energy_total | 9 | 48.0 / 100.0 | 2 |\n"
	var b bytes.Buffer
	if writeRows(&b, "log", &rep); b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
