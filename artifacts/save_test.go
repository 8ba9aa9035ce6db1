package artifacts

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"eahas/features"
)

func testInfo() SaveInfo {
	return SaveInfo{
		CodeVersion: "test", RootSeed: math.MaxUint64, Config: "name: test\nτ: <1>\n",
		Inputs:   []InputFile{{"trials.parquet", 12, "ab"}},
		Metrics:  []MetricRow{{"bezier+fake", Curve, "all", "avg_r2", 0.9, 0.8, math.NaN(), 100}},
		Variants: []Variant{{Name: "bezier+fake", Frozen: true}},
		Reports:  []Report{{"report.txt", []byte("fine\n")}},
	}
}

// saved saves the test surrogate and returns it with its folder.
func saved(t testing.TB) (*Surrogate, string) {
	t.Helper()
	s := testSurrogate(t)
	dir := filepath.Join(t.TempDir(), "bundle")
	if err := s.Save(context.Background(), dir, testInfo()); err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func TestSavedSurrogateAnswersBitForBit(t *testing.T) {
	s, dir := saved(t)
	b, err := OpenBundle(dir)
	if err != nil {
		t.Fatal(err)
	}
	if b.MaxDifference != 0 || b.GoldenQueries < 40 {
		t.Errorf("%d golden queries differ by %g, wanted at least 40 and no difference", b.GoldenQueries,
			b.MaxDifference)
	}
	for _, c := range testConfigs(t, 200, "held out") {
		want, err := s.Query(c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Surrogate.Query(c)
		if err != nil {
			t.Fatal(err)
		}
		got.scratch, want.scratch = scratch{}, scratch{}
		if !reflect.DeepEqual(sameNaN(got), sameNaN(want)) {
			t.Fatalf("%s: opened %+v, in memory %+v", c.Key(), got, want)
		}
	}
}

// sameNaN replaces NaN by a number that no answer has, for DeepEqual.
func sameNaN(a *Answer) *Answer {
	for _, x := range []*float64{&a.EnergyTotal, &a.EnergyPerEpoch, &a.InferenceEnergy, &a.TimePerEpoch, &a.TimeTotal,
		&a.Last} {
		if math.IsNaN(*x) {
			*x = -1e300
		}
	}
	return a
}

func TestBundleKeepsWhatItWasSavedWith(t *testing.T) {
	_, dir := saved(t)
	b, err := OpenBundle(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := testInfo()
	if got := b.Info.Metrics[0]; got.Value != 0.9 || !math.IsNaN(got.CIHigh) || got.CILow != 0.8 || got.N != 100 {
		t.Errorf("metrics %+v", got)
	}
	b.Info.Metrics, want.Metrics, want.Reports = nil, nil, nil
	if !reflect.DeepEqual(b.Info, want) {
		t.Errorf("info %+v, wanted %+v", b.Info, want)
	}
	spec := b.Surrogate.Spec()
	if spec.Name != "test" || !spec.Synthetic || spec.Notice == "" || spec.Support == nil {
		t.Errorf("spec %+v", spec)
	}
}

func TestEqualBundlesAreEqualBytes(t *testing.T) {
	_, one := saved(t)
	_, two := saved(t)
	a, b := readAll(t, one), readAll(t, two)
	if len(a) < 8 || !reflect.DeepEqual(a, b) {
		t.Errorf("two saves differ: %d and %d files", len(a), len(b))
	}
	for name, data := range a {
		if bytes.Contains(data, []byte(filepath.Dir(one))) {
			t.Errorf("%s names the folder that it was written to", name)
		}
	}
}

func readAll(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = b
	}
	return out
}

func TestSaveRefusesAnExistingFolder(t *testing.T) {
	s, dir := saved(t)
	before := readAll(t, dir)
	if err := s.Save(context.Background(), dir, testInfo()); !errors.Is(err, ErrExists) {
		t.Errorf("second save: %v, wanted ErrExists", err)
	}
	if !reflect.DeepEqual(before, readAll(t, dir)) {
		t.Error("the refused save changed the bundle")
	}
	empty := t.TempDir()
	if err := s.Save(context.Background(), empty, testInfo()); !errors.Is(err, ErrExists) {
		t.Errorf("save into an empty folder: %v, wanted ErrExists", err)
	}
}

func TestReplace(t *testing.T) {
	s, dir := saved(t)
	info := testInfo()
	info.Replace, info.RootSeed = true, 7
	if err := s.Save(context.Background(), dir, info); err != nil {
		t.Fatal(err)
	}
	b, err := OpenBundle(dir)
	if err != nil || b.Info.RootSeed != 7 {
		t.Fatalf("after the replacement: %v", err)
	}
	onlyEntry(t, dir)

	other := filepath.Join(t.TempDir(), "thesis")
	if err := os.MkdirAll(filepath.Join(other, "chapters"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(context.Background(), other, info); !errors.Is(err, ErrNotBundle) {
		t.Errorf("replacing a folder that is no bundle: %v, wanted ErrNotBundle", err)
	}
	if _, err := os.Stat(filepath.Join(other, "chapters")); err != nil {
		t.Error("the folder that is no bundle was touched")
	}
}

// onlyEntry fails when anything lies beside dir.
func onlyEntry(t testing.TB, dir string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(dir) {
			t.Errorf("%s was left beside the bundle", e.Name())
		}
	}
}

func TestCancelledSaveLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := filepath.Join(t.TempDir(), "bundle")
	if err := testSurrogate(t).Save(ctx, dir, testInfo()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, wanted context.Canceled", err)
	}
	onlyEntry(t, dir)
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a bundle was written: %v", err)
	}
}

func TestSaveNamesWhatCannotBeSaved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bundle")
	heads := testHeads(t)
	heads[0].Predictor = unknownPredictor{}
	s, err := New(testSpec(), heads)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Save(context.Background(), dir, testInfo()); !errors.Is(err, ErrKind) {
		t.Errorf("unknown predictor: %v, wanted ErrKind", err)
	}
	for _, name := range []string{"../evil", "a/b", "", ".hidden", "manifest.json", "golden.jsonl", "c:evil", "α"} {
		info := testInfo()
		info.Reports = []Report{{Name: name}}
		if err := testSurrogate(t).Save(context.Background(), dir, info); err == nil {
			t.Errorf("a report called %q was saved", name)
		}
	}
	info := testInfo()
	info.Golden = []features.Config{{"lr": features.Number(5)}}
	if err := testSurrogate(t).Save(context.Background(), dir, info); !errors.Is(err, ErrConfig) {
		t.Errorf("golden configuration outside the space: %v, wanted ErrConfig", err)
	}
	onlyEntry(t, dir)
}

type unknownPredictor struct{}

func (unknownPredictor) Outputs() int                       { return 1 }
func (unknownPredictor) Predict(dst, x []float64) []float64 { dst[0] = 1; return dst }
