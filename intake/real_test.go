package intake

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"eahas/internal/fixture"
)

// truth is what testdata/write_logs.py and write_torch_logs.py told a tool to log.
type truth struct {
	Version string
	Runs    []toldRun
}

// toldRun is one run of a truth.
type toldRun struct {
	ID      string
	Config  map[string]any
	Epochs  []float64
	Metrics map[string][]float64
	Status  string
	Seconds any
	Value   *float64
	Budget  float64

	Joules       float64
	TotalSeconds float64 `json:"total_seconds"`
	Loss         struct{ Epochs, Values []float64 }
}

var made struct {
	sync.Once
	dir string
	out []byte
	err error
}

// tools are those whose logs write_logs.py writes.
var tools = []string{"tensorboard", "keras", "optuna", "mlflow", "mlflowdb", "raytune", "wandb", "codecarbon", "smac",
	"synetune", "carbontracker", "sacred"}

func TestMain(m *testing.M) {
	code := m.Run()
	if made.dir != "" {
		os.RemoveAll(made.dir)
	}
	os.Exit(code)
}

// real runs the real tools once and returns the folder with a tool's logs and what it was told. Without
// EAHAS_PYTHON_INTAKE (a Python with .ci/requirements-intake.txt) the test is skipped; in CI it fails.
func real(t *testing.T, tool string) (string, truth) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the real tools, which takes minutes")
	}
	dir := os.Getenv("EAHAS_INTAKE_LOGS") // logs that write_logs.py wrote before
	if dir == "" {
		python := fixture.Tool(t, "EAHAS_PYTHON_INTAKE")
		made.Do(func() {
			if made.dir, made.err = os.MkdirTemp("", "eahas-intake-*"); made.err == nil {
				made.out, made.err = exec.Command(python, append([]string{filepath.Join("testdata", "write_logs.py"),
					made.dir}, tools...)...).CombinedOutput()
			}
		})
		if made.err != nil {
			t.Fatalf("write_logs.py: %v\n%s", made.err, made.out)
		}
		dir = made.dir
	}
	return filepath.Join(dir, tool), told(t, filepath.Join(dir, tool+".json"))
}

