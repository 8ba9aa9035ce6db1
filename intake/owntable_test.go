package intake

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"eahas/features"
	"eahas/internal/fixture"
)

// TestOwnTableIsTheSameLog: a log that was written as Parquet and as JSON lines is the same log when it is read again.
func TestOwnTableIsTheSameLog(t *testing.T) {
	own := lay(t, map[string]string{"a.jsonl": example(t),
		"b.jsonl": `{"eahas_log": 1, "run": "b", "config": {"lr": 0.2, "val_accuracy": "on"}, "space": {"lr": ` +
			`{"kind": "log", "low": 1e-4, "high": 1}}}` + "\n" +
			`{"end": "finished", "results": {"loss": 0.5}, "seconds": 7}` + "\n"})
	for _, from := range []string{own, "testdata/torchlogs/lightning"} {
		first := read(t, "", Options{}, from)
		dir := t.TempDir()
		if err := first.WriteJSONLines(t.Context(), filepath.Join(dir, "lines")); err != nil {
			t.Fatal(err)
		}
		if err := first.WriteParquet(filepath.Join(dir, "runs.parquet")); err != nil {
			t.Fatal(err)
		}
		lines := read(t, "eahas", Options{}, filepath.Join(dir, "lines"))
		table := read(t, "eahas", Options{}, filepath.Join(dir, "runs.parquet"))
		if len(lines.Runs) != len(table.Runs) || len(table.Runs) == 0 {
			t.Fatalf("%s: %d runs in lines, %d in the table", from, len(lines.Runs), len(table.Runs))
		}
		for i, r := range lines.Runs {
			equalRun(t, table.Runs[i], r)
		}
		if !reflect.DeepEqual(lines.Space, table.Space) || from == own && len(table.Space) != 1 {
			t.Errorf("%s: declared ranges %v and %v", from, lines.Space, table.Space)
		}
		for _, c := range lines.Columns {
			if c.Role != RoleTag {
				is := columnOf(t, table, c.Name, c.Role)
				is.Why, c.Why = "", ""
				if fmt.Sprint(is, deref(is.Higher)) != fmt.Sprint(c, deref(c.Higher)) && !reflect.DeepEqual(is, c) {
					t.Errorf("%s: column %+v, wanted %+v", from, is, c)
				}
			}
		}
	}
}

func deref(b *bool) string {
	if b == nil {
		return "unknown"
	}
	return fmt.Sprint(*b)
}

func equalRun(t *testing.T, got, want *Run) {
	t.Helper()
	text := func(r *Run) string {
		return fmt.Sprintln(r.ID, r.Seed, r.Status, r.Planned, r.Started, r.Device, r.EnergyFrom, r.Config, r.Final)
	}
	if text(got) != text(want) {
		t.Errorf("%s, wanted %s", text(got), text(want))
	}
	if len(got.Series) != len(want.Series) {
		t.Errorf("%s: %d series, wanted %d", got.ID, len(got.Series), len(want.Series))
	}
	for name, s := range want.Series {
		if g := got.Series[name]; g == nil || fmt.Sprint(g.Epochs, g.Values) != fmt.Sprint(s.Epochs, s.Values) {
			t.Errorf("%s: %s is %+v, wanted %+v", got.ID, name, g, s)
		}
	}
}

// pyarrow runs a script of pyarrow in a new folder and returns the folder.
func pyarrow(t *testing.T, script string) string {
	t.Helper()
	cmd := exec.Command(fixture.Tool(t, "EAHAS_PYTHON"), "-c", script)
	cmd.Dir = t.TempDir()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return cmd.Dir
}

// The script of docs/log.md writes a log that is read as it says.
func TestOwnTableOfTheDocs(t *testing.T) {
	b, err := os.ReadFile("../docs/log.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "Written by hand with pyarrow:\n\n```python\n")
	script, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("docs/log.md has no script any more")
	}
	log := read(t, "eahas", Options{}, pyarrow(t, script))
	r := runOf(t, log, "a")
	sameSeries(t, r, "val_accuracy", []float64{1, 2}, []float64{0.41, 0.63}, 0)
	sameSeries(t, r, "joules", []float64{1, 2}, []float64{2040.5, 4101.2}, 0)
	if r.Config["lr"] != features.Number(0.1) || r.EnergyFrom != "counter nvml" || r.Status != Killed {
		t.Errorf("%+v", r)
	}
	if c := columnOf(t, log, "val_accuracy", RoleMetric); !c.Objective || c.Kind != "accuracy" || c.Unit != "fraction" {
		t.Errorf("%+v", c)
	}
}

// What fields say counts, whatever they are called: units, shapes, kinds, directions, types of pyarrow, both formats.
func TestOwnTableBelievesItsFields(t *testing.T) {
	log := read(t, "eahas", Options{}, pyarrow(t, `
import pyarrow as pa, pyarrow.parquet as pq, pyarrow.feather as fe
def f(name, type, /, **meta): return pa.field(name, type, metadata={"eahas." + k: v for k, v in meta.items()})
d = lambda *s: pa.array([None if x is None else int(x * 1e6) for x in s], pa.duration("us"))
schema = pa.schema([f("who", pa.string(), role="run"), f("step", pa.int32(), role="epoch"),
    f("accuracy", pa.dictionary(pa.int8(), pa.string()), role="axis", name="act"),
    f("nesterov", pa.bool_(), role="axis"),
    f("rate", pa.float32(), role="axis", axis='{"kind": "log", "low": 0.0001, "high": 1}'),
    f("foo", pa.float64(), role="metric", name="quality", kind="score", direction="min", objective="true"),
    f("bar", pa.float64(), role="joules", unit="kWh", shape="per_epoch", source="model", tool="mine"),
    f("when", pa.duration("us"), role="seconds"), f("rank", pa.int64(), role="seed"),
    f("plan", pa.int64(), role="planned_epochs"), f("fate", pa.string(), role="end"),
    f("t0", pa.timestamp("ms", "UTC"), role="started"), f("lab", pa.string(), role="tag"),
    f("noise", pa.float64())], metadata={"eahas.log": "1"})
t = pa.table([pa.array(["x", "x", "y"]), pa.array([1, 2, 1], pa.int32()), pa.array(["relu", "relu", "gelu"]).dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string())),
    pa.array([True, True, None]), pa.array([0.5, 0.5, 0.25], pa.float32()), pa.array([3.0, float("nan"), 1.0]), pa.array([1e-6, 2e-6, None]),
    d(1.5, 2.5, 4), pa.array([7, 7, 8]), pa.array([9, 9, 9]), pa.array(["pruned", "pruned", None]),
    pa.array([1700000000000, 1700000000000, None], pa.timestamp("ms", "UTC")), pa.array(["here", "here", "there"]), pa.array([1.0, 2.0, 3.0])], schema=schema)
