package arrowio

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"eahas/internal/fixture"
	"eahas/trial"
)

// hostile ingests small logs that once broke the program.
func hostile(t *testing.T, dir string, ms ...trial.Mapping) (*Result, error) {
	t.Helper()
	dir = fixture.Case(t, filepath.Join("hostile", dir))
	return Ingest(t.Context(), ms, dir, Options{})
}

func mustRead(t *testing.T, dir string, ms ...trial.Mapping) *Result {
	t.Helper()
	r, err := hostile(t, dir, ms...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestUnitTypes: durations and timestamps have a unit of their own; one that is declared beside it has to agree.
func TestUnitTypes(t *testing.T) {
	for _, name := range []string{"d.parquet", "d.feather"} { // duration[us]
		for unit, ok := range map[string]bool{"": true, "s": true, "us": true, "ms": false, "h": false} {
			r, err := hostile(t, "unit_types", trial.Mapping{Path: trial.Strings{name}, Layout: trial.Wide, ID: "id",
				Params: trial.Columns{"lr": "lr"},
				Time:   &trial.TimeColumn{Column: "dur", Unit: unit, Shape: trial.Total}})
			if !ok {
				if !errors.Is(err, ErrUnit) || !strings.Contains(err.Error(), "leave unit out") {
					t.Errorf("%s under %q: %v", name, unit, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s under %q: %v", name, unit, err)
				continue
			}
			for i, want := range []float64{10, 20} {
				if got := r.Trials[i].TrainTime.Total; math.Abs(got-want) > 1e-9 {
					t.Errorf("%s under %q: %v s, want %v", name, unit, got, want)
				}
			}
		}
	}
	for _, unit := range []string{"", "s", "ms"} {
		r := mustRead(t, "unit_types", trial.Mapping{Path: trial.Strings{"power.parquet"}, Layout: trial.Power,
			ID: "id", Params: trial.Columns{"lr": "lr"},
			Samples: &trial.PowerColumns{Time: "t", TimeUnit: unit, Watts: "w"}})
		if x := r.Trials[0]; math.Abs(x.TrainEnergy.Total-10000) > 1e-6 || math.Abs(x.TrainTime.Total-100) > 1e-9 {
			t.Errorf("under %q: %v J in %v s, want 10000 in 100", unit, x.TrainEnergy.Total, x.TrainTime.Total)
		}
	}
}

// TestSameConfigurations: a setting in single and in double precision is one setting, so repeats are one group.
func TestSameConfigurations(t *testing.T) {
	wide := func(paths ...string) trial.Mapping {
		return trial.Mapping{Path: paths, Layout: trial.Wide, ID: "id", Params: trial.Columns{"lr": "lr"},
			Curve: &trial.CurveColumn{Column: "acc", Kind: "accuracy", Unit: "fraction"}}
	}
	for _, b := range []string{"b32.parquet", "b64.parquet"} {
		r := mustRead(t, "same_config", wide("a.parquet", b))
		groups := map[string]int{}
		for _, x := range r.Trials {
			groups[x.Group]++
		}
		if len(r.Trials) != 240 || len(groups) != 119 { // two of the 120 configurations are the same
			t.Errorf("%s: %d trials in %d groups, want 240 in 119", b, len(r.Trials), len(groups))
		}
	}
	dir := t.TempDir()
	var csv strings.Builder
	csv.WriteString("id,lr,batch,acc\n")
	for i, row := range []string{"0.10,16", "0.1,16.0", "1e-1,1.6e1", " .1 ,+16", "0.1000,16"} {
		fmt.Fprintf(&csv, "r%d,%s,\"[0.1, 0.2, 0.3]\"\n", i, row)
	}
	if err := os.WriteFile(filepath.Join(dir, "x.csv"), []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	m := wide("x.csv")
	m.Params["batch"] = "batch"
	r, err := Ingest(t.Context(), []trial.Mapping{m}, dir, Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range r.Trials {
		if x.Group != "batch=16|lr=0.1" {
			t.Errorf("%s: group %q", x.ID, x.Group)
		}
	}
}

// TestLostPage: one bit of a page's header is flipped, so that its values are cut off.
func TestLostPage(t *testing.T) {
	m := trial.Mapping{Layout: trial.Wide, ID: "id", Params: trial.Columns{"lr": "lr"},
		Curve: &trial.CurveColumn{Column: "curve", Kind: "accuracy", Unit: "fraction"}}
	m.Path = trial.Strings{"good.parquet"}
	if r := mustRead(t, "lost_page", m); len(r.Trials[0].Curve.Values) != 6 {
		t.Errorf("%v", r.Trials[0].Curve)
	}
	m.Path = trial.Strings{"bad.parquet"}
	_, err := hostile(t, "lost_page", m)
	if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "bad.parquet") ||
		!strings.Contains(err.Error(), `"curve"`) || !strings.Contains(err.Error(), "row group 0") {
		t.Errorf("got %v, want an error with file, column and row group", err)
	}
}

// TestGaps: samples at 0, 1, 99 and 100 s of a run of 100 s.
func TestGaps(t *testing.T) {
	read := func(limit *float64) *Result {
		return mustRead(t, "gaps", trial.Mapping{Path: trial.Strings{"runs.parquet"}, Layout: trial.Wide, ID: "id",
			Params: trial.Columns{"lr": "lr"},
			Curve:  &trial.CurveColumn{Column: "curve", Kind: "accuracy", Unit: "fraction"},
			Time:   &trial.TimeColumn{Column: "dur", Unit: "s", Shape: trial.Total}},
			trial.Mapping{Path: trial.Strings{"power.parquet"}, Layout: trial.Power, ID: "id", Join: trial.JoinID,
				Samples: &trial.PowerColumns{Time: "t", Watts: "w", MaxGap: limit}})
	}
	x := read(nil).Trials[0]
	if math.Abs(x.TrainEnergy.Coverage-.02) > 1e-12 || len(x.Notes) != 1 ||
		!strings.Contains(x.Notes[0].Detail, "98 s") {
		t.Errorf("coverage %v, notes %v", x.TrainEnergy.Coverage, x.Notes)
	}
	limit := 50.0
	if r := read(&limit); !math.IsNaN(r.Trials[0].TrainEnergy.Total) || len(r.Rejections) != 1 ||
		!strings.Contains(r.Rejections[0].Reason, "max_gap_s") {
		t.Errorf("%+v, rejections %v", r.Trials[0].TrainEnergy, r.Rejections)
	}
}

// TestTotals: the mean of a cost times the epochs trained is the logged total, whatever number the first epoch has and
// however many epochs a row stands for.
func TestTotals(t *testing.T) {
	for name, c := range map[string]struct{ trained, last float64 }{"zero.parquet": {10, 9},
		"fifth.parquet": {50, 50}} {
		r := mustRead(t, "totals", trial.Mapping{Path: trial.Strings{name}, Layout: trial.Long, ID: "id",
			Params: trial.Columns{"lr": "lr"},
			Curve: &trial.CurveColumn{Column: "acc", Kind: "accuracy", Unit: "fraction",
				Epochs: trial.EpochsSpec{Column: "epoch"}},
			Energy: &trial.EnergyColumn{Column: "e", Unit: "J", Shape: trial.PerEpoch}})
		for _, x := range r.Trials {
			sum := 0.0
			for _, e := range x.TrainEnergy.PerEpoch {
				sum += e
			}
			if x.Trained != c.trained || x.Length != c.last || math.Abs(x.TrainEnergy.Total/sum-1) > 1e-12 ||
				math.Abs(x.TrainEnergy.Mean*x.Trained/sum-1) > 1e-12 {
				t.Fatalf("%s: %v epochs trained to epoch %v, mean %v, total %v of %v", name, x.Trained, x.Length,
					x.TrainEnergy.Mean, x.TrainEnergy.Total, sum)
			}
		}
		if n := noted(r, NoteTotals); n != 0 {
			t.Errorf("%s: %d trials with a total that is not mean x epochs", name, n)
		}
	}
}

// TestTotalsThatDifferAreNoted: a cost list with a hole.
func TestTotalsThatDifferAreNoted(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.csv"),
		[]byte("id,lr,epoch,acc,e\na,1,1,.1,10\na,1,2,.2,\na,1,3,.3,10\na,1,4,.4,10\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Ingest(t.Context(), []trial.Mapping{{Path: trial.Strings{"x.csv"}, Layout: trial.Long, ID: "id",
		Params: trial.Columns{"lr": "lr"},
		Curve: &trial.CurveColumn{Column: "acc", Kind: "accuracy", Unit: "fraction",
			Epochs: trial.EpochsSpec{Column: "epoch"}},
		Energy: &trial.EnergyColumn{Column: "e", Unit: "J", Shape: trial.PerEpoch}}}, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if x := r.Trials[0]; x.TrainEnergy.Mean != 10 || x.TrainEnergy.Total != 30 || x.Trained != 4 ||
		noted(r, NoteTotals) != 1 {
		t.Errorf("%+v, trained %v, notes %v", x.TrainEnergy, x.Trained, x.Notes)
	}
}

// TestLateEnds: epoch ends after the run's end say nothing; the energy is 1,000 W times the run's seconds.
func TestLateEnds(t *testing.T) {
	r := mustRead(t, "late_ends", trial.Mapping{Path: trial.Strings{"runs.parquet"}, Layout: trial.Wide, ID: "id",
		Params: trial.Columns{"x": "x"}, Length: "n",
		Time:      &trial.TimeColumn{Column: "seconds", Unit: "s", Shape: trial.Total},
		EpochEnds: &trial.EndsColumn{Column: "ends", Unit: "s"}},
		trial.Mapping{Path: trial.Strings{"power.parquet"}, Layout: trial.Power, ID: "id", Join: trial.JoinID,
			Samples: &trial.PowerColumns{Time: "t", TimeUnit: "ms", Watts: "watts", Device: "node"}})
	if len(r.Trials) != 20 {
		t.Fatalf("%d trials", len(r.Trials))
	}
	for _, x := range r.Trials {
		if s := x.TrainTime.Total; math.Abs(x.TrainEnergy.Total/(1000*s)-1) > 1e-3 ||
			math.Abs(x.TrainEnergy.Mean*x.Length/x.TrainEnergy.Total-1) > 1e-9 || x.TrainEnergy.PerEpoch != nil {
			t.Errorf("%s: %v J in %v s, %v J an epoch of %v", x.ID, x.TrainEnergy.Total, s, x.TrainEnergy.Mean,
				x.Length)
		}
	}
	if s := r.Trials[0].TrainTime.Total; math.Abs(s-202.54784674928584) > 1e-9 {
		t.Errorf("the first run took %v s", s)
	}
	if n := noted(r, NoteLateEnds); n != 20 {
		t.Errorf("%d runs with late ends, want 20", n)
	}
}

// TestLateStart: half of the runs begin at epoch 31; their total is that of 20 epochs.
func TestLateStart(t *testing.T) {
	r := mustRead(t, "late_start", trial.Mapping{Path: trial.Strings{"runs.parquet"}, Layout: trial.Wide, ID: "id",
		Params: trial.Columns{"x": "x"},
		Curve: &trial.CurveColumn{Column: "acc", Kind: "accuracy", Unit: "percent",
			Epochs: trial.EpochsSpec{Column: "epochs"}},
		Energy: &trial.EnergyColumn{Column: "j", Unit: "J", Shape: trial.PerEpoch}})
	late := 0
	for _, x := range r.Trials {
		want := 50.0
		if x.Curve.Epochs[0] == 31 {
			late++
			want = 20
		}
		if x.Trained != want || x.Length != 50 ||
			math.Abs(x.TrainEnergy.Total/(x.TrainEnergy.PerEpoch[0]*want)-1) > 1e-12 ||
			math.Abs(x.TrainEnergy.Mean*want/x.TrainEnergy.Total-1) > 1e-12 {
			t.Fatalf("%s from %v: %v epochs, %+v", x.ID, x.Curve.Epochs[0], x.Trained, x.TrainEnergy)
		}
	}
	if late != 30 || noted(r, NoteLateStart) != 30 {
		t.Errorf("%d runs begin late, %d noted; want 30", late, noted(r, NoteLateStart))
	}
}

// TestMemoryAndLoops: files that asked for gigabytes, or looped for ever, are errors within bounded memory. The limit
// stands for a machine that has no more: beyond it the runtime collects without end, and the test is out of time.
func TestMemoryAndLoops(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(400 << 20))
	for _, name := range []string{"memory/schema_children.parquet", "memory/view_counts.arrow",
		"memory/zstd_size.parquet", "memory/zstd_bomb.parquet",
		"memory/dict_index.parquet", "loop/loop.parquet"} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			began, before := time.Now(), peakMB()
			table, err := OpenTable(fixture.Case(t, filepath.Join("hostile", name)))
			if err == nil {
				var names []string
				for _, c := range table.Columns() {
					if c.Kind != "unsupported" {
						names = append(names, c.Name)
					}
				}
				for _, c := range names {
					if e := table.Scan(ctx, []string{c}, func(r *Rows) error { return nil }); e != nil {
						err = e
					}
				}
			}
			if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrFormat) {
				t.Errorf("got %v", err)
			}
			if grown := peakMB() - before; grown > 300 {
				t.Errorf("%v MB more", grown)
			}
			t.Logf("%v, %v", time.Since(began).Round(time.Millisecond), err)
		})
	}
}

// TestRejectionsAreCounted: 20 million rows without an id; the first thousand are kept.
func TestRejectionsAreCounted(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 20 million rows")
	}
	r, err := hostile(t, "memory", trial.Mapping{Path: trial.Strings{"rejections.parquet"}, Layout: trial.Wide,
		ID: "id", Params: trial.Columns{"lr": "lr"},
		Energy: &trial.EnergyColumn{Column: "e", Unit: "J", Shape: trial.Total}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rejections) != MaxRejections || r.Rejected != 20_000_000 || r.Rows != 20_000_000 {
		t.Errorf("%d kept of %d rejections, %d rows", len(r.Rejections), r.Rejected, r.Rows)
	}
}
