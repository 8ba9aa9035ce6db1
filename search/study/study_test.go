package study

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"eahas/search"
)

// bundle is a small surrogate that the repository holds.
const bundle = "../../artifacts/testdata/v1-gbdt-bezier"

const small = `name: small
seed: 1
seeds: 3
budget: {trainings: 8}
bounds: {draws: 500, climbs: 2}
tasks:
  - {bundle: ` + bundle + `, name: one}
methods: [rs, hb, {method: hb, as: again, restart: true}, {method: tpe, random: 4}, joule-ei]
`

func parsed(t testing.TB, text string) *Config {
	t.Helper()
	c, err := Parse("small.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// playAll plays a study into dir, in shares where there are some.
func playAll(t testing.TB, text, dir string, workers int, shares ...Share) *Summary {
	t.Helper()
	if shares == nil {
		shares = []Share{{}}
	}
	c := parsed(t, text)
	tasks, err := OpenTasks(t.Context(), c, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, share := range shares {
		if err := Run(t.Context(), c, tasks, dir, share, workers, nil); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Summarise(t.Context(), c, tasks, dir, workers)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// traces reads every trace and the bounds of a study.
func traces(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), "overhead") {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSameBytes: one, two and four workers write the same files, and so do three shares, whatever comes first.
func TestSameBytes(t *testing.T) {
	var want map[string]string
	for _, workers := range []int{1, 2, 4, 3} {
		dir := filepath.Join(t.TempDir(), "out[1]") // no pattern
		var shares []Share
		if workers == 3 {
			shares = []Share{{2, 3}, {0, 3}, {1, 3}}
		}
		s := playAll(t, small, dir, workers, shares...)
		for _, m := range s.Methods {
			if m.Jobs == 0 {
				t.Errorf("%d workers: nobody says what %s itself needed", workers, m.Name)
			}
		}
		got := traces(t, dir)
		if want == nil {
			want = got
			if len(want) != 5*3+2 {
				t.Fatalf("%d files: %v", len(want), slices.Sorted(maps.Keys(want)))
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%d workers write other files", workers)
		}
	}
}

// TestKilled kills a study with SIGKILL again and again; what the last, undisturbed run leaves is what an undisturbed
// one writes.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("EAHAS_STUDY_DIR"); dir != "" { // the process that is killed
		playAll(t, small, dir, 2)
		return
	}
	whole := t.TempDir()
	playAll(t, small, whole, 1)
	dir := t.TempDir()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(30+40*i)*time.Millisecond)
		cmd := exec.CommandContext(ctx, exe, "-test.run", "^TestKilled$")
		cmd.Env = append(os.Environ(), "EAHAS_STUDY_DIR="+dir)
		_ = cmd.Run() // killed
		cancel()
	}
	playAll(t, small, dir, 2)
	got, want := traces(t, dir), traces(t, whole)
	for name := range got {
		if strings.Contains(filepath.Base(name), ".tmp") || strings.HasPrefix(filepath.Base(name), ".") {
			delete(got, name) // a file that the kill left half written beside its place
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("after kills %v, undisturbed %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

// TestSummary counts a study's figures anew from its traces.
func TestSummary(t *testing.T) {
	dir := t.TempDir()
	s := playAll(t, small, dir, 2)
	ts := s.Tasks[0]
	if len(ts.Scores) != 5 || ts.TargetBy != "rs" {
		t.Fatalf("%+v", ts)
	}
	for _, sc := range ts.Scores {
		var finals []float64
		for seed := range 3 {
			tr, err := search.ReadTrace(TracePath(dir, "one", sc.Method, seed))
			if err != nil {
				t.Fatal(err)
			}
			finals = append(finals, tr.Events[tr.Events[len(tr.Events)-1].Inc].True-ts.Bounds.Best)
		}
		slices.Sort(finals)
		if float64(sc.Regret.Median) != finals[1] {
			t.Errorf("%s: median regret %v of %v", sc.Method, sc.Regret.Median, finals)
		}
		if !(sc.Volume.Median > 0 && sc.Volume.Median <= 1.0001) || sc.Curve.Median[GridPoints-1] != finals[1] {
			t.Errorf("%s: hypervolume %v, curve ends at %v", sc.Method, sc.Volume.Median, sc.Curve.Median[GridPoints-1])
		}
		for k := 1; k < GridPoints; k++ {
			if sc.VolCurve.Median[k] < sc.VolCurve.Median[k-1]-1e-12 {
				t.Errorf("%s: the hypervolume falls", sc.Method)
			}
		}
	}
	if first := ts.Scores[0].Diff; first.Value != 0 || first.Real() {
		t.Errorf("the first method differs from itself: %+v", first)
	}
	sum := 0.0
	for _, m := range s.Methods {
		sum += m.Rank[GridPoints-1]
	}
	if sum < 14.999 || sum > 15.001 { // 1 + 2 + 3 + 4 + 5
		t.Errorf("the mean ranks sum to %v", sum)
	}
}

// TestBadStudies: each is an error with its place and remedy.
func TestBadStudies(t *testing.T) {
	change := func(old, new string) string {
		if !strings.Contains(small, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(small, old, new, 1)
	}
	for name, c := range map[string]struct{ text, want string }{
		"an unknown key":    {change("seeds: 3", "sedes: 3"), "sedes"},
		"two budgets":       {change("{trainings: 8}", "{trainings: 8, joules: 3}"), "exactly one of"},
		"a negative budget": {change("{trainings: 8}", "{trainings: -8}"), "above 0"},
		"no method": {change("methods: [rs, hb, {method: hb, as: again, restart: true}, {method: tpe, "+
			"random: 4}, joule-ei]", "methods: []"), "there is none"},
		"an unknown method":   {change("[rs,", "[sa,"), "no method"},
		"an unknown setting":  {change("random: 4", "rando: 4"), "has no setting"},
		"a method twice":      {change("as: again, ", ""), "listed twice"},
		"a bundle and table":  {change("name: one}", "name: one, table: {path: x.jsonl}}"), "exactly one of"},
		"a name with a slash": {change("name: small", "name: ../small"), "name:"},
		"malformed YAML":      {"tasks: [!- x", ""},
	} {
		if _, err := Parse("small.yaml", []byte(c.text)); !errors.Is(err, ErrConfig) ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		text, want string
		is         error
	}{
		"another bundle's digest": {change("name: one}", "name: one, sha256: 00ff}"), "another one", ErrConfig},
		"below one epoch":         {change("{trainings: 8}", "{joules: 0.001}"), "first epoch", search.ErrBudget},
		"a budget in seconds":     {change("{trainings: 8}", "{seconds: 100}"), "cost: seconds", ErrConfig},
		"an unknown fixed axis": {change("name: one}", "name: one, fixed: {nothing: 3}}"), "nothing",
			search.ErrConfig},
		"no such bundle": {change(bundle, "nowhere"), "nowhere", nil},
	} {
		cfg := parsed(t, c.text)
		dir := t.TempDir()
		tasks, err := OpenTasks(t.Context(), cfg, dir, nil)
		if err == nil {
			err = Run(t.Context(), cfg, tasks, dir, Share{}, 1, nil)
		}
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestReportRefuses: a report is not written from traces that are missing, cut, changed or another bundle's.
func TestReportRefuses(t *testing.T) {
	dir := t.TempDir()
	playAll(t, small, dir, 2)
	c := parsed(t, small)
	path := TracePath(dir, "one", "hb", 1)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other := parsed(t, strings.Replace(small, "v1-gbdt-bezier", "v1-forest-bezier", 1))
	for name, run := range map[string]func() (*Config, []byte){
		"missing": func() (*Config, []byte) { return c, nil },
		"cut":     func() (*Config, []byte) { return c, whole[:len(whole)/2] },
		"changed": func() (*Config, []byte) {
			return c, bytes.Replace(whole, []byte(`"worker":0`), []byte(`"worker":1`), 1)
		},
		"another bundle": func() (*Config, []byte) { return other, whole },
	} {
		cfg, b := run()
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		if b == nil {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
		tasks, err := OpenTasks(t.Context(), cfg, t.TempDir(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Summarise(t.Context(), cfg, tasks, dir, 1); err == nil || name != "missing" &&
			!errors.Is(err, search.ErrTrace) {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.WriteFile(path, whole, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestJudge: a bundle that judges itself finds what was found, and leaves no floor.
func TestJudge(t *testing.T) {
	s := playAll(t, strings.Replace(small, "name: one}", "name: one, judge: "+bundle+"}", 1), t.TempDir(), 2)
	for _, sc := range s.Tasks[0].Scores {
		if sc.Judged != sc.Loss {
			t.Errorf("%s: found %v, judged %v", sc.Method, sc.Loss, sc.Judged)
		}
		if v := sc.Sure; v.Level == 0 && v.Held != 0 || v.Level > 0 && (v.Held != s.Seeds || !(v.Low < v.High)) {
			t.Errorf("%s: the interval does not hold what it is of: %+v", sc.Method, v)
		}
	}
	if s.Tasks[0].Floor != 0 {
		t.Errorf("floor %v", s.Tasks[0].Floor)
	}
	other := playAll(t, strings.Replace(small, "name: one}",
		"name: one, judge: "+strings.Replace(bundle, "gbdt", "forest", 1)+"}", 1), t.TempDir(), 2)
	if other.Tasks[0].Floor <= 0 {
		t.Error("another surrogate agrees everywhere")
	}
}

func TestReadTable(t *testing.T) {
	head := `{"table":1,"metric":{"name":"err","kind":"error","unit":"percent","higher_is_better":false}}`
	row := `{"config":{"a":%d},"epochs":[1],"values":[5],"joules":[7]}`
	h, rows, err := ReadTable("t.jsonl", strings.NewReader(head+"\n"+fmt.Sprintf(row, 1)+"\n"+fmt.Sprintf(row, 2)+"\n"))
	if err != nil || len(rows) != 2 || h.Metric.Name != "err" || rows[1].Joules[0] != 7 {
		t.Fatal(h, rows, err)
	}
	for name, text := range map[string]string{
		"empty": "", "no header": fmt.Sprintf(row, 1), "another format": `{"table":2}`,
		"an unknown key": head + "\n" + `{"conf":{}}`, "not JSON": head + "\nx\n",
	} {
		if _, _, err := ReadTable("t.jsonl", strings.NewReader(text)); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("tasks: [!- x"))
	f.Add([]byte("methods: [{method: 3}]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := Parse("f.yaml", b); err != nil && !errors.Is(err, ErrConfig) {
			t.Error(err)
		}
	})
}

// TestFormulas: the simulated world is a task, judges a bundle of simulated trials, and no other.
func TestFormulas(t *testing.T) {
	text := "seeds: 1\nbudget: {trainings: 4}\nbounds: {draws: 200, climbs: 2}\ntasks: [{formulas: " +
		"eahas-cifar10}]\nmethods: [rs, hb]\n"
	s := playAll(t, text, t.TempDir(), 2)
	if len(s.Tasks) != 1 || s.Tasks[0].Name != "formulas" {
		t.Errorf("%+v", s.Tasks)
	}
	for _, wrong := range []string{
		strings.Replace(text, "{formulas: eahas-cifar10}", "{bundle: "+bundle+", judge: formulas}", 1),
		strings.Replace(text, "eahas-cifar10", "nowhere", 1),
		strings.Replace(text, "{formulas: eahas-cifar10}", "{formulas: eahas-cifar10, bundle: "+bundle+"}", 1),
		strings.Replace(text, "{formulas: eahas-cifar10}", "{formulas: eahas-cifar10, judge: formulas}", 1),
	} {
		c, err := Parse("x.yaml", []byte(wrong))
		if err == nil {
			_, err = OpenTasks(t.Context(), c, t.TempDir(), nil)
		}
		if !errors.Is(err, ErrConfig) && !errors.Is(err, search.ErrTask) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
