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

	"eahas/artifacts"
	"eahas/internal/stream"
	"eahas/report"
)

// batchLog is n runs of three axes with a final accuracy, joules and seconds. Every run is made from its number alone,
// so that batches can overlap. With shift the energy is that many times the usual one.
func batchLog(from, n int, gpus []string, shift float64) string {
	var b strings.Builder
	b.WriteString("run,lr,width,gpu,val_accuracy,energy_j,time_s\n")
	for i := from; i < from+n; i++ {
		r := stream.New(uint64(i), "batch")
		lr, width, g := math.Pow(10, -1-2*r.Float64()), 16*(1+r.IntN(8)), r.IntN(len(gpus))
		speed := []float64{1, .6, 3}[g]
		time := float64(width) / speed * math.Exp(.03*r.NormFloat64())
		fmt.Fprintf(&b, "%d,%.4g,%d,%s,%.3f,%.5g,%.5g\n", i, lr, width, gpus[g],
			90-8*math.Pow(math.Log10(lr)+2, 2)+.3*r.NormFloat64(), time*250*shift*math.Exp(.03*r.NormFloat64()), time)
	}
	return b.String()
}

const batchConfig = `name: batches
seed: 3
logs:
  - path: [old.csv]
    layout: wide
    id: run
    params: [lr, width, gpu]
    final: {column: val_accuracy, kind: accuracy, unit: percent}
    energy: {column: energy_j, unit: J, shape: total}
    time: {column: time_s, unit: s, shape: total}
space:
  params:
    - {name: lr, kind: log, low: 0.001, high: 0.1}
    - {name: width, kind: integer, low: 16, high: 128, step: 16}
    - {name: gpu, kind: choice, choices: [a40, v100]}
variants: [{name: small, base: grid+linear, cost: linear}]
`

// batchBundle trains on 60 runs in a folder of its own, and writes further logs there.
func batchBundle(t *testing.T, files map[string]string) (bundle, dir string) {
	t.Helper()
	dir = t.TempDir()
	files["old.csv"] = batchLog(0, 60, []string{"a40", "v100"}, 1)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Parse("batches.yaml", []byte(batchConfig))
	if err != nil {
		t.Fatal(err)
	}
	bundle = filepath.Join(dir, "first")
	if _, err := Run(t.Context(), c, Options{DataDir: dir, Out: bundle}); err != nil {
		t.Fatal(err)
	}
	return bundle, dir
}

// news runs from a bundle and returns what the new one's report says is new.
func news(t *testing.T, f From, o Options) (*report.News, report.Report) {
	t.Helper()
	if _, err := RunFrom(t.Context(), f, o); err != nil {
		t.Fatal(err)
	}
	rep, err := report.Read(filepath.Join(o.Out, report.JSONFile))
	if err != nil || rep.News == nil {
		t.Fatalf("no news in the report: %v", err)
	}
	return rep.News, rep
}

// TestRunFromSaysWhatIsNew: a batch like the old one is no surprise and misses no more than it may; one with another
// meter is missed; the config that the new bundle carries gives the same models by itself; and the new bundle can be
// gone on from.
func TestRunFromSaysWhatIsNew(t *testing.T) {
	bundle, dir := batchBundle(t, map[string]string{
		"alike.csv": batchLog(100, 60, []string{"a40", "v100"}, 1),
		"other.csv": batchLog(200, 60, []string{"a40", "v100", "h100"}, 1.5),
	})
	second := filepath.Join(dir, "second")
	n, rep := news(t, From{Bundle: bundle, Paths: []string{filepath.Join(dir, "alike.csv")}},
		Options{DataDir: dir, Out: second})
	if n.New != 60 || n.Old != 60 || n.Known != 0 || len(n.Space) != 0 || n.Refused != 0 || n.Compared != 60 {
		t.Errorf("%+v", n)
	}
	if len(n.Missed) != 3 || n.Missed[0].More || n.Missed[1].More || n.Missed[2].More || n.Missed[0].Asked != 60 {
		t.Errorf("missed %+v", n.Missed)
	}
	if slices.ContainsFunc(n.Drift, func(d report.Drift) bool { return d.Drifted }) || len(n.Drift) != 3 {
		t.Errorf("drift %+v", n.Drift)
	}
	if len(rep.Diffs) == 0 || rep.Diffs[0].A != "first" || rep.Diffs[0].B != "retrained" || rep.Diffs[0].N != 60 {
		t.Errorf("differences %+v", rep.Diffs)
	}
	sameModels(t, second, filepath.Join(dir, "by-itself"), dir)

	third := filepath.Join(dir, "third")
	n, _ = news(t, From{Bundle: second, Paths: []string{filepath.Join(dir, "other.csv")}},
		Options{DataDir: dir, Out: third})
	if n.New != 60 || n.Old != 120 || len(n.Space) != 1 || n.Space[0] != fmt.Sprintf("gpu: new are h100 (in %d trials)",
		n.Refused) || n.Refused < 10 || n.Refused > 30 {
		t.Errorf("%+v", n)
	}
	if m := n.Missed[1]; m.Target != artifacts.EnergyTotal || !m.More || m.Missed < m.Asked*3/4 || len(m.Worst) != 10 ||
		m.Asked != 60-n.Refused || m.P > 1e-9 {
		t.Errorf("missed %+v", m)
	}
	if n.Missed[0].More || n.Missed[2].More {
		t.Errorf("time and accuracy did not change: %+v", n.Missed)
	}
	b, err := artifacts.Open(third)
	if err != nil {
		t.Fatal(err)
	}
	if s := b.Spec().Space; s.Param("gpu").Index(s.Param("gpu").Choices[2]) != 2 ||
		s.Param("gpu").Choices[2].String() !=
			"h100" {
		t.Errorf("the space %+v", s.Param("gpu"))
	}
	again, err := RunFrom(t.Context(), From{Bundle: second, Paths: []string{filepath.Join(dir, "other.csv")}},
		Options{DataDir: dir, Out: third})
	if err != nil || !again.UpToDate {
		t.Errorf("the same call again: %+v, %v", again, err)
	}
}

