package arrowio

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/goccy/go-yaml"

	"eahas/internal/fixture"
	"eahas/trial"
)

// mappings decodes testdata/logs.yaml strictly.
func mappings(t testing.TB) map[string][]trial.Mapping {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "logs.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var m map[string][]trial.Mapping
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

// real ingests one of the real logs.
func real(t testing.TB, name string) *Result {
	t.Helper()
	ms := mappings(t)[name]
	if len(ms) == 0 {
		t.Fatalf("no mapping of %s", name)
	}
	for _, m := range ms {
		for _, p := range m.Path {
			fixture.Data(t, p)
		}
	}
	res, err := Ingest(context.Background(), ms, fixture.Dir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range res.Trials {
		wellFormed(t, &res.Trials[i])
	}
	if len(res.Inputs) != len(ms) || len(res.Inputs[0].SHA256) != 64 {
		t.Errorf("inputs %v", res.Inputs)
	}
	return res
}

// wellFormed holds what package trial promises of a Trial.
func wellFormed(t testing.TB, x *trial.Trial) {
	t.Helper()
	if x.ID == "" || x.Group == "" || len(x.Curve.Epochs) != len(x.Curve.Values) {
		t.Fatalf("%+v", x)
	}
	for i, e := range x.Curve.Epochs {
		v := x.Curve.Values[i]
		if math.IsNaN(v) || math.IsInf(v, 0) || i > 0 && !(e > x.Curve.Epochs[i-1]) {
			t.Fatalf("%s: point %d is %v, %v", x.ID, i, e, v)
		}
	}
	for _, c := range []trial.Cost{x.TrainEnergy, x.TrainTime, x.TestEnergy} {
		if c.Mean <= 0 || c.Total <= 0 || math.IsInf(c.Mean, 0) || math.IsInf(c.Total, 0) {
			t.Fatalf("%s: cost %v", x.ID, c)
		}
	}
}

func notes(r *Result) map[string]int {
	out := map[string]int{}
	for _, c := range r.Notes {
		out[c.Kind] = c.N
	}
	return out
}

func TestRealDeepobs(t *testing.T) {
	r := real(t, "deepobs")
	if len(r.Trials) != 675 || r.Filtered != 405 || len(r.Rejections) != 0 || !r.Metric.HigherIsBetter ||
		r.Metric.Unit != "percent" {
		t.Fatalf("%d trials, %d filtered, %d rejected, %v", len(r.Trials), r.Filtered, len(r.Rejections), r.Metric)
	}
	x := r.Trials[0]
	if x.Curve.Epochs[0] != 0 || x.Length != 350 || math.Abs(x.Curve.Values[0]-0.9915865384615384) > 1e-12 {
		t.Errorf("%v %v", x.Curve.Epochs[0], x.Curve.Values[0])
	}
	l := real(t, "deepobs_long")
	if len(l.Trials) != 675 || l.Joined != 675 || l.Rows != 123525+1080 {
		t.Fatalf("%d trials, %d joined, %d rows", len(l.Trials), l.Joined, l.Rows)
	}
	for i := range l.Trials { // the same curves and configurations by both ways
		a, b := l.Trials[i], r.Trials[i]
		if a.ID != b.ID || a.Config.Key() != b.Config.Key() || a.Fold != b.Fold || a.Group != b.Group {
			t.Fatalf("%v %v", a, b)
		}
		near(t, a.ID, a.Curve.Values, b.Curve.Values, 0)
		near(t, a.ID, a.Curve.Epochs, b.Curve.Epochs, 0)
	}
}

func TestRealZeus(t *testing.T) {
	r := real(t, "zeus")
	costs, curves := 0, 0
	for _, x := range r.Trials {
		if known(x.TrainEnergy) {
			costs++
		} else {
			curves++
		}
	}
	x := r.Trials[0]
	if want := 11.276666666666666 * 86.86460850784009; math.Abs(x.TrainEnergy.Mean-want) > 1e-9 {
		t.Errorf("energy per epoch %v, want %v", x.TrainEnergy.Mean, want)
	}
	short := 0
	for _, x := range r.Rejections {
		if x.Reason == "curve: fewer than 3 points" {
			short++
		}
	}
	if costs != 1609 || r.Filtered != 74 || curves+short != 377-74 || short != len(r.Rejections) {
		t.Errorf("%d costs, %d curves, %d filtered, %d short of %d rejections", costs, curves, r.Filtered, short,
			len(r.Rejections))
	}
}

func TestRealSeaa(t *testing.T) {
	r := real(t, "seaa")
	if len(r.Trials) != 369 || len(r.Rejections) != 0 {
		t.Fatalf("%d trials, %v", len(r.Trials), r.Rejections)
	}
	x := r.Trials[0]
	if math.Abs(x.TrainEnergy.Total-415170.4675) > 1e-6 || math.Abs(x.TrainTime.Total-0.7347502777777778*3600) > 1e-6 ||
		x.TrainEnergy.Mean != x.TrainEnergy.Total/x.Length {
		t.Errorf("%+v", x)
	}
}

func TestRealMlperfEnergyWithinHalfAPercent(t *testing.T) {
	r := real(t, "mlperf")
	if len(r.Trials) != 153 || len(r.Rejections) != 0 {
		t.Fatalf("%d trials, %v", len(r.Trials), r.Rejections)
	}
	worst := 0.0
	for _, x := range r.Trials {
		kwh, _ := x.Slices.Get("logged_kwh").Float()
		worst = max(worst, math.Abs(x.TrainEnergy.Total/(kwh*3.6e6)-1))
		cov, _ := x.Slices.Get("logged_coverage").Float()
		if math.Abs(cov-x.TrainEnergy.Coverage) > 1e-4 {
			t.Errorf("%s: coverage %v, logged %v", x.ID, x.TrainEnergy.Coverage, cov)
		}
		sum := 0.0
		for _, e := range x.TrainEnergy.PerEpoch {
			sum += e
		}
		if len(x.TrainEnergy.PerEpoch) != len(x.TrainTime.PerEpoch) || sum > x.TrainEnergy.Total*(1+1e-9) {
			t.Errorf("%s: %d epochs with %v J of %v", x.ID, len(x.TrainEnergy.PerEpoch), sum, x.TrainEnergy.Total)
		}
	}
	t.Logf("worst relative difference of integrated energy: %.2g", worst)
	if worst > 0.005 || notes(r)[NoteCoverage] != 2 {
		t.Errorf("worst difference %v, notes %v", worst, r.Notes)
	}
}

func TestRealTasksetNonFinite(t *testing.T) {
	r := real(t, "taskset")
	if len(r.Trials) != 12000 || len(r.Rejections) != 0 || notes(r)[NoteCapped] != 917 {
		t.Fatalf("%d trials, %d rejections, notes %v", len(r.Trials), len(r.Rejections), r.Notes)
	}
	for _, x := range r.Trials {
		for _, v := range x.Curve.Values {
			if v > 10 {
				t.Fatalf("%s: %v above the cap", x.ID, v)
			}
		}
	}
	for policy, want := range map[string]struct {
		trials int
		note   string
	}{"reject": {12000 - 917, ""}, "hold": {12000, NoteHeld}, "drop": {0, NoteDropped}} {
		m := mappings(t)["taskset"]
		m[0].Curve.Nonfinite, m[0].Curve.Cap = policy, nil
		r, err := Ingest(context.Background(), m, fixture.Dir(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if policy != "drop" && len(r.Trials) != want.trials || len(r.Trials)+len(r.Rejections) != 12000 ||
			want.note != "" && notes(r)[want.note] == 0 {
			t.Errorf("%s: %d trials, %d rejections, notes %v", policy, len(r.Trials), len(r.Rejections), r.Notes)
		}
	}
}

func TestRealPepr(t *testing.T) {
	r := real(t, "pepr")
	believed := 0
	for _, x := range r.Trials {
		if known(x.TrainEnergy) {
			believed++
		}
	}
	// 614: python3, pandas 3.1.1: (r := energy_kwh*3.6e6/last_epoch_time_s).between(5000, 6100).sum()
	if len(r.Trials) != 1048 || believed != 614 || len(r.Rejections) != 1048-614 {
		t.Errorf("%d trials, %d believed, %d rejections", len(r.Trials), believed, len(r.Rejections))
	}
}

func TestRealDescribe(t *testing.T) {
	fixture.Data(t, "taskset.parquet")
	c, err := Describe(context.Background(), []string{"taskset.parquet"}, fixture.Dir())
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]ColumnInfo{}
	for _, x := range c {
		by[x.Name] = x
	}
	if x := by["task"]; len(x.Values) != 12 || x.Many || x.Kind != "text" || x.Rows != 12000 {
		t.Errorf("%+v", x)
	}
	if x := by["valid_loss"]; !x.List || x.Short != 51 || x.Long != 51 || x.NaNs == 0 || x.Kind != "number" {
		t.Errorf("%+v", x)
	}
	if x := by["learning_rate"]; !x.Many || !(x.Min > 0) || !(x.Max < 100) {
		t.Errorf("%+v", x)
	}
}

func TestOrderAndResultDoNotDependOnWorkers(t *testing.T) {
	dir := t.TempDir()
	var m []trial.Mapping
	for i, f := range formats {
		ts := someTrials(30, 9)
		for k := range ts {
			ts[k].ID = string(rune('a'+i)) + ts[k].ID
		}
		w, err := WriteTrials(filepath.Join(dir, string(rune('a'+i))), trial.Wide, f, ts, errorPercent)
		if err != nil {
			t.Fatal(err)
		}
		m = w.Mappings
	}
	m[0].Path = trial.Strings{"."}
	var first *Result
	for _, workers := range []int{1, 2, 7} {
		r, err := Ingest(context.Background(), m, dir, Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Trials) != 30*len(formats) {
			t.Fatalf("%d trials", len(r.Trials))
		}
		if first == nil {
			first = r
			continue
		}
		for i := range r.Trials {
			if r.Trials[i].ID != first.Trials[i].ID || r.Trials[i].Source != first.Trials[i].Source {
				t.Fatalf("workers %d: trial %d is %s", workers, i, r.Trials[i].ID)
			}
		}
	}
}
