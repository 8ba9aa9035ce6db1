package arrowio

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"eahas/features"
	"eahas/internal/fixture"
	"eahas/trial"
)

// truth is what three runs of the small logs are, by pandas 3.1.1 from cases/base/log.parquet:
// groupby("run_id").agg(kwh=("kwh", "sum"), sec=("sec", "sum"), first=("val_acc", "first"), last=("val_acc", "last")),
// kwh x 3.6e6.
var truth = []struct {
	id                        string
	joules, seconds           float64
	first, last               float64 // percent
	lr, batch                 float64
	firstJoules, firstSeconds float64
}{
	{"r0", 29502.60588866297, 150.22913618868324, 44.62382058134587, 74.36603369720555, 0.0081448869730761, 128,
		0.0008396920278752466 * 3.6e6, 15.07004600315657},
	{"r1", 36009.20184588055, 198.6310987245975, 44.598667131746494, 71.3506954651055, 0.0006447036682716463, 64,
		0.0010232972796222206 * 3.6e6, 20.31503528868235},
	{"r59", 28869.31067774181, 150.44484988856587, 43.97444741781797, 70.8212556992685, 0.00014323986505438346, 128,
		math.NaN(), math.NaN()},
}

// caseMapping reads the columns that most of the small logs have.
func caseMapping(layout trial.Layout, path string) trial.Mapping {
	m := trial.Mapping{Path: trial.Strings{path}, Layout: layout, ID: "run_id",
		Params: trial.Columns{"lr": "lr", "batch_size": "batch_size"},
		Curve:  &trial.CurveColumn{Column: "val_acc", Kind: "accuracy", Unit: "fraction"}}
	if layout == trial.Long {
		m.Curve.Epochs.Column = "epoch"
		m.Energy = &trial.EnergyColumn{Column: "kwh", Unit: "kWh", Shape: trial.PerEpoch}
		m.Time = &trial.TimeColumn{Column: "sec", Unit: "s", Shape: trial.PerEpoch}
	}
	return m
}

// readCase ingests one of the small logs and fails on anything that is rejected.
func readCase(t *testing.T, name string, change func(*trial.Mapping)) *Result {
	t.Helper()
	path := fixture.Case(t, name)
	layout := trial.Long
	if strings.HasPrefix(name, "types/") || strings.HasPrefix(name, "polars/wide") {
		layout = trial.Wide
	}
	m := caseMapping(layout, path)
	if change != nil {
		change(&m)
	}
	r, err := Ingest(t.Context(), []trial.Mapping{m}, filepath.Dir(path), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Trials) != 60 {
		t.Fatalf("%d trials, want 60", len(r.Trials))
	}
	return r
}

