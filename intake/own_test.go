package intake

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/features"
	"eahas/internal/fixture"
)

// example returns the whole log that docs/log.md shows, as it stands there.
func example(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("../docs/log.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "A whole one, as the logger writes it:\n\n```json\n")
	text, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 {
		t.Fatal("docs/log.md has no whole example any more")
	}
	return text
}

func TestOwnLogOfTheDocs(t *testing.T) {
	log := read(t, "eahas", Options{}, lay(t, map[string]string{"a.jsonl": example(t)}))
	r := log.Runs[0]
	if r.ID != "20261128T231500Z-9f3c1ab2" || r.Seed != "0" || r.Planned != 3 || r.Status != Failed ||
		r.Device != "NVIDIA A100-SXM4-40GB" {
		t.Errorf("%+v", r)
	}
	if r.Config["net.widths.1"] != features.Number(48) || r.Config["nesterov"] != features.Text("true") ||
		!r.Config["augment"].IsMissing() || r.Config["net.depth"] != features.Number(12) {
		t.Errorf("config %v", r.Config)
	}
	sameSeries(t, r, "val_accuracy", []float64{0, 1}, []float64{0.1, 0.41}, 0)
	sameSeries(t, r, "joules", []float64{0, 1, 2}, []float64{402, 2442.5, 4498.9}, 0)
	if l := r.Series["loss"].Values; !math.IsNaN(l[1]) {
		t.Errorf("losses %v: NaN was measured", l)
	}
	final(t, r, "test_accuracy", 0.6, 0)
	if c := columnOf(t, log, "val_accuracy", RoleMetric); c.Kind != "accuracy" || c.Unit != "fraction" ||
		!c.Objective || c.Split != "validation" {
		t.Errorf("%+v", c)
	}
	if !r.Final["total_joules"].IsMissing() {
		t.Error("the training's cost is that of its last epoch's line, not the end's")
	}
}

// TestOwnLogAfterAccidents holds docs/log.md's rules of kills, broken lines, resumption and several files.
func TestOwnLogAfterAccidents(t *testing.T) {
	const head = `{"eahas_log": 1, "run": "a"}` + "\n"
	for name, c := range map[string]struct {
		text   string
		epochs []float64
		status Status
		left   string
	}{
		"killed": {head + `{"epoch": 1, "metrics": {"loss": 1}}` + "\n", []float64{1}, Killed, ""},
		"torn": {head + `{"epoch": 1, "metrics": {"loss": 1}}` + "\n" + `{"epoch": 2, "metr`, []float64{1},
			Killed, "torn"},
		"whole end": {head + `{"epoch": 1, "metrics": {"loss": 1}}`, []float64{1}, Killed, ""},
		"broken": {head + "{\"epoch\": 1, \"metrics\": {\"loss\": NaN}}\n" +
			`{"epoch": 2, "metrics": {"loss": 1}}` + "\n", []float64{2}, Killed, "line 2"},
		"falls": {head + `{"epoch": 1, "metrics": {"loss": 1}, "joules": 5}` + "\n" +
			`{"epoch": 2, "metrics": {"loss": 1}, "joules": 4}` + "\n", []float64{1}, Killed, "less than before"},
		"backwards": {head + `{"epoch": 2, "metrics": {"loss": 1}}` + "\n" + `{"epoch": 1, "metrics": {"loss": 1}}` +
			"\n", []float64{2}, Killed, "without resume"},
		"resumed": {head + `{"epoch": 1, "metrics": {"loss": 1}}` + "\n" + `{"epoch": 2, "metrics": {"loss": 9}}` +
			"\n{\"epo\n" + `{"resume": 1}` + "\n" + `{"epoch": 2, "metrics": {"loss": 2}}` + "\n" +
			`{"end": "stopped_early"}` + "\n", []float64{1, 2}, Stopped, ""},
		"alternating": {head + `{"epoch": 1, "metrics": {"loss": 1}}` + "\n" + `{"epoch": 1, "metrics": {"acc": 1}}` +
			"\n" + `{"end": "pruned"}` + "\n", []float64{1}, Pruned, ""},
		"unknown": {head + `{"epoch": 1, "metrics": {"loss": 1}}` + "\n" + `{"new": 1}` + "\n", []float64{1},
			Killed, "1 lines of kinds"},
		"bad end": {head + `{"epoch": 1, "metrics": {"loss": 1}}` + "\n" + `{"end": "exploded"}` + "\n",
			[]float64{1}, Killed, "exploded"},
	} {
		t.Run(name, func(t *testing.T) {
			log := read(t, "eahas", Options{}, lay(t, map[string]string{"x.jsonl": c.text}))
			r := log.Runs[0]
			if !slices.Equal(r.Series["loss"].Epochs, c.epochs) || r.Status != c.status {
				t.Errorf("epochs %v, %s; want %v, %s", r.Series["loss"].Epochs, r.Status, c.epochs, c.status)
			}
			if c.left == "" && len(log.Left) > 0 || c.left != "" && !left(log, c.left) {
				t.Errorf("left out %+v, want %q", log.Left, c.left)
			}
			if name == "resumed" && r.Series["loss"].Values[1] != 2 {
				t.Errorf("losses %v: epoch 2 was done again", r.Series["loss"].Values)
			}
		})
	}
	t.Run("ranks", func(t *testing.T) {
		part := func(rank int, joules float64) string {
			return fmt.Sprintf(`{"eahas_log": 1, "run": "a", "rank": %d, "nodes": 2}`+"\n"+`{"epoch": 1, "metrics": {"loss": %d}, "joules": %v}`+"\n", rank, rank, joules)
		}
		log := read(t, "eahas", Options{}, lay(t, map[string]string{"b.jsonl": part(1, 10), "c.jsonl": part(0, 5)}))
		sameSeries(t, log.Runs[0], "joules", []float64{1}, []float64{15}, 0)
		sameSeries(t, log.Runs[0], "loss", []float64{1}, []float64{0}, 0)
		log = read(t, "eahas", Options{}, lay(t, map[string]string{"c.jsonl": part(0, 5)}))
		if log.Runs[0].Series["joules"] != nil {
			t.Error("a machine's part is missing: its joules are unknown")
		}
	})
	t.Run("version", func(t *testing.T) {
		m, err := Open(t.Context(), lay(t, map[string]string{"x.jsonl": `{"eahas_log": 2}` + "\n"}))
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		if _, err := m.Read(t.Context(), Options{}); err == nil || !strings.Contains(err.Error(), "version 2") {
			t.Errorf("%v", err)
		}
	})
}

