package export

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"eahas/artifacts"
)

// python returns the interpreter that has the libraries. Without one the test is skipped; in CI it fails.
func python(t *testing.T) string {
	t.Helper()
	p := os.Getenv("EAHAS_PYTHON")
	if p == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("EAHAS_PYTHON is not set, and in CI it must name a Python with the libraries of " +
				".ci/requirements.txt")
		}
		t.Skip("set EAHAS_PYTHON to a Python with the libraries of .ci/requirements.txt to run this test")
	}
	return p
}

// verify runs the libraries and demands that every one was there.
func verify(t *testing.T, s *artifacts.Surrogate, n int) {
	t.Helper()
	all, err := Verify(context.Background(), s, python(t), n)
	for _, d := range all {
		if d.Skipped != "" {
			t.Errorf("%s %s was skipped: %s", d.Format, d.Library, d.Skipped)
			continue
		}
		t.Logf("%-28s %-12s %-8s %-26s %.2g", d.Format, d.Library, d.Version, d.File, d.Largest)
	}
	if err != nil {
		t.Error(err)
	}
}

// verifyAll verifies surrogates by name, with the libraries in one process, and checks for each format and library
// whether it was skipped.
func verifyAll(t *testing.T, all map[string]*artifacts.Surrogate, n int, skipped func(string, Difference) bool) {
	t.Helper()
	folders, names, written := []string{}, []string{}, map[string][]Difference{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		dir := t.TempDir()
		left, err := writeCheck(dir, all[name], n)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		folders, names, written[dir] = append(folders, dir), append(names, name), left
	}
	got, err := askLibraries(t.Context(), python(t), folders...)
	if err != nil {
		t.Error(err)
	}
	for i, dir := range folders {
		if len(got[dir]) == 0 {
			t.Errorf("%s: no answers", names[i])
		}
		for _, d := range Largest(append(got[dir], written[dir]...)) {
			if want := skipped(names[i], d); want != (d.Skipped != "") {
				t.Errorf("%s: %s %s: skipped: %q, want it: %v", names[i], d.Format, d.Library, d.Skipped, want)
			}
			t.Logf("%s: %-28s %-12s %-26s %.2g", names[i], d.Format, d.Library, d.File, d.Largest)
		}
	}
}

// TestLibrariesAgree loads everything with the real libraries, for a bundle of boosted trees.
func TestLibrariesAgree(t *testing.T) {
	s, err := artifacts.Open("../testdata/v1-gbdt-bezier")
	if err != nil {
		t.Fatal(err)
	}
	verify(t, s, questionsFor(t))
}

// questionsFor is how many configurations a test asks about: all, and under the race detector (-short) fewer.
func questionsFor(t *testing.T) int {
	t.Helper()
	if testing.Short() {
		return VerifyRows / 20
	}
	return VerifyRows
}

// TestLargest keeps the first appearance's order and each pair's largest.
func TestLargest(t *testing.T) {
	got := Largest([]Difference{
		{Format: "b", Library: "x", Largest: 1}, {Format: "a", Library: "x", Largest: 2},
		{Format: "b", Library: "x", File: "f", Largest: 3},
	})
	if len(got) != 2 || got[0].Format != "b" || got[0].Largest != 3 || got[0].File != "f" || got[1].Largest != 2 {
		t.Errorf("got %+v", got)
	}
}

// TestTooFarIsAnError: a difference beyond its limit, or a number where there should be none, fails.
func TestTooFarIsAnError(t *testing.T) {
	const line = `{"format":"onnx","library":"onnxruntime","version":"1","file":"f","largest":%s}` + "\n"
	for largest, far := range map[string]bool{"1e-7": false, "1e-6": false, "1.1e-6": true, "Infinity": true} {
		all, err := readDifferences(fmt.Appendf(nil, line, largest))
		if len(all[""]) != 1 || errors.Is(err, ErrDiffers) != far {
			t.Errorf("%s: %+v, %v", largest, all, err)
		}
	}
	if _, err := readDifferences([]byte("Traceback\n")); err == nil || errors.Is(err, ErrDiffers) {
		t.Errorf("garbage: %v", err)
	}
}