// check compares three runs with the truth; tolerance is relative, of the curve and of the settings, for logs that
// round.
func check(t *testing.T, r *Result, energy, time bool, tolerance float64) {
	t.Helper()
	by := map[string]*trial.Trial{}
	for i := range r.Trials {
		by[r.Trials[i].ID] = &r.Trials[i]
	}
	same := func(what string, got, want, tol float64) {
		t.Helper()
		if !(math.Abs(got-want) <= tol*math.Abs(want)) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	for _, w := range truth {
		x := by[w.id]
		if x == nil {
			t.Errorf("no run %s", w.id)
			continue
		}
		if energy {
			same(w.id+" joules", x.TrainEnergy.Total, w.joules, max(tolerance, 1e-12))
			same(w.id+" joules x epochs", x.TrainEnergy.Mean*10, w.joules, max(tolerance, 1e-12))
		}
		if time {
			same(w.id+" seconds", x.TrainTime.Total, w.seconds, max(tolerance, 1e-9))
		}
		if n := len(x.Curve.Values); n != 10 {
			t.Errorf("%s: %d points", w.id, n)
			continue
		}
		same(w.id+" first", x.Curve.Values[0], w.first, max(tolerance, 1e-12))
		same(w.id+" last", x.Curve.Values[9], w.last, max(tolerance, 1e-12))
		lr, _ := x.Config.Get("lr").Float()
		batch, _ := x.Config.Get("batch_size").Float()
		same(w.id+" lr", lr, w.lr, tolerance)
		same(w.id+" batch size", batch, w.batch, 0)
	}
}

func noted(r *Result, kind string) int {
	for _, n := range r.Notes {
		if n.Kind == kind {
			return n.N
		}
	}
	return 0
}

// TestCaseTables: the same runs as CSV, compressed CSV, JSON lines, long Parquet, and all Arrow and Parquet files of
// Polars.
func TestCaseTables(t *testing.T) {
	for name, tolerance := range map[string]float64{
		// pandas writes 10 digits of JSON
		"base/log.parquet": 0, "csv/log.csv": 0, "csv/log.csv.gz": 0, "csv/log.jsonl": 1e-5,
		"init_extra/plain.parquet": -1,
		"polars/log.arrow":         0, "polars/log.parquet": 0, "polars/log_1.0.0.arrow": 0,
		"polars/log_1.31.0.arrow": 0, "polars/log_lz4.parquet": 0,
		"polars/log_old.arrow": 0, "polars/log_old_1.0.0.arrow": 0, "polars/log_old_1.31.0.arrow": 0,
	} {
		if tolerance < 0 {
			continue // other runs
		}
		t.Run(name, func(t *testing.T) { check(t, readCase(t, name, nil), true, true, tolerance) })
	}
	for _, name := range []string{"polars/wide.arrow", "polars/wide.parquet"} {
		t.Run(name, func(t *testing.T) {
			r := readCase(t, name, func(m *trial.Mapping) {
				m.Time = &trial.TimeColumn{Column: "sec", Unit: "s", Shape: trial.Total}
				m.Params["opt"] = "opt"
			})
			check(t, r, false, true, 0)
			if v := r.Trials[0].Config.Get("opt").String(); v != "adam" {
				t.Errorf("opt %q", v)
			}
		})
	}
}

// TestCaseTypes: every Arrow and Parquet type that pandas and pyarrow write.
func TestCaseTypes(t *testing.T) {
	for name, c := range map[string]struct{ lr, curve float64 }{
		"brotli.parquet": {}, "category.feather": {}, "category.parquet": {}, "decimal.parquet": {lr: 1e-2},
		"duration.feather": {},
		"duration.parquet": {}, "fixed_list.parquet": {}, "float16.feather": {curve: 1e-3},
		"float16.parquet": {curve: 1e-3}, "gzip.parquet": {},
		"large.feather": {curve: 1e-7}, "list_view.feather": {}, "lz4.parquet": {}, "null_column.feather": {},
		"null_column.parquet": {}, "string_view.feather": {},
	} {
		t.Run(name, func(t *testing.T) {
			r := readCase(t, "types/"+name, func(m *trial.Mapping) {
				m.Time = &trial.TimeColumn{Column: "dur", Unit: "s", Shape: trial.Total}
				m.Params["optimizer"], m.Params["amp"] = "optimizer", "amp"
			})
			check(t, r, false, true, max(c.lr, c.curve))
			if x := r.Trials[1]; x.Config.Get("optimizer").String() != "sgd" || x.Config.Get("amp").String() != "true" {
				t.Errorf("%v", x.Config)
			}
			if lr := r.Trials[0].Config.Get("lr").String(); name == "decimal.parquet" && lr != "0.008145" {
				t.Errorf("decimal %s", lr)
			}
		})
	}
	t.Run("v1.feather", func(t *testing.T) {
		_, err := OpenTable(fixture.Case(t, "types/v1.feather"))
		if err == nil || !strings.Contains(err.Error(), "write_feather(f.read_table") {
			t.Errorf("got %v, want the line that converts it", err)
		}
	})
}

// TestCaseCumulative: energy and time that count on within a run are differences.
func TestCaseCumulative(t *testing.T) {
	r := readCase(t, "cumulative/log.parquet", func(m *trial.Mapping) {
		m.Energy = &trial.EnergyColumn{Column: "energy_consumed", Unit: "kWh", Shape: trial.Cumulative}
		m.Time = &trial.TimeColumn{Column: "duration", Unit: "s", Shape: trial.Cumulative}
	})
	check(t, r, true, true, 1e-9)
	if x := r.Trials[0].TrainEnergy.PerEpoch; len(x) != 10 || math.Abs(x[0]/truth[0].firstJoules-1) > 1e-9 {
		t.Errorf("joules of each epoch: %v", x)
	}
}

// TestCaseLightning: train and validation rows alternate, each empty in the other's columns.
func TestCaseLightning(t *testing.T) {
	for _, name := range []string{"lightning/metrics.parquet", "lightning/metrics_null.parquet"} {
		t.Run(name, func(t *testing.T) {
			r := readCase(t, name, func(m *trial.Mapping) { m.Energy, m.Time = nil, nil })
			check(t, r, false, false, 0)
		})
	}
}

// TestCaseNested: the history as a list of structs, the settings in a struct.
func TestCaseNested(t *testing.T) {
	for _, name := range []string{"nested/runs.parquet", "nested/runs.feather"} {
		t.Run(name, func(t *testing.T) {
			r := readCase(t, name, func(m *trial.Mapping) {
				*m = caseMapping(trial.Wide, m.Path[0])
				m.Params = trial.Columns{"lr": "config.lr", "batch_size": "config.batch_size"}
				m.Curve.Column, m.Curve.Epochs.Column = "history.val_acc", "history.epoch"
				m.Time = &trial.TimeColumn{Column: "sec", Unit: "s", Shape: trial.Total}
			})
			check(t, r, false, true, 0)
		})
	}
}

// TestCaseNanText: numbers as texts, 25 of 600 of them "NaN", in 5 runs.
func TestCaseNanText(t *testing.T) {
	r := readCase(t, "nan_text/log.parquet", func(m *trial.Mapping) { m.Curve.Nonfinite = "hold" })
	check(t, r, true, true, 0)
	if n := noted(r, NoteHeld); n != 5 {
		t.Errorf("%d trials with NaN, want 5", n)
	}
}

// TestCaseHive: a folder partitioned by optimizer, and the folder that holds nothing but it.
func TestCaseHive(t *testing.T) {
	for _, folder := range []string{"hive/logs", "hive"} {
		r := readCase(t, folder, func(m *trial.Mapping) { m.Params["optimizer"] = "optimizer" })
		check(t, r, true, true, 0)
		count := map[string]int{}
		for _, x := range r.Trials {
			count[x.Config.Get("optimizer").String()]++
		}
		if count["adam"] != 30 || count["sgd"] != 30 {
			t.Errorf("%s: %v", folder, count)
		}
	}
}

// TestCaseSchemaDrift: two files of one sweep with other columns in another order; what a file lacks is missing.
func TestCaseSchemaDrift(t *testing.T) {
	r := readCase(t, "schema_drift", func(m *trial.Mapping) { m.Params["gpus"] = "gpu_count" })
	check(t, r, true, true, 0)
	with := 0
	for _, x := range r.Trials {
		if !x.Config.Get("gpus").IsMissing() {
			with++
		}
	}
	if with != 30 {
		t.Errorf("%d runs with gpus, want 30", with)
	}
	if _, err := Describe(t.Context(), []string{"schema_drift"},
		filepath.Dir(fixture.Case(t, "schema_drift"))); err != nil {
		t.Error(err)
	}
}

// TestCaseShortEpochs: 20 runs have no energy of the first epoch, 20 others one entry more than epochs.
func TestCaseShortEpochs(t *testing.T) {
	r := readCase(t, "short_epochs/log.parquet", func(m *trial.Mapping) {
		*m = caseMapping(trial.Wide, m.Path[0])
		m.Energy = &trial.EnergyColumn{Column: "energy_kwh", Unit: "kWh", Shape: trial.PerEpoch}
		m.Time = &trial.TimeColumn{Column: "epoch_time_s", Unit: "s", Shape: trial.PerEpoch}
	})
	check(t, r, false, true, 0)
	if a, b := noted(r, NoteZeroEpochs), noted(r, NoteExtra); a != 20 || b != 20 {
		t.Errorf("%d runs with an epoch of zero, %d with an entry more than epochs; want 20 of each", a, b)
	}
	x, y := r.Trials[0], r.Trials[1]
	if w := truth[0].joules - truth[0].firstJoules; math.Abs(x.TrainEnergy.Total/w-1) > 1e-12 ||
		math.Abs(x.TrainEnergy.Mean/(w/9)-1) > 1e-12 {
		t.Errorf("r0 %+v, want %v J of 9 epochs", x.TrainEnergy, w)
	}
	if w := truth[1].joules; math.Abs(y.TrainEnergy.Total/w-1) > 1e-12 || y.Trained != 10 {
		t.Errorf("r1 %+v, want %v J", y.TrainEnergy, w)
	}
}

// TestCaseWeightDecay: 14 runs with a weight decay of 0.
func TestCaseWeightDecay(t *testing.T) {
	r := readCase(t, "wd_zero/log.parquet", func(m *trial.Mapping) { m.Params["weight_decay"] = "weight_decay" })
	check(t, r, true, true, 0)
	zero := 0
	for _, x := range r.Trials {
		if v, ok := x.Config.Get("weight_decay").Float(); ok && v == 0 {
			zero++
		}
	}
	if zero != 14 {
		t.Errorf("%d runs without weight decay, want 14", zero)
	}
}

// TestCaseFinalOnly: one final metric and one duration a run.
func TestCaseFinalOnly(t *testing.T) {
	r := readCase(t, "final_only/runs.parquet", func(m *trial.Mapping) {
		*m = caseMapping(trial.Wide, m.Path[0])
		m.Curve = nil
		m.Final = &trial.FinalColumn{Column: "final_val_acc", Kind: "accuracy", Unit: "fraction"}
		m.Time = &trial.TimeColumn{Column: "duration_s", Unit: "s", Shape: trial.Total}
	})
	if r.Metric.Kind != "accuracy" || r.Metric.Unit != "percent" {
		t.Errorf("%+v", r.Metric)
	}
	for i, w := range truth[:2] {
		if x := r.Trials[i]; len(x.Numbers) != 1 || math.Abs(x.Numbers[0].Value/w.last-1) > 1e-12 ||
			math.Abs(x.TrainTime.Total/w.seconds-1) > 1e-9 {
			t.Errorf("%+v, want %v percent", x, w.last)
		}
	}
}

// TestCaseOptuna: 62 pruned trials, whose value is their last one; the duration knows its unit.
func TestCaseOptuna(t *testing.T) {
	path := fixture.Case(t, "optuna/trials.parquet")
	r, err := Ingest(t.Context(), []trial.Mapping{{Path: trial.Strings{path}, Layout: trial.Wide, ID: "number",
		Params: trial.Columns{"lr": "params_lr", "batch_size": "params_batch_size"},
		Final:  &trial.FinalColumn{Column: "value", Kind: "score"},
		Time:   &trial.TimeColumn{Column: "duration", Shape: trial.Total},
		Ended:  &trial.EndedColumn{Column: "state", Cut: values("PRUNED"), Finished: values("COMPLETE")}}},
		filepath.Dir(path), Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	cut := 0
	for _, x := range r.Trials {
		if x.Ended == trial.EndCut {
			cut++
		}
	}
	if len(r.Trials) != 80 || cut != 62 || math.Abs(r.Trials[0].TrainTime.Total-0.005926) > 1e-12 {
		t.Errorf("%d trials, %d cut, the first took %v s", len(r.Trials), cut, r.Trials[0].TrainTime.Total)
	}
}

// TestCaseNvidiaSmi: power with absolute times, "297.83 W" and "[N/A]", of two devices. The joules of each run are
// numpy 2.4.6's: trapezoid over each device's samples without the missing ones, 0 at the run's first sample, summed
// over the devices.
func TestCaseNvidiaSmi(t *testing.T) {
	joules := map[string]float64{"r0": 10211.855, "r1": 10684.244999999999}
	runs := fixture.Case(t, "nvidia_smi/runs.parquet")
	for _, name := range []string{"text", "ts", "epochsec"} {
		t.Run(name, func(t *testing.T) {
			ms := []trial.Mapping{{Path: trial.Strings{"runs.parquet"}, Layout: trial.Wide, ID: "run_id",
				Params: trial.Columns{"lr": "lr"},
				Time:   &trial.TimeColumn{Column: "duration_s", Unit: "s", Shape: trial.Total}},
				{Path: trial.Strings{name + ".parquet"}, Layout: trial.Power, ID: "run_id", Join: trial.JoinID,
					Samples: &trial.PowerColumns{Time: "timestamp", Watts: "power.draw [W]", Device: "index"}}}
			if name == "epochsec" {
				ms[1].Samples.Start = trial.StartFirst
			}
			read := func() *Result {
				t.Helper()
				r, err := Ingest(t.Context(), ms, filepath.Dir(runs), Options{Strict: true})
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			r := read()
			for _, x := range r.Trials {
				if w := joules[x.ID]; math.Abs(x.TrainEnergy.Total/w-1) > 1e-5 {
					t.Errorf("%s: %v J, want %v", x.ID, x.TrainEnergy.Total, w)
				}
				if s := fmt.Sprint(x.Notes); !strings.Contains(s, NoteSkipped) || !strings.Contains(s, "6 of 300") {
					t.Errorf("%s: %v, want that 6 of 300 samples are not available", x.ID, x.Notes)
				}
			}
			ms[1].Samples.Device = ""
			if r := read(); noted(r, NoteDevices) != 2 {
				t.Errorf("notes %v, want a warning of several devices", r.Notes)
			}
		})
	}
}

func values(words ...string) trial.Values {
	var out trial.Values
	for _, w := range words {
		out = append(out, features.Text(w))
	}
	return out
}
