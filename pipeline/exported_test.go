package pipeline

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/pipeline/recipe"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// The built-in run is whole: it says that it is simulated, and what it freezes is one of its variants.
func TestDefault(t *testing.T) {
	c, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := recipe.Find(c.Variants, c.Freeze); !ok || c.Simulate == nil || c.Simulate.Trials != 1200 ||
		v.Name != "bezier+gbdt-quick" || c.Space.Param("w0") == nil {
		t.Errorf("%+v", c)
	}
}

// The folder that is given goes before that of the environment, and that before the one beside the repository.
func TestDataDir(t *testing.T) {
	t.Setenv("EAHAS_DATA", "")
	if got := DataDir(""); got != filepath.Join("..", "shared", "data") {
		t.Error(got)
	}
	t.Setenv("EAHAS_DATA", "logs")
	if a, b := DataDir(""), DataDir("mine"); a != "logs" || b != "mine" {
		t.Errorf("%q, %q", a, b)
	}
}

// The chosen variants take the place of the config's, whose own settings go with their names; the first is frozen.
func TestChoose(t *testing.T) {
	c, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	c.Variants[1].Intervals = recipe.NoIntervals
	if err := c.Choose([]string{"svd+knn", "bezier+gbdt-quick"}); err != nil {
		t.Fatal(err)
	}
	if len(c.Variants) != 2 || c.Variants[0].Name != "svd+knn" || c.Variants[0].Regressor.Kind != "knn" ||
		c.Variants[1].Intervals != recipe.NoIntervals || c.Freeze != "svd+knn" {
		t.Errorf("%+v, freeze %s", c.Variants, c.Freeze)
	}
	if err := c.Choose([]string{"svd+magic"}); !errors.Is(err, ErrConfig) {
		t.Errorf("%v", err)
	}
}

// An axis that is the total time in other words is named, unless the config calls it a setting.
func TestLeaksOfAConfig(t *testing.T) {
	var in arrowio.Result
	for i := range 40 {
		seconds := 50 + 7*float64(i*13%40)
		in.Trials = append(in.Trials, trial.Trial{Config: features.Pack(features.Config{
			"lr":    features.Number(float64(i*29%40) / 40),
			"hours": features.Number(seconds / 3600)}), TrainTime: trial.Cost{Mean: math.NaN(), Total: seconds},
			TrainEnergy: trial.Cost{Mean: math.NaN(), Total: math.NaN()}})
	}
	c := &Config{}
	c.Space.Space = features.Space{Params: []features.Param{{Name: "lr"}, {Name: "hours"}}}
	if got := Leaks(c, &in); len(got) != 1 || !strings.HasPrefix(got[0], "axis hours alone foretells the total time") {
		t.Errorf("%q", got)
	}
	c.Settings = []string{"hours"}
	if got := Leaks(c, &in); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// Simulated logs are files that the reader takes; they are not written over.
func TestSimulatedLogsAreWritten(t *testing.T) {
	s := SimulateLogs{Space: "eahas-cifar10", Trials: 12, Seed: 3, Layout: trial.Wide,
		Format: arrowio.Format{}, Stem: filepath.Join(t.TempDir(), "made", "log")}
	paths, err := s.Write(t.Context())
	if err != nil || len(paths) != 1 {
		t.Fatalf("%v, %v", paths, err)
	}
	b, err := os.ReadFile(paths[0])
	if err != nil || !strings.HasPrefix(string(b), "PAR1") || !strings.HasSuffix(string(b), "PAR1") {
		t.Errorf("%s is no Parquet file of %d bytes (%v)", paths[0], len(b), err)
	}
	if _, err := s.Write(t.Context()); !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("written over: %v", err)
	}
	s.Replace = true
	if again, err := s.Write(t.Context()); err != nil || !slices.Equal(again, paths) {
		t.Errorf("%v, %v", again, err)
	}
}

// A report that was kept as JSON is written again as page and text.
func TestRerender(t *testing.T) {
	dir := t.TempDir()
	if err := Rerender(t.Context(), filepath.Join("..", "report", "testdata", "report.json"), dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "report.txt"))
	if err != nil || !strings.Contains(string(text), "deepobs") {
		t.Errorf("%v: %.200s", err, text)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil || !strings.Contains(string(page), "<html") {
		t.Errorf("%v: %.200s", err, page)
	}
	if err := Rerender(t.Context(), filepath.Join(dir, "nowhere.json"), dir); err == nil {
		t.Error("a report that is not there was written again")
	}
}

// The table names each column of a log, and what it was taken for.
func TestLookedTable(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("lr,val_acc\n")
	for i := range 12 {
		rows.WriteString(strings.Join([]string{features.Number(float64(i%5) / 10).String(),
			features.Number(float64(20+i*7%13) / 100).String()}, ",") + "\n")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "log.csv"), []byte(rows.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := Look(t.Context(), "case", []string{"log.csv"}, LookOptions{DataDir: dir, Work: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	l.WriteTable(&out)
	for _, want := range []string{"log.csv", "lr", "axis", "val_acc", "final metric", "accuracy, fraction"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}
