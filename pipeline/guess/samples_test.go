package guess

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"eahas/trial"
)

// logsOf writes files and looks at each as a log of its own.
func logsOf(t *testing.T, logs []Log, texts ...string) (*Guess, error) {
	t.Helper()
	dir := t.TempDir()
	for i, text := range texts {
		name := fmt.Sprintf("log%d", i)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		logs[i].Paths = trial.Strings{name}
	}
	return Look(context.Background(), "test", logs, dir, Options{})
}

// runsText is a log of 20 runs, samplesText one of power samples of the same runs.
var runsText = table("run_id,lr,val_acc", 20, func(i int) string {
	return fmt.Sprintf("r%d,0.%d,0.%d", i, 11+i*7%83, 20+i*31%71)
})

func samplesText(header string) string {
	return table(header, 200, func(i int) string {
		return fmt.Sprintf("r%d,%d,%d,%d,%d", i/10, i%10*100, 300000, 90+i%7, i%2)
	})
}

func TestPowerSamplesJoinTheRunsOfAnotherLog(t *testing.T) {
	for header, want := range map[string]trial.PowerColumns{
		"run_id,time_ms,power_limit_w,power_w,gpu": {Time: "time_ms", TimeUnit: "ms", Watts: "power_w", Device: "gpu",
			Start: trial.StartFirst},
		"run_id,time,power_cap,power_mw,other": {Time: "time", TimeUnit: "s", Watts: "power_mw", Unit: "mW",
			Start: trial.StartFirst},
	} {
		g, err := logsOf(t, make([]Log, 2), runsText, samplesText(header))
		if err != nil {
			t.Fatal(err)
		}
		m := g.Mappings[1]
		if m.Samples == nil || !reflect.DeepEqual(*m.Samples, want) || m.Layout != trial.Power || m.ID != "run_id" ||
			m.Join != trial.JoinID {
			t.Errorf("%s: %+v %+v", header, m, m.Samples)
		}
		if g.Mappings[0].Samples != nil || g.Mappings[0].Layout != trial.Wide {
			t.Errorf("the runs: %+v", g.Mappings[0])
		}
	}
	// samples of runs that the other log has not are refused, with what is missing
	g, err := logsOf(t, make([]Log, 2), runsText, samplesText("job_id,time_ms,power_limit_w,power_w,gpu"))
	if !errors.Is(err, ErrUnclear) || !strings.Contains(err.Error(), "one column of the same name in both") {
		t.Errorf("joined without a common id: %v, %v", g, err)
	}
}

// A log that says itself what it is: its columns have the roles of its mapping, each with its reason.
func TestDeclaredLog(t *testing.T) {
	text := table("run,lr,wd,epoch,acc,joules,seconds,end,more", 60, func(i int) string {
		run, epoch := i/3, i%3
		return fmt.Sprintf("%d,0.%d,7,%d,0.%d,%d,%d,%s,%d", run, 11+run*7%83, epoch+1, 20+run*31%71+epoch,
			100+epoch*run%5,
			10+epoch*run%3, []string{"finished", "pruned"}[run%2], run%4)
	})
	m := trial.Mapping{Path: trial.Strings{"log0"}, Layout: trial.Long, ID: "run",
		Params: trial.Columns{"lr": "lr", "wd": "wd"},
		Curve: &trial.CurveColumn{Column: "acc", Kind: "accuracy", Unit: "fraction",
			Epochs: trial.EpochsSpec{Column: "epoch"}},
		Energy: &trial.EnergyColumn{Column: "joules", Unit: "J", Shape: trial.PerEpoch},
		Time:   &trial.TimeColumn{Column: "seconds", Unit: "s", Shape: trial.PerEpoch},
		Ended:  &trial.EndedColumn{Column: "end"}}
	logs := []Log{{Declared: &m, Why: map[string]string{"joules": "measured by NVML", "wd": "axis of the tool"},
		Origin: trial.Strings{"runs/"}, Name: "(.*)"}}
	g, err := logsOf(t, logs, text)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"run": "id", "lr": "axis", "epoch": "epoch",
		"acc": "curve: accuracy, fraction", "joules": "energy: per_epoch, J", "seconds": "time: per_epoch, s",
		"end": "how it ended", "more": "left out", "wd": "left out"} {
		want = strings.ReplaceAll(want, "per_epoch", string(trial.PerEpoch))
		if got, why := g.role(name); got != want {
			t.Errorf("%s is %q (%s), wanted %q", name, got, why, want)
		}
	}
	if _, why := g.role("joules"); why != "measured by NVML" {
		t.Errorf("joules: %s", why)
	}
	if g.Columns[0].Log != "runs/ (imported)" {
		t.Errorf("the columns are those of %q", g.Columns[0].Log)
	}
	yaml, err := g.YAML("test", logs, "auto", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"name: test\n", "runs/", "import: true", "(.*)", "space:\n", "lr",
		"evaluate:\n  folds: 5\n"} {
		if !strings.Contains(string(yaml), want) {
			t.Errorf("the config has no %q:\n%s", want, yaml)
		}
	}
}

func TestTablesAreSortedByTheirColumns(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.csv": "lr,acc\n1,2\n", "b.csv": "lr,acc\n3,4\n",
		"c.csv": "id,watts\n1,2\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	logs, err := Tables([]string{"a.csv", "c.csv", "b.csv"}, dir)
	if err != nil || len(logs) != 2 || !reflect.DeepEqual(logs[0].Paths, trial.Strings{"a.csv", "b.csv"}) ||
		!reflect.DeepEqual(logs[1].Paths, trial.Strings{"c.csv"}) {
		t.Errorf("%+v, %v", logs, err)
	}
	if _, err := Tables([]string{"nowhere.csv"}, dir); err == nil {
		t.Error("a file that is not there has columns")
	}
}
