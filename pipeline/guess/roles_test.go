package guess

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"eahas/features"
	"eahas/trial"
)

// wide writes a log of n runs with a column of learning rates, a metric, and the given one.
func wide(n int, name string, cell func(i int) string) string {
	return table("lr,val_acc,"+name, n, func(i int) string {
		return fmt.Sprintf("0.%d,0.%d,%s", 11+i*7%83, 20+i*31%71, cell(i))
	})
}

// Each column is a setting or is not, for a reason.
func TestSettings(t *testing.T) {
	t.Parallel()
	pick := func(words ...string) func(int) string {
		return func(i int) string { return words[i*i%len(words)] }
	}
	number := func(format string, of func(i int) any) func(int) string {
		return func(i int) string { return fmt.Sprintf(format, of(i)) }
	}
	scattered := number("%d", func(i int) any { return 3 + i*29%97 })
	for _, c := range []struct {
		name      string
		cell      func(int) string
		role, why string
	}{
		{"depth", pick("2", "3", "5"), "axis", "the same within each run, 2 values"},
		{"optimizer", pick("sgd", "adam", "lamb"), "axis", "the same"},
		{"nothing", pick(""), "left out", "always empty"},
		{"version", pick("7"), "left out", "always 7"},
		{"flag", func(i int) string { return []string{"", "1"}[i%2] }, "left out",
			"always 1 where it is logged (10 of 20 runs)"},
		{"created", func(i int) string { return fmt.Sprintf("2026-01-%02d", 1+i) }, "left out", "points in time"},
		{"date", func(i int) string { return fmt.Sprintf("2026-01-%02dT10:00:00Z", 1+i) }, "left out",
			"points in time"},
		{"when_ms", number("%d", func(i int) any { return 1_700_000_000_000 + i*61%1000 }), "left out",
			"points in time"},
		{"logtime", number("%d", func(i int) any { return 1_700_000_000 + i*61%1000 }), "left out", "points in time"},
		{"dataset_size", number("%d", func(i int) any { return 1_700_000_000 + i*61%1000 }), "axis", "the same"},
		{"started", number("%d", func(i int) any { return 200_000_000 + i*61%1000 }), "left out", "points in time"},
		{"label", func(i int) string { return fmt.Sprintf("x%03d", i*7) }, "left out",
			"a text that differs in every run"},
		{"label", func(i int) string { return fmt.Sprintf("x%03d", max(i, 2)) }, "left out",
			"a text that differs in nearly every run"},
		{"label", func(i int) string { return fmt.Sprintf("x%03d", max(i, 3)) }, "axis", "the same"},
		{"row", func(i int) string { return fmt.Sprint(5 + i/2) }, "left out", "its name, and it tells runs apart"},
		{"job_id", func(i int) string { return fmt.Sprint(5 + i*29%11) }, "left out",
			"its name, and it tells runs apart"},
		{"job_id", func(i int) string { return fmt.Sprint(5 + i%10) }, "axis", "the same"}, // half as many as runs
		{"number_of_it", number("%d", func(i int) any { return 4 + i*7%20 }), "left out", "counts the runs"},
		{"n", number("%d", func(i int) any { return 4 + i*7%20*2 }), "axis", "the same"}, // with holes
		{"throughput", scattered, "target: unit unknown, higher, log", "its name: throughput; UNIT UNKNOWN"},
		{"emissions", scattered, "result", "its name: known only after the start"},
		{"patience", scattered, "axis", "the same"},
		{"learning_rate", number("0.%d", func(i int) any { return 11 + i*7%83 }), "left out",
			"the same as lr in every run"},
		{"time_budget", scattered, "axis", "the same"},
		{"time_delta", pick("0.0", "-3.5", "-1.5"), "result", "its name: a cost"},
		{"consumption", pick("0.0", "-3.5", "-1.5"), "result", "its name: a cost"},
		{"seed", pick("1", "2", "3"), "seed", "its name; repeats"},
		{"group", pick("a", "b", "c"), "group", "its name; runs of one value"},
		{"group", pick("a"), "left out", "always a"},
		{"fold", pick("0", "1", "2"), "fold", "its name: how"},
		{"fold", pick("0.5", "1.5", "2.5"), "axis", "the same"},
		{"state", pick("COMPLETE", "PRUNED", "FAIL"), "how it ended", "its words: "},
		{"state", pick("solid", "liquid", "gas"), "axis", "the same"},
	} {
		g, err := guessOf(t, wide(20, c.name, c.cell), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		role, why := g.role(c.name)
		if role != c.role || !strings.HasPrefix(why, c.why) {
			t.Errorf("%s (%s, %s ...): %s: %s\nwanted %s: %s", c.name, c.cell(0), c.cell(1), role, why, c.role, c.why)
		}
	}
}

// Where settings have a prefix, what has none is no setting, and the axis is called without it.
func TestSettingsWithAPrefix(t *testing.T) {
	t.Parallel()
	text := table("config.lr,config.wd,wd,val_acc,memo", 20, func(i int) string {
		return fmt.Sprintf("0.%d,%d,%d,0.%d,%s", 11+i*7%83, i%3, i%4, 20+i*31%71, []string{"a", "b"}[i*i%3%2])
	})
	g, err := guessOf(t, text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"config.lr": "axis: the same", "config.wd": "axis: the same",
		"wd":   "left out: stands beside the settings, which are called config.*",
		"memo": "left out: stands beside the settings, which are called config.*"} {
		if role, why := g.role(name); !strings.HasPrefix(role+": "+why, want) {
			t.Errorf("%s is %s: %s", name, role, why)
		}
	}
	want := trial.Columns{"lr": "config.lr", "wd": "config.wd"}
	if got := g.Mappings[0].Params; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, wanted %v", got, want)
	}
}