// sameModels runs the config that a bundle carries, and compares all but the reports.
func sameModels(t *testing.T, bundle, out, data string) {
	t.Helper()
	b, err := artifacts.OpenBundle(bundle)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse("resolved", []byte(b.Info.Config))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), c, Options{DataDir: data, Out: out, Workers: 1}); err != nil {
		t.Fatal(err)
	}
	o, err := artifacts.OpenBundle(out)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range b.Files {
		if ext := filepath.Ext(f.Name); ext == ".bin" || f.Name == "golden.jsonl" || f.Name == "support.json" {
			n++
			if !slices.Contains(o.Files, f) {
				t.Errorf("%s differs from that of a run of the config", f.Name)
			}
		}
	}
	if n < 5 {
		t.Errorf("only %d files compared", n)
	}
}

// TestRunFromLogsThatGrew: the bundle's own file has further rows, a table exported again holds old runs, and new runs
// alone are told from those that the bundle has seen.
func TestRunFromLogsThatGrew(t *testing.T) {
	two := []string{"a40", "v100"}
	bundle, dir := batchBundle(t, map[string]string{"export.csv": batchLog(30, 70, two, 1)})
	n, _ := news(t, From{Bundle: bundle, Paths: []string{filepath.Join(dir, "export.csv")}},
		Options{DataDir: dir, Out: filepath.Join(dir, "exported")})
	if n.New != 40 || n.Old != 60 || n.Again != 30 {
		t.Errorf("a table that holds 30 old runs: %+v", n)
	}
	n, _ = news(t, From{Bundle: bundle, Paths: []string{filepath.Join(dir, "export.csv")}, OnlyNew: true},
		Options{DataDir: dir, Out: filepath.Join(dir, "alone")})
	if n.New != 40 || n.Old != 30 || n.Missed[0].Asked != 40 {
		t.Errorf("the same alone: %+v", n)
	}
	if err := os.WriteFile(filepath.Join(dir, "old.csv"), []byte(batchLog(0, 80, two, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	n, _ = news(t, From{Bundle: bundle}, Options{DataDir: dir, Out: filepath.Join(dir, "grown")})
	if n.New != 20 || n.Old != 60 {
		t.Errorf("a file that grew: %+v", n)
	}
	if err := os.WriteFile(filepath.Join(dir, "old.csv"), []byte(batchLog(10, 80, two, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := RunFrom(t.Context(), From{Bundle: bundle}, Options{DataDir: dir, Out: filepath.Join(dir, "lost")})
	if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), "10 of the 60 runs") ||
		!strings.Contains(err.Error(), "-new-only") {
		t.Errorf("a file that lost runs: %v", err)
	}
}

// TestRunFromRefuses: each with the remedy.
func TestRunFromRefuses(t *testing.T) {
	two := []string{"a40", "v100"}
	alike := batchLog(100, 20, two, 1)
	further := strings.Replace(alike, "run,", "depth,run,", 1)
	lines := strings.Split(strings.TrimSpace(further), "\n")
	for i := range lines[1:] {
		lines[i+1] = fmt.Sprint(1+i%4, ",", lines[i+1])
	}
	bundle, dir := batchBundle(t, map[string]string{
		"renamed.csv": strings.Replace(alike, "width", "breadth", 1),
		"further.csv": strings.Join(lines, "\n") + "\n",
		"same.csv":    batchLog(5, 20, two, 1),
	})
	for name, c := range map[string]struct {
		paths []string
		data  string
		want  string
	}{
		"an axis is missing":    {[]string{"renamed.csv"}, dir, "name their columns as the old logs do"},
		"a further axis":        {[]string{"further.csv"}, dir, "depth"},
		"nothing new":           {[]string{"same.csv"}, dir, "no new run"},
		"the old logs are gone": {[]string{"further.csv"}, t.TempDir(), "-new-only"},
		"no such log":           {[]string{"absent.csv"}, dir, "absent.csv"},
	} {
		var paths []string
		for _, p := range c.paths {
			paths = append(paths, filepath.Join(dir, p))
		}
		_, err := RunFrom(t.Context(), From{Bundle: bundle, Paths: paths}, Options{DataDir: c.data,
			Out: filepath.Join(dir, "x")})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a word of %q", name, err, c.want)
		}
	}
	c, err := Parse("s.yaml", []byte("name: s\nseed: 1\nsimulate: {trials: 30}\nspace: {builtin: eahas-cifar10}\n"+
		"variants: [{name: small, base: grid+linear, cost: linear, intervals: none}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	simulated := filepath.Join(dir, "simulated")
	if _, err := Run(t.Context(), c, Options{DataDir: dir, Out: simulated}); err != nil {
		t.Fatal(err)
	}
	if _, err := RunFrom(t.Context(), From{Bundle: simulated, Paths: []string{filepath.Join(dir, "further.csv")}},
		Options{Out: filepath.Join(dir, "x")}); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(),
		"simulated") {
		t.Errorf("a simulated bundle: %v", err)
	}
}
