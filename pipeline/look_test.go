package pipeline

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/features"
	"eahas/internal/fixture"
	"eahas/pipeline/guess"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// truth is what three runs of the small logs cost, by pandas 3.1.1 from cases/base/log.parquet:
// groupby("run_id").agg(kwh=("kwh", "sum"), sec=("sec", "sum")), kwh x 3.6e6.
var truth = map[string]struct{ joules, seconds float64 }{
	"r0":  {29502.60588866297, 150.22913618868324},
	"r1":  {36009.20184588055, 198.6310987245975},
	"r59": {28869.31067774181, 150.44484988856587},
}

// readLooked looks at logs, reads the config that comes out, and ingests by it.
func readLooked(t *testing.T, change func([]byte) []byte, paths ...string) (*Looked, *Config, *arrowio.Result) {
	t.Helper()
	l, err := Look(t.Context(), "case", paths, LookOptions{DataDir: ".", Work: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	y := l.Config
	if change != nil {
		y = change(y)
	}
	c, err := Parse("case.yaml", y)
	if err != nil {
		t.Fatalf("%v\n%s", err, y)
	}
	in, err := Ingest(t.Context(), c, Options{DataDir: ".", Out: filepath.Join(t.TempDir(), "case"), Strict: true})
	if err != nil {
		t.Fatalf("%v\n%s", err, y)
	}
	return l, c, in
}

// TestCases looks at the small logs (cases/README.md) without a config.
func TestCases(t *testing.T) {
	two := []string{"batch_size", "lr"}
	four := []string{"amp", "batch_size", "lr", "optimizer"}
	for _, c := range []struct {
		log          string
		axes         []string
		trials       int
		energy, time bool
	}{
		{"base", two, 60, true, true},
		{"csv/log.csv", two, 60, true, true}, {"csv/log.csv.gz", two, 60, true, true},
		{"csv/log.jsonl", two, 60, true, true},
		{"cumulative", two, 60, true, true},
		{"lightning/metrics.parquet", two, 60, false, false}, {"lightning/metrics_null.parquet", two, 60, false, false},
		{"init_extra/plain.parquet", two, 120, false, false}, {"init_extra/grad_norm.parquet", two, 120, false, false},
		{"init_extra/int_id.parquet", two, 120, false, false},
		{"final_only", two, 60, false, true}, {"optuna", two, 80, false, false},
		{"asha/log.parquet", []string{"learning_rate", "optimizer", "problem"}, 270, false, false},
		{"types/duration.parquet", four, 60, false, true}, {"types/duration.feather", four, 60, false, true},
		{"types/category.feather", four, 60, false, true},
		{"types/float16.parquet", four, 60, false, true}, {"types/large.feather", four, 60, false, true},
		{"types/fixed_list.parquet", four, 60, false, true},
		{"types/list_view.feather", four, 60, false, true}, {"types/string_view.feather", four, 60, false, true},
		{"types/null_column.parquet", four, 60, false, true},
		{"types/decimal.parquet", four, 60, false, true}, {"types/lz4.parquet", four, 60, false, true},
		{"polars/log.arrow", two, 60, true, true}, {"polars/log_old_1.0.0.arrow", two, 60, true, true},
		{"polars/wide.arrow", []string{"batch_size", "lr", "opt"}, 60, false, true},
		{"hive/logs", []string{"batch_size", "lr", "optimizer"}, 60, true, true},
		{"schema_drift", two, 60, true, true}, {"nan_text", two, 60, true, true},
		{"wd_zero", []string{"batch_size", "lr", "weight_decay"}, 60, true, true},
		{"short_epochs", two, 60, false, false},
		{"nested/runs.parquet", two, 60, false, true}, {"nested/runs.feather", two, 60, false, true},
	} {
		t.Run(c.log, func(t *testing.T) {
			_, config, in := readLooked(t, nil, fixture.Case(t, c.log))
			var axes []string
			for _, p := range config.Space.Space.Params {
				axes = append(axes, p.Name)
			}
			if !slices.Equal(axes, c.axes) || len(in.Trials) != c.trials {
				t.Errorf("axes %v, want %v; %d trials, want %d", axes, c.axes, len(in.Trials), c.trials)
			}
			found := 0
			for i := range in.Trials {
				x := &in.Trials[i]
				want, ok := truth[x.ID]
				if !ok {
					continue
				}
				found++
				same(t, x, "joules", c.energy, x.TrainEnergy.Total, want.joules)
				same(t, x, "seconds", c.time, x.TrainTime.Total, want.seconds)
			}
			if (c.energy || c.time) && found != len(truth) {
				t.Errorf("%d of the runs that are known", found)
			}
		})
	}
}

// same compares a cost with the truth: to 9 digits, or 5 for what pandas writes as JSON.
func same(t *testing.T, x *trial.Trial, what string, asked bool, got, want float64) {
	t.Helper()
	if asked && !(math.Abs(got/want-1) < 1e-5) {
		t.Errorf("%s: %v %s, want %v", x.ID, got, what, want)
	}
}

// TestCaseZero: the weight decay of wd_zero is 0 in 14 runs and log-uniform in all others: a log axis, 0 a value of its
// own.
func TestCaseZero(t *testing.T) {
	_, config, in := readLooked(t, nil, fixture.Case(t, "wd_zero"))
	p := config.Space.Space.Param("weight_decay")
	if p.Kind != features.Log || !p.Zero || !(p.Low > 1e-6 && p.Low < 1e-4) {
		t.Errorf("%+v", p)
	}
	e, err := features.NewEncoder(config.Space.Space)
	if err != nil {
		t.Fatal(err)
	}
	zero := 0
	for i := range in.Trials {
		row, err := e.Encode(nil, in.Trials[i].Config.Config())
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(e.Columns(), func(c features.Column) bool { return c.Name == "weight_decay" })
		if x := row[at]; x == features.ZeroPlace {
			zero++
		} else if x < 0 || x > 1 {
			t.Errorf("%v is encoded as %v", in.Trials[i].Config, x)
		}
	}
	if zero != 14 {
		t.Errorf("0 is a value of its own in %d runs, want 14", zero)
	}
}

// TestLookSaysWhichTablesItLeaves: a folder of a tool's logs and plain tables is read without the tables, which are
// named with how to give them; given by name they are read beside the folder.
func TestLookSaysWhichTablesItLeaves(t *testing.T) {
	dir := t.TempDir()
	logs := filepath.Join("..", "intake", "testdata", "torchlogs", "lightning")
	if err := os.CopyFS(filepath.Join(dir, "sweep", "lightning"), os.DirFS(logs)); err != nil {
		t.Fatal(err)
	}
	table, lines := "run_id,lr,epoch,val_acc\n", ""
	for i := range 60 {
		lr, acc := float64(i/3+1)/7, 0.5+0.1*float64(i%3)+0.001*float64(i*7%20)
		table += fmt.Sprintf("r%d,%g,%d,%g\n", i/3, lr, i%3+1, acc)
		lines += fmt.Sprintf("{\"run_id\":\"r%d\",\"lr\":%g,\"epoch\":%d,\"val_acc\":%g}\n", i/3, lr, i%3+1, acc)
	}
	for name, text := range map[string]string{"runs.csv": table, "more.jsonl": lines} {
		if err := os.WriteFile(filepath.Join(dir, "sweep", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	look := func(paths ...string) (*Looked, string) {
		l, err := Look(t.Context(), "mixed", paths, LookOptions{DataDir: dir, Work: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		l.WriteTable(&b)
		return l, b.String()
	}
	_, said := look("sweep")
	for _, name := range []string{"runs.csv", "more.jsonl"} {
		if !strings.Contains(said, "left out  sweep/"+name+": a table that no tool marks as its own, so it is not "+
			"read with them: give the file itself to eahas run") {
			t.Errorf("nothing says that %s is left out:\n%s", name, said)
		}
	}
	l, said := look("sweep/lightning", "sweep/runs.csv")
	if len(l.Guess.Mappings) != 2 || !strings.Contains(said, "\nsweep/runs.csv\n") {
		t.Errorf("%d logs:\n%s", len(l.Guess.Mappings), said)
	}
}

// TestLookRefusesALogWithoutAxes: a config without axes is never written; the error names every column and why it is
// none.
func TestLookRefusesALogWithoutAxes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runs.csv")
	log := "run_id,epoch,val_acc,sec,started_at\n"
	for run := range 4 {
		for epoch := range 3 {
			log += fmt.Sprintf("r%d,%d,0.%d,%d.5,2026-11-0%d\n", run, epoch+1, 3+epoch, 10+run, run+1)
		}
	}
	if err := os.WriteFile(path, []byte(log), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := Look(t.Context(), "runs", []string{path}, LookOptions{DataDir: ".", Work: t.TempDir()})
	if !errors.Is(err, guess.ErrUnclear) || l == nil || l.Config != nil {
		t.Fatalf("%v", err)
	}
	for _, name := range []string{"run_id: id", "epoch: epoch", "val_acc: curve", "sec: time",
		"started_at: left out, points in time"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("the error does not say %q: %v", name, err)
		}
	}
}

// A folder that holds nothing but what is not read says why.
func TestLookSaysWhatIsRefused(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"runs.pkl": "\x80\x04]", "sweep.xlsx": "PK\x03\x04"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Look(t.Context(), "x", []string{dir}, LookOptions{DataDir: ".", Work: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "a pickle runs code") ||
		!strings.Contains(err.Error(), "save it as CSV") {
		t.Errorf("%v", err)
	}
}