// A log of a row an epoch, whole: every key of its mapping.
func TestMappingOfALongLog(t *testing.T) {
	t.Parallel()
	text := table("run_id,epoch,lr,max_epochs,seed,fold,group,val_acc,train_loss,energy_kwh,time_s,test_energy_j,"+
		"status", 60,
		func(i int) string {
			run, epoch := i/3, i%3
			return fmt.Sprintf("%d,%d,0.%d,%d,%d,%d,g%d,%d.5,%d.25,0.%d,%d,%d.5,%s", run, epoch+1, 11+run*7%83, 3+run%2,
				run%3, run%2, run/2, 40+(run*31+epoch)%50, 9-epoch, 5+(run+epoch*2)%3, 40+(run+epoch*2)%3, 3+run%4,
				[]string{"COMPLETED", "stopped", "Killed"}[run%3])
		})
	g, err := guessOf(t, text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	text1 := func(s string) trial.Values { return trial.Values{features.Text(s)} }
	want := trial.Mapping{Path: trial.Strings{"log.csv"}, Layout: trial.Long, ID: "run_id",
		Params: trial.Columns{"lr": "lr", "max_epochs": "max_epochs"}, Seed: "seed", Fold: "fold",
		Group: trial.Strings{"group"}, Planned: "max_epochs",
		Curve: &trial.CurveColumn{Column: "val_acc", Kind: "accuracy", Unit: "percent",
			Epochs: trial.EpochsSpec{Column: "epoch"}},
		Energy:          &trial.EnergyColumn{Column: "energy_kwh", Unit: "kWh", Shape: trial.PerEpoch},
		InferenceEnergy: &trial.EnergyColumn{Column: "test_energy_j", Unit: "J", Shape: trial.Total},
		Time:            &trial.TimeColumn{Column: "time_s", Unit: "s", Shape: trial.PerEpoch},
		Ended: &trial.EndedColumn{Column: "status", Finished: text1("COMPLETED"), Stopped: text1("stopped"),
			Cut: text1("Killed")}}
	if got := g.Mappings[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("got    %+v\nwanted %+v", got, want)
		for _, c := range g.Columns {
			t.Logf("%+v", c)
		}
	}
	if role, why := g.role("train_loss"); role != "result: loss" || !strings.Contains(why, "val_acc is learnt") {
		t.Errorf("train_loss is %s: %s", role, why)
	}
}

// What the user says goes before names and values.
func TestOptions(t *testing.T) {
	t.Parallel()
	text := wide(20, "throughput,depth", func(i int) string { return fmt.Sprintf("%d,%d", 3+i*29%97, 1+i%4) })
	g, err := guessOf(t, text, Options{Axes: regexp.MustCompile("^throughput$"),
		Results: regexp.MustCompile("^depth$")})
	if err != nil {
		t.Fatal(err)
	}
	if role, why := g.role("throughput"); role != "axis" || why != "-axis says so" {
		t.Errorf("throughput is %s: %s", role, why)
	}
	if role, why := g.role("depth"); role != "result" || why != "-result says so" {
		t.Errorf("depth is %s: %s", role, why)
	}
}

// wantRoles guesses a table and expects roles of columns, by name: the whole of one, or its beginning up to a colon.
func wantRoles(t *testing.T, label, text string, want map[string]string) {
	t.Helper()
	g, err := guessOf(t, text, Options{})
	if err != nil {
		t.Errorf("%s: %v", label, err)
		return
	}
	for name, want := range want {
		if role, why := g.role(name); role != want && !strings.HasPrefix(role, want+":") {
			t.Errorf("%s: %s: %s (%s), wanted %s", label, name, role, why, want)
		}
	}
}