pq.write_table(t.slice(0, 2), "x.parquet")
fe.write_feather(t.slice(2), "y.feather")
`))
	x, y := runOf(t, log, "x"), runOf(t, log, "y")
	sameSeries(t, x, "bar", []float64{1, 2}, []float64{3.6, 7.2}, 1e-12)
	sameSeries(t, x, "when", []float64{1, 2}, []float64{1.5, 2.5}, 1e-12)
	if q := x.Series["quality"]; q == nil || q.Values[0] != 3 || !math.IsNaN(q.Values[1]) {
		t.Errorf("quality %+v", q)
	}
	if x.Config["act"] != features.Text("relu") || x.Config["nesterov"] != features.Text("true") ||
		x.Config["rate"] != features.Number(0.5) || x.Seed != "7" || x.Planned != 9 || x.Status != Pruned ||
		x.EnergyFrom != "model mine" || x.Started != 1.7e9 || x.Tags["lab"] != features.Text("here") {
		t.Errorf("%+v", x)
	}
	if y.Status != Killed || !y.Config["nesterov"].IsMissing() || y.Series["bar"] != nil {
		t.Errorf("%+v", y)
	}
	if c := columnOf(t, log, "quality", RoleMetric); c.Kind != "score" || c.Higher == nil || *c.Higher || !c.Objective {
		t.Errorf("%+v", c)
	}
	if c := columnOf(t, log, "bar", RoleJoules); c.Shape != PerEpoch || c.Unit != "J" {
		t.Errorf("%+v", c)
	}
	if p := log.Space["rate"]; p.Kind != features.Log || p.Low != 1e-4 || p.High != 1 {
		t.Errorf("declared range %+v", p)
	}
	if !left(log, "1 columns without a role") {
		t.Errorf("left out %+v", log.Left)
	}
}

// What a table of ours cannot mean is said and left out.
func TestOwnTableRefuses(t *testing.T) {
	const lead = `
import pyarrow as pa, pyarrow.parquet as pq
def f(name, type, /, **meta): return pa.field(name, type, metadata={"eahas." + k: v for k, v in meta.items()})
def w(fields, columns, version="1"): pq.write_table(pa.table(columns, schema=pa.schema(fields, metadata={"eahas.log": version})), "r.parquet")
run, epoch, acc = f("run", pa.string(), role="run"), f("epoch", pa.float64(), role="epoch"), f("acc", pa.float64(), role="metric")
`
	for why, script := range map[string]string{
		"version \"2\"":     `w([run, epoch, acc], [["a"], [1.0], [0.5]], "2")`,
		"of the role run":   `w([epoch, acc], [[1.0], [0.5]])`,
		"no unit of joules": `w([run, epoch, f("j", pa.float64(), role="joules", unit="km")], [["a"], [1.0], [0.5]])`,
		"eahas.shape":       `w([run, epoch, f("j", pa.float64(), role="joules", shape="round")], [["a"], [1.0], [0.5]])`,
		"declared range": `w([run, epoch, acc, f("lr", pa.float64(), role="axis", axis='{"kind": "log", "low": 0, ` +
			`"high": 1}')], [["a"], [1.0], [0.5], [0.1]])`,
		"was 0.1 before": `w([run, epoch, acc, f("lr", pa.float64(), role="axis")], [["a", "a"], [1.0, 2.0], [0.5, ` +
			`0.6], [0.1, 0.2]])`,
	} {
		m, err := Open(t.Context(), pyarrow(t, lead+script))
		if err != nil || m == nil {
			t.Fatalf("%s: %v, %v", why, m, err)
		}
		log, err := m.Read(t.Context(), Options{})
		m.Close()
		if err == nil || !left(log, why) {
			t.Errorf("%s: %v, left out %+v", why, err, log)
		}
	}
}