func told(t *testing.T, path string) (out truth) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// read imports paths with one reader expected for all of them.
func read(t testing.TB, tool string, o Options, paths ...string) *Log {
	t.Helper()
	m, err := Open(t.Context(), paths...)
	if err != nil {
		t.Fatal(err)
	}
	if m == nil {
		t.Fatalf("no reader knows %v", paths)
	}
	defer m.Close()
	if tool != "" && (len(m.Found) != 1 || m.Found[0].Tool != tool) {
		t.Fatalf("found %+v, want %s alone", m.Found, tool)
	}
	log, err := m.Read(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// runOf finds the run whose id or name is or ends with a text.
func runOf(t *testing.T, log *Log, id string) *Run {
	t.Helper()
	for _, r := range log.Runs {
		if r.ID == id || r.Name == id || strings.HasSuffix(id, "/"+r.ID) || strings.HasSuffix(r.ID, id) ||
			r.Tags["trial_id"].String() == id {
			return r
		}
	}
	var ids []string
	for _, r := range log.Runs {
		ids = append(ids, r.ID)
	}
	t.Fatalf("no run %q among %v", id, ids)
	return nil
}

// sameRun compares a run with what its tool was told. names maps metrics of the script to columns.
func sameRun(t *testing.T, log *Log, r *Run, want truth, i int, names map[string]string, tolerance float64) {
	t.Helper()
	w := want.Runs[i]
	for k, v := range w.Config {
		if k == "seed" {
			if r.Seed != setting(v).String() {
				t.Errorf("%s: seed %q, want %v", r.ID, r.Seed, v)
			}
			continue
		}
		got := r.Config[k]
		if x, ok := v.(float64); ok {
			if g, num := got.Float(); !num || g != x {
				t.Errorf("%s: %s is %v, want %v", r.ID, k, got, x)
			}
		} else if got.String() != v {
			t.Errorf("%s: %s is %v, want %v", r.ID, k, got, v)
		}
	}
	for metric, values := range w.Metrics {
		column := metric
		if n, ok := names[metric]; ok {
			column = n
		}
		if len(values) > 0 {
			sameSeries(t, r, column, w.Epochs, values, tolerance)
		}
	}
	if w.Status != "" && string(r.Status) != w.Status {
		t.Errorf("%s: %s, want %s", r.ID, r.Status, w.Status)
	}
}

func sameSeries(t *testing.T, r *Run, column string, epochs, values []float64, tolerance float64) {
	t.Helper()
	s := r.Series[column]
	if s == nil {
		t.Errorf("%s: no series %s", r.ID, column)
		return
	}
	if !slices.EqualFunc(s.Epochs, epochs, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
		t.Errorf("%s: %s at epochs %v, want %v", r.ID, column, s.Epochs, epochs)
		return
	}
	for i := range values {
		if math.Abs(s.Values[i]-values[i]) > tolerance*math.Abs(values[i]) {
			t.Errorf("%s: %s at epoch %v is %v, want %v", r.ID, column, epochs[i], s.Values[i], values[i])
		}
	}
}

// columnOf returns a column by name and role.
func columnOf(t *testing.T, log *Log, name string, role Role) Column {
	t.Helper()
	for _, c := range log.Columns {
		if c.Name == name && c.Role == role {
			return c
		}
	}
	t.Fatalf("no column %s with role %s in %+v", name, role, log.Columns)
	return Column{}
}

const single = 1e-6 // what float32 keeps: TensorBoard's simple values, Keras and Lightning

func TestTensorBoard(t *testing.T) {
	dir, want := real(t, "tensorboard")
	log := read(t, "tensorboard", Options{}, dir)
	if len(log.Runs) != 4 {
		t.Fatalf("%d runs, want 4: the folders of hparams belong to the run above", len(log.Runs))
	}
	for i, w := range want.Runs {
		r := runOf(t, log, w.ID)
		if w.ID == "tensors" {
			want.Runs[i].Config = nil
		} else if r.Config["net"].String() != "linear" || r.Config["fast"].String() != "true" {
			t.Errorf("%s: hparams %v", r.ID, r.Config)
		}
		sameRun(t, log, r, want, i, map[string]string{"val_acc": "val/acc", "loss": "train/loss"}, single)
		if !(r.Ended > r.Started) || r.Clock == nil {
			t.Errorf("%s: no wall times", r.ID)
		}
	}
	if c := columnOf(t, log, "val/acc", RoleMetric); c.Kind != "accuracy" || c.Unit != "fraction" {
		t.Errorf("val/acc: %+v", c)
	}
}

func TestKeras(t *testing.T) {
	dir, want := real(t, "keras")
	log := read(t, "keras", Options{Name: "lr={lr}_bs={bs}"}, dir)
	if len(log.Runs) != len(want.Runs) {
		t.Fatalf("%d runs, want %d", len(log.Runs), len(want.Runs))
	}
	for i, w := range want.Runs {
		sameRun(t, log, runOf(t, log, w.ID), want, i, nil, single)
	}
}

func TestSacred(t *testing.T) {
	dir, want := real(t, "sacred")
	log := read(t, "sacred", Options{}, dir)
	if len(log.Runs) != len(want.Runs) {
		t.Fatalf("%d runs, want %d", len(log.Runs), len(want.Runs))
	}
	for i, w := range want.Runs {
		r := runOf(t, log, w.ID)
		sameRun(t, log, r, want, i, nil, 0)
		if r.Status != Status(w.Status) || !(r.Ended > r.Started) {
			t.Errorf("%s: %s, want %s; %g to %g", r.ID, r.Status, w.Status, r.Started, r.Ended)
		}
		losses := w.Metrics["loss"]
		final(t, r, "last", losses[len(losses)-1], 0)
	}
}

// DVCLive's files lie in testdata, written once by write_logs.py dvclive: DVC is large.
func TestDVCLive(t *testing.T) {
	want := told(t, "testdata/torchlogs/dvclive.json")
	log := read(t, "dvclive", Options{}, "testdata/torchlogs/dvclive")
	if len(log.Runs) != len(want.Runs) {
		t.Fatalf("%d runs, want %d", len(log.Runs), len(want.Runs))
	}
	for i, w := range want.Runs {
		sameRun(t, log, runOf(t, log, w.ID), want, i, nil, 0)
	}
}

func TestOptuna(t *testing.T) {
	dir, want := real(t, "optuna")
	for _, c := range []struct {
		file         string
		intermediate bool
	}{{"optuna.db", true}, {"trials.csv", false}, {"", true}} {
		t.Run(c.file, func(t *testing.T) {
			log := read(t, "optuna", Options{}, filepath.Join(dir, c.file))
			if len(log.Runs) != 6 {
				t.Fatalf("%d runs, want 6", len(log.Runs))
			}
			for i, w := range want.Runs {
				r := runOf(t, log, w.ID)
				if !c.intermediate {
					want.Runs[i].Metrics = nil
				}
				sameRun(t, log, r, want, i, nil, 0)
				got, ok := r.Final["value"].Float()
				if w.Value == nil && ok || w.Value != nil && got != *w.Value {
					t.Errorf("%s: value %v, want %v: a pruned trial has no result", r.ID, r.Final["value"], w.Value)
				}
				if x, ok := r.Final["duration_s"].Float(); !ok || x <= 0 {
					t.Errorf("%s: duration %v", r.ID, r.Final["duration_s"])
				}
			}
			for _, c := range log.Columns {
				if c.Role == RoleAxis && !slices.Contains([]string{"alpha", "batch", "penalty"}, c.Name) {
					t.Errorf("axis %s", c.Name)
				}
			}
		})
		_, want = real(t, "optuna")
	}
}

func TestMLflow(t *testing.T) {
	for _, tool := range []string{"mlflow", "mlflowdb"} {
		t.Run(tool, func(t *testing.T) {
			dir, want := real(t, tool)
			log := read(t, "mlflow", Options{}, dir)
			if len(log.Runs) != len(want.Runs) {
				t.Fatalf("%d runs, want %d", len(log.Runs), len(want.Runs))
			}
			for i, w := range want.Runs {
				r := runOf(t, log, w.ID)
				sameRun(t, log, r, want, i, nil, 0)
				if r.Tags["host"].String() != "here" || !(r.Ended > r.Started) {
					t.Errorf("%s: tags %v, from %v to %v", r.ID, r.Tags, r.Started, r.Ended)
				}
			}
		})
	}
}

func TestRayTune(t *testing.T) {
	dir, want := real(t, "raytune")
	log := read(t, "raytune", Options{}, dir)
	if len(log.Runs) != len(want.Runs) {
		t.Fatalf("%d runs, want %d", len(log.Runs), len(want.Runs))
	}
	for i, w := range want.Runs {
		r := runOf(t, log, w.ID)
		sameRun(t, log, r, want, i, nil, 0)
		var seconds []float64
		for _, s := range w.Seconds.([]any) {
			seconds = append(seconds, s.(float64))
		}
		sameSeries(t, r, "seconds", w.Epochs, seconds, 0)
		if r.Status != Finished {
			t.Errorf("%s: %s", r.ID, r.Status)
		}
	}
	if c := columnOf(t, log, "seconds", RoleSeconds); c.Shape != Cumulative || c.Unit != "s" {
		t.Errorf("seconds: %+v", c)
	}
}

func TestWandb(t *testing.T) {
	dir, want := real(t, "wandb")
	log := read(t, "wandb", Options{}, dir)
	if len(log.Runs) != len(want.Runs) {
		t.Fatalf("%d runs, want %d", len(log.Runs), len(want.Runs))
	}
	for i, w := range want.Runs {
		r := runOf(t, log, w.ID)
		sameRun(t, log, r, want, i, nil, 0)
		if best, _ := r.Final["best"].Float(); best != slices.Max(w.Metrics["val_acc"]) {
			t.Errorf("%s: summary %v", r.ID, r.Final)
		}
		if r.Config["net.kind"].String() != "linear" || r.Status != Finished {
			t.Errorf("%s: %v, %s", r.ID, r.Config, r.Status)
		}
	}
}

func TestCodeCarbon(t *testing.T) {
	dir, want := real(t, "codecarbon")
	log := read(t, "codecarbon", Options{}, dir)
	if len(log.Runs) != 2 {
		t.Fatalf("%d runs, want 2", len(log.Runs))
	}
	for _, w := range want.Runs {
		r := runOf(t, log, w.ID)
		if j, _ := r.Final["total_joules"].Float(); math.Abs(j/w.Joules-1) > 1e-9 {
			t.Errorf("%s: %v J, want %v", w.ID, j, w.Joules)
		}
		if s, _ := r.Final["total_seconds"].Float(); math.Abs(s/w.TotalSeconds-1) > 1e-9 {
			t.Errorf("%s: %v s, want %v", w.ID, s, w.TotalSeconds)
		}
	}
}

func TestSMAC(t *testing.T) {
	dir, want := real(t, "smac")
	log := read(t, "smac", Options{}, dir)
	n := 0
	for _, r := range log.Runs {
		for i, e := range r.Series["cost"].Epochs {
			n++
			if !slices.ContainsFunc(want.Runs, func(w toldRun) bool {
				alpha, _ := r.Config["alpha"].Float()
				batch, _ := r.Config["batch"].Float()
				return w.Config["alpha"] == alpha && w.Config["batch"] == batch && w.Budget == e &&
					*w.Value == r.Series["cost"].Values[i]
			}) {
				t.Errorf("%s: cost %v at budget %v was never told", r.ID, r.Series["cost"].Values[i], e)
			}
		}
		if r.Planned != 4 || (r.Status == Finished) != (slices.Max(r.Series["cost"].Epochs) == 4) {
			t.Errorf("%s: planned %v, %s", r.ID, r.Planned, r.Status)
		}
	}
	if n != len(want.Runs) {
		t.Errorf("%d evaluations, want %d", n, len(want.Runs))
	}
}

// TestSyneTune checks the shape: the tuner draws configurations of its own. The values were made by train() from the
// logged configurations, so that they are checked against the truth of equal configurations within the log.
func TestSyneTune(t *testing.T) {
	dir, _ := real(t, "synetune")
	log := read(t, "synetune", Options{}, dir)
	if len(log.Runs) < 2 {
		t.Fatalf("%d runs, want 2 or 3", len(log.Runs))
	}
	whole := 0
	for _, r := range log.Runs {
		if x, ok := r.Config["alpha"].Float(); !ok || x < 1e-4 || x > 1 {
			t.Errorf("%s: alpha %v", r.ID, r.Config["alpha"])
		}
		if s := r.Series["val_acc"]; len(s.Epochs) == 4 && s.last() > 0.5 && r.Status == Finished {
			whole++
		}
		if s := r.Series["seconds"]; !slices.IsSorted(s.Values) || !(s.Values[0] > 0) {
			t.Errorf("%s: seconds %v", r.ID, s.Values)
		}
	}
	if whole < 2 {
		t.Errorf("%d whole runs, want 2", whole)
	}
}

func TestCarbontracker(t *testing.T) {
	dir, _ := real(t, "carbontracker")
	log := read(t, "carbontracker", Options{}, dir)
	if len(log.Runs) != 1 {
		t.Fatalf("%d runs, want 1", len(log.Runs))
	}
	r := log.Runs[0]
	s, j := r.Series["seconds"], r.Series["joules"]
	if s == nil || j == nil || len(s.Values) != 4 || len(j.Values) != 4 {
		t.Fatalf("seconds %v, joules %v", s, j)
	}
	// write_logs.py simulates a processor of 35 W at half use, and sleeps 0.5 s an epoch.
	for i := range j.Values {
		if math.Abs(j.Values[i]/s.Values[i]-17.5) > 1e-9 || s.Values[i] < 0.5*float64(i+1) {
			t.Errorf("epoch %d: %v J in %v s", i+1, j.Values[i], s.Values[i])
		}
	}
}

func TestLightning(t *testing.T) {
	want := told(t, "testdata/torchlogs/lightning.json")
	log := read(t, "lightning", Options{}, "testdata/torchlogs/lightning")
	if len(log.Runs) != 2 {
		t.Fatalf("%d runs, want 2", len(log.Runs))
	}
	for i, w := range want.Runs {
		sameRun(t, log, runOf(t, log, w.ID), want, i, nil, single)
	}
}

func TestHuggingFace(t *testing.T) {
	want := told(t, "testdata/torchlogs/huggingface.json")
	log := read(t, "huggingface", Options{}, "testdata/torchlogs/huggingface")
	if len(log.Runs) != 2 {
		t.Fatalf("%d runs, want 2: checkpoints are no runs", len(log.Runs))
	}
	for i, w := range want.Runs {
		r := runOf(t, log, w.ID)
		sameRun(t, log, r, want, i, nil, 0)
		sameSeries(t, r, "loss", w.Loss.Epochs, w.Loss.Values, 0)
		if x, _ := r.Final["train_runtime"].Float(); x != w.Seconds.(float64) || r.Planned != 4 ||
			r.Status != Finished {
			t.Errorf("%s: %v s, planned %v, %s", r.ID, x, r.Planned, r.Status)
		}
	}
	if c := columnOf(t, log, "train_runtime", RoleSeconds); c.Shape != Total {
		t.Errorf("train_runtime: %+v", c)
	}
}

func TestNothing(t *testing.T) {
	m, err := Open(t.Context(), t.TempDir())
	if m != nil || err != nil {
		t.Errorf("an empty folder: %v, %v", m, err)
	}
}