// TestOwnLogRoundTrip writes what was read, in JSON lines, and reads it again.
func TestOwnLogRoundTrip(t *testing.T) {
	for _, from := range []string{"testdata/torchlogs/lightning", "testdata/torchlogs/huggingface"} {
		log := read(t, "", Options{}, from)
		out := filepath.Join(t.TempDir(), "out")
		if err := log.WriteJSONLines(t.Context(), out); err != nil {
			t.Fatal(err)
		}
		again := read(t, "eahas", Options{}, out)
		if len(again.Runs) != len(log.Runs) {
			t.Fatalf("%s: %d runs, want %d", from, len(again.Runs), len(log.Runs))
		}
		for i, r := range log.Runs {
			a := again.Runs[i]
			if a.ID != r.ID || a.Seed != r.Seed || a.Status != r.end() || fmt.Sprint(a.Config) != fmt.Sprint(r.Config) {
				t.Errorf("%s: %v, %q, %s, want %v, %q, %s", r.ID, a.Config, a.Seed, a.Status, r.Config, r.Seed, r.end())
			}
			for name, s := range r.Series {
				sameSeries(t, a, name, s.Epochs, s.Values, 0)
			}
		}
	}
}

// TestOwnLogOfTheLogger reads what clients/python writes.
func TestOwnLogOfTheLogger(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	dir := t.TempDir()
	cmd := exec.Command(python, "-c", `
import sys, eahas.logger as eahas
with eahas.log(sys.argv[1], config={"lr": 0.1, "net": {"depth": 12}}, seed=3, planned_epochs=2, energy=None, run_id="a") as run:
    for e in range(2):
        run.epoch(val_accuracy=0.5 + e / 4, loss=float("nan"))
    run.result(test_accuracy=0.9)
with eahas.log(sys.argv[1], config={"lr": 0.2}, planned_epochs=9, energy=None, run_id="b") as run:
    run.epoch(val_accuracy=0.5)
    run.prune()
`, dir)
	cmd.Env = append(os.Environ(), "PYTHONPATH="+filepath.Join("..", "clients", "python"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	log := read(t, "eahas", Options{}, dir)
	a, b := runOf(t, log, "a"), runOf(t, log, "b")
	sameSeries(t, a, "val_accuracy", []float64{1, 2}, []float64{0.5, 0.75}, 0)
	final(t, a, "test_accuracy", 0.9, 0)
	if a.Seed != "3" || a.Config["net.depth"] != features.Number(12) || a.Status != Finished || a.Planned != 2 ||
		b.Status != Pruned || a.Series["seconds"] == nil {
		t.Errorf("%+v, %+v", a, b)
	}
}

// TestParquet reads what WriteParquet wrote by pyarrow: values, nulls, NaN, roles and units.
func TestParquet(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	log := read(t, "", Options{}, lay(t, map[string]string{"a.jsonl": example(t),
		"b.jsonl": `{"eahas_log": 1, "run": "b", "config": {"lr": 0.2, "val_accuracy": "on"}}` + "\n" +
			`{"end": "finished", "results": {"loss": 0.5}}` + "\n"}))
	path := filepath.Join(t.TempDir(), "runs.parquet")
	if err := log.WriteParquet(path); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "-c", `
import sys, json, pyarrow.parquet as pq
t = pq.read_table(sys.argv[1])
d = lambda m: {k.decode(): v.decode() for k, v in (m or {}).items() if k.startswith(b"eahas")}
print(json.dumps({"meta": d(t.schema.metadata), "fields": {f.name: d(f.metadata) for f in t.schema}, "rows": [{k: str(v) if v != v else v for k, v in r.items()} for r in t.to_pylist()]}))
`, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got struct {
		Meta   map[string]string
		Fields map[string]map[string]string
		Rows   []map[string]any
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got.Meta["eahas.log"] != "1" || len(got.Rows) != 4 {
		t.Fatalf("%v, %d rows; want version 1 and three epochs of one run, a row of the other", got.Meta, len(got.Rows))
	}
	for field, want := range map[string]map[string]string{
		"run": {"eahas.role": "run"}, "epoch": {"eahas.role": "epoch"}, "lr": {"eahas.role": "axis"},
		"val_accuracy": {"eahas.role": "metric", "eahas.kind": "accuracy", "eahas.unit": "fraction",
			"eahas.direction": "max", "eahas.split": "validation", "eahas.objective": "true"},
		"config.val_accuracy": {"eahas.role": "axis", "eahas.name": "val_accuracy"},
		"result.loss": {"eahas.role": "result", "eahas.name": "loss", "eahas.kind": "loss", "eahas.unit": "raw",
			"eahas.direction": "min", "eahas.split": "train"},
		"joules": {"eahas.role": "joules", "eahas.unit": "J", "eahas.shape": "cumulative",
			"eahas.source": "counter", "eahas.tool": "nvml"},
		"end": {"eahas.role": "end"},
	} {
		if fmt.Sprint(got.Fields[field]) != fmt.Sprint(want) {
			t.Errorf("%s says %v, want %v", field, got.Fields[field], want)
		}
	}
	last, other := got.Rows[2], got.Rows[3]
	if last["loss"] != "nan" || last["val_accuracy"] != nil || last["joules"] != 4498.9 || last["end"] != "failed" {
		t.Errorf("epoch 2: %v", last)
	}
	if other["epoch"] != nil || other["result.loss"] != 0.5 || other["lr"] != 0.2 || other["end"] != "finished" {
		t.Errorf("the run without epochs: %v", other)
	}
}
