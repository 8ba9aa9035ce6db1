package commands

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/cmd/internal/program"
	"eahas/features"
	"eahas/internal/fixture"
	"eahas/internal/stream"
	"eahas/report/searchpage"
	"eahas/search"
	"eahas/search/study"
)

const bundle = "../../../artifacts/testdata/v1-gbdt-bezier"

// call runs the program and returns the exit code and what it printed.
func call(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = Run(context.Background(), strings.NewReader(stdin), &out, &err, append([]string{"search"}, args...))
	return code, out.String(), err.String()
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestStudy plays, reports again, replays, and refuses a changed trace.
func TestStudy(t *testing.T) {
	config := write(t, "tiny.yaml",
		"seeds: 2\nbudget: {trainings: 6}\ng_per_kwh: 400\nbounds: {draws: 300, climbs: 2}\ntasks: "+
			"[{bundle: "+bundle+", name: one}]\nmethods: [rs, hb, tpe]\n")
	out := t.TempDir()
	code, stdout, stderr := call(t, "", "run", "-config", config, "-out", out)
	if code != 0 || !strings.Contains(stdout, "hypervolume") {
		t.Fatalf("%d\n%s\n%s", code, stdout, stderr)
	}
	for _, name := range []string{searchpage.TextFile, searchpage.JSONFile, searchpage.HTMLFile, searchpage.ScoresFile,
		searchpage.CurvesFile, study.ConfigFile, study.OverheadFile} {
		if st, err := os.Stat(filepath.Join(out, name)); err != nil || st.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	checkCarbon(t, out, 400)
	before, err := os.ReadFile(filepath.Join(out, searchpage.TextFile))
	if err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := call(t, "", "report", "-config", config, "-out", out, "-quiet"); code != 0 {
		t.Fatal(stderr)
	}
	if after, _ := os.ReadFile(filepath.Join(out, searchpage.TextFile)); !bytes.Equal(before, after) {
		t.Error("the same traces give another report")
	}
	trace := study.TracePath(out, "one", "hb", 0)
	if code, stdout, stderr := call(t, "", "replay", trace); code != 0 || !strings.Contains(stdout, "incumbent") {
		t.Errorf("%d\n%s\n%s", code, stdout, stderr)
	}
	code, stdout, stderr = call(t, "", "replay", "-all", "-csv", trace)
	rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	if code != 0 || err != nil {
		t.Fatalf("%d, %v\n%s\n%s", code, err, stdout, stderr)
	}
	read, err := search.ReadTrace(trace)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+len(read.Events) || rows[1][6] != strconv.FormatFloat(read.Events[0].Spent, 'g', -1, 64) {
		t.Errorf("%d rows for %d jobs, the first %v", len(rows), len(read.Events), rows[1])
	}
	b, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(trace, b[:len(b)-30], 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := call(t, "", "replay", trace); code != program.Failed ||
		!strings.Contains(stderr, "trace refused") {
		t.Errorf("a cut trace: %d, %s", code, stderr)
	}
	if code, _, stderr := call(t, "", "report", "-config", config, "-out", out, "-quiet"); code != program.Failed ||
		!strings.Contains(stderr, "trace refused") {
		t.Errorf("a report of a cut trace: %d, %s", code, stderr)
	}
}

// checkCarbon: the CO2 of a study that says grams a kWh stands in text, page and table.
func checkCarbon(t *testing.T, dir string, perKWh float64) {
	t.Helper()
	for name, want := range map[string]string{searchpage.TextFile: "CO2 of that",
		searchpage.HTMLFile: "CO2 at 400 g a kWh"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%s: no %q, %v", name, want, err)
		}
	}
	f, err := os.Open(filepath.Join(dir, searchpage.ScoresFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		number := func(column string) float64 {
			x, err := strconv.ParseFloat(r[slices.Index(rows[0], column)], 64)
			if err != nil {
				t.Error(err)
			}
			return x
		}
		if joules, g := number("budget"), number("budget_g_co2"); math.Abs(g/(joules/3.6e6*perKWh)-1) > 1e-12 {
			t.Errorf("%g J are %g g", joules, g)
		}
	}
}

// TestUsage: what is called wrongly says so and exits with 2.
func TestUsage(t *testing.T) {
	formulas := filepath.Join(t.TempDir(), "formulas.yaml")
	if err := os.WriteFile(formulas, []byte("seeds: 1\nbudget: {trainings: 2}\ntasks: [{formulas: eahas-cifar10}]\n"+
		"methods: [rs]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"dance"}, {"run"}, {"run", "-config", "x", "y"}, {"replay"}, {"next"},
		{"next", "-k", "0", bundle}, {"next", bundle, "lr"}, {"run", "-nothing"},
		{"run", "-metric", "latency", "-config", formulas}} {
		if code, _, stderr := call(t, "", args...); code != program.Usage && args[0] != "run" || code == program.OK ||
			stderr == "" {
			t.Errorf("%v: exit %d, %q", args, code, stderr)
		}
	}
	var listed struct{ Methods []struct{ Name string } }
	if _, stdout, _ := call(t, "", "methods", "-json"); json.Unmarshal([]byte(stdout), &listed) != nil ||
		len(listed.Methods) != len(search.Kinds()) || listed.Methods[0].Name != search.Kinds()[0].Name {
		t.Errorf("methods -json lists %v", listed)
	}
	if code, stdout, _ := call(t, "", "methods"); code != 0 {
		t.Error("methods fails")
	} else {
		for _, name := range search.Names() {
			if !strings.Contains(stdout, name) {
				t.Errorf("%s is not listed", name)
			}
		}
	}
}

func TestNext(t *testing.T) {
	if code, _, stderr := call(t, "", "next", "-metric", "happiness", bundle); code != program.Failed ||
		!strings.Contains(stderr, `no target "happiness" of its own`) {
		t.Errorf("%d %s", code, stderr)
	}
	code, stdout, stderr := call(t, "", "next", "-k", "2", "-json", bundle, "opt=sgd")
	if code != 0 || strings.Count(stdout, `"opt":"sgd"`) != 2 {
		t.Errorf("%d\n%s\n%s", code, stdout, stderr)
	}
	if code, _, stderr := call(t, "{}\n", "next", "-log", "-", bundle); code != program.Failed ||
		!strings.Contains(stderr, "line 1") {
		t.Errorf("an empty training: %d, %s", code, stderr)
	}
	if code, stdout, stderr := call(t, "", "next", "-stop", "1e9", bundle); code != 0 ||
		!strings.Contains(stdout, "stop:") {
		t.Errorf("%d\n%s\n%s", code, stdout, stderr)
	}
}

// TestRealTables plays examples/search/tables.yaml with two seeds under a small budget.
func TestRealTables(t *testing.T) {
	for _, name := range []string{"ecnas.parquet", "anb.parquet", "pepr.parquet", "deepobs.parquet"} {
		fixture.Data(t, name)
	}
	b, err := os.ReadFile("../../../examples/search/tables.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(strings.Replace(string(b), "seeds: 30", "seeds: 2", 1), "{trainings: 60}", "{trainings: 8}",
		1)
	text = strings.Replace(text, "methods: [rs,", "methods: [joule-tpe, joule-bohb, rs,", 1)
	out := t.TempDir()
	code, stdout, stderr := call(t, "", "run", "-data", fixture.Dir(), "-config", write(t, "tables.yaml", text), "-out",
		out)
	if code != 0 {
		t.Fatal(stderr)
	}
	// How many configurations shared/data/README.md says each table has; anb and pepr less the rows with missing cells.
	for _, want := range []string{"ecnas: best 100 - val_accuracy 22.99 of 2532", "anb: 2 rows were left out",
		"of 5123 configurations", "pepr-derma: 434 rows were left out", "of 131 configurations"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("no %q in\n%s", want, stderr)
		}
	}
	if !strings.Contains(stdout, "deepobs-svhn: budget") {
		t.Error(stdout)
	}
	// DeepOBS counts epochs: energy-aware methods are their base, byte for byte.
	for _, pair := range [][2]string{{"ei", "joule-ei"}, {"tpe", "joule-tpe"}, {"bohb", "joule-bohb"}} {
		for seed := range 2 {
			a, b := events(t, study.TracePath(out, "deepobs-svhn", pair[0], seed)),
				events(t, study.TracePath(out, "deepobs-svhn", pair[1], seed))
			if a != b {
				t.Errorf("%s differs from %s at constant cost", pair[1], pair[0])
			}
		}
	}
}

// events is a trace without its header and its end.
func events(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(b), "\n")
	return strings.Join(lines[1:len(lines)-2], "")
}

// TestMissingCells: a table with a missing cell is refused with file, row and column, unless it is to leave such rows
// out.
func TestMissingCells(t *testing.T) {
	table := write(t, "table.jsonl", `{"table":1,"metric":{"name":"err","kind":"error","unit":"percent","higher_is_better":false}}
{"config":{"a":1},"epochs":[1],"values":[5],"joules":[7]}
{"config":{"a":2},"epochs":[1],"values":[6]}
{"config":{"a":3},"epochs":[1],"values":[4],"joules":[9]}
`)
	config := func(missing string) string {
		return write(t, "t.yaml",
			fmt.Sprintf("seeds: 1\nbudget: {trainings: 3}\ntasks: [{name: t, table: {path: %s%s}}]\nmethods: [rs]\n",
				table, missing))
	}
	if code, _, stderr := call(t, "", "run", "-config", config(""), "-out", t.TempDir()); code != program.Failed ||
		!strings.Contains(stderr, "line 3, column joules") {
		t.Errorf("%d, %s", code, stderr)
	}
	if code, _, stderr := call(t, "", "run", "-config", config(", missing: drop"), "-out", t.TempDir()); code != 0 {
		t.Errorf("with missing: drop: %s", stderr)
	}
}

// TestNextReadsLogs: runs in our own log are taken by the bundle's metric, their energy without what was spent before
// the first epoch; what cannot be used is said, and a log without any such run is refused.
func TestNextReadsLogs(t *testing.T) {
	dir := t.TempDir()
	lay := func(name, config, metric, values string) {
		text := `{"eahas_log": 1, "run": "` + name + `", "config": ` + config +
			`, "metrics": {"` + metric + `": {"kind": "accuracy", "unit": "fraction", "split": "test"}}}
{"epoch": 0, "metrics": {}, "seconds": 1, "joules": 400}
` + values + "\n" + `{"end": "finished"}` + "\n"
		if err := os.WriteFile(filepath.Join(dir, name+".jsonl"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := artifacts.Open(bundle)
	if err != nil {
		t.Fatal(err)
	}
	space := s.Spec().Space
	c, err := space.Sample(stream.New(1))
	if err != nil {
		t.Fatal(err)
	}
	config, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	name := s.Spec().Metric.Name
	lay("a", string(config), name, `{"epoch": 1, "metrics": {"`+name+`": 0.41}, "seconds": 3, "joules": 2400}
{"epoch": 2, "metrics": {"`+name+`": 0.63}, "seconds": 5, "joules": 4400}`)
	lay("b", `{"unheard_of": 1}`, name, `{"epoch": 1, "metrics": {"`+name+`": 0.5}, "seconds": 3, "joules": 2400}`)
	var said bytes.Buffer
	trials, err := openTrials(t.Context(), dir, s.Spec(), &said)
	if err != nil || len(trials) != 1 {
		t.Fatalf("%+v, %v", trials, err)
	}
	if one := trials[0]; one.Value != 63 || one.Epochs != 2 || one.Joules != 4000 ||
		one.Config.Key() != space.Canonical(c).Key() {
		t.Errorf("%+v", one)
	}
	if !strings.Contains(said.String(), "1 of 2 runs were left out") {
		t.Errorf("said %q", said.String())
	}
	if code, stdout, stderr := call(t, "", "next", "-k", "1", "-beyond", "-log", filepath.Join(dir, "a.jsonl"),
		bundle); code != 0 || !strings.Contains(stdout, "the log has no whole training") {
		t.Errorf("%d\n%s\n%s", code, stdout, stderr)
	}
	for file, want := range map[string]string{filepath.Join(dir, "b.jsonl"): "none of its 1 runs",
		write(t, "x.txt", "hello\n"): "neither lines"} {
		if code, _, stderr := call(t, "", "next", "-log", file, bundle); code != program.Failed ||
			!strings.Contains(stderr, want) {
			t.Errorf("%s: %d, %s", file, code, stderr)
		}
	}
	dir = t.TempDir()
	lay("c", string(config), "val_f1", `{"epoch": 1, "metrics": {"val_f1": 0.5}}`)
	if code, _, stderr := call(t, "", "next", "-log", dir, bundle); code != program.Failed ||
		!strings.Contains(stderr, "no metric") {
		t.Errorf("another metric: %d, %s", code, stderr)
	}
}

// twoConfigs draws two configurations of a bundle's space and makes tables of them: a column for each axis and further
// ones, and a row of the first, one of the second and more of the second.
func twoConfigs(t *testing.T, spec artifacts.Spec) (configs [2]features.Config,
	table func(columns string, rows ...string) string) {
	var head []string
	var cells [2][]string
	for k := range configs {
		var err error
		if configs[k], err = spec.Space.Sample(stream.New(uint64(k + 1))); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range spec.Space.Params {
		head = append(head, p.Name)
		for k, c := range configs {
			cells[k] = append(cells[k], c[p.Name].String())
		}
	}
	return configs, func(columns string, rows ...string) string {
		text := strings.Join(head, ",") + columns + "\n"
		for i, r := range rows {
			text += strings.Join(cells[min(i, 1)], ",") + r + "\n"
		}
		return text
	}
}

// TestNextReadsTables: a table with a column for each axis is read by the names of its columns, whatever its format.
func TestNextReadsTables(t *testing.T) {
	s, err := artifacts.Open(bundle)
	if err != nil {
		t.Fatal(err)
	}
	spec := s.Spec()
	configs, table := twoConfigs(t, spec)
	c, metric := configs[0], spec.Metric.Name
	objects, err := json.Marshal([]any{map[string]any{"config": c, "value": 61.5, "energy_kwh": 2}})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		file, text    string
		n             int
		value, joules float64
		said          string
	}{
		"percentages":    {"t.csv", table(","+metric+",joules,note", ",61.5,7200000,a", ",70,1,b"), 2, 61.5, 7.2e6, ""},
		"fractions":      {"t.csv", table(","+metric, ",0.615", ",0.7"), 2, 61.5, math.NaN(), "taken for fractions"},
		"a unit":         {"t.csv", table(",value,energy_kWh", ",61.5,2"), 1, 61.5, 7.2e6, ""},
		"an empty row":   {"t.csv", table(","+metric, ",61.5", ","), 1, 61.5, math.NaN(), "1 of 2 rows were left out"},
		"rows of epochs": {"t.csv", table(",epoch,"+metric, ",1,20", ",1,50", ",2,61.5"), 2, 20, math.NaN(), ""},
		"an array":       {"t.json", string(objects), 1, 61.5, 7.2e6, ""},
	} {
		var said bytes.Buffer
		trials, err := openTrials(t.Context(), write(t, test.file, test.text), spec, &said)
		if err != nil || len(trials) != test.n {
			t.Errorf("%s: %d trainings, %v", name, len(trials), err)
			continue
		}
		one := trials[0]
		if one.Value != test.value || one.Config.Key() != spec.Space.Canonical(c).Key() ||
			one.Joules != test.joules && !(math.IsNaN(one.Joules) && math.IsNaN(test.joules)) {
			t.Errorf("%s: %+v", name, one)
		}
		if !strings.Contains(said.String(), test.said) || test.said == "" && said.Len() > 0 {
			t.Errorf("%s: said %q", name, said.String())
		}
	}
	for text, want := range map[string]string{table(",val_f1", ",1"): "no column",
		table(","+metric, ",x"): "none of its 1 rows"} {
		if code, _, stderr := call(t, "", "next", "-log", write(t, "t.csv", text), bundle); code != program.Failed ||
			!strings.Contains(stderr, want) {
			t.Errorf("%s: %d, %s", text, code, stderr)
		}
	}
}
