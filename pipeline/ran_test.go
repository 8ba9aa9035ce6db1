package pipeline

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"eahas/artifacts"
)

// runOn runs a config on a log that it reads as runs.csv.
func runOn(t *testing.T, config, log string) (*Result, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "runs.csv"), []byte(log), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := Parse("config.yaml", []byte(config))
	if err != nil {
		t.Fatal(err)
	}
	return Run(t.Context(), c, Options{Out: filepath.Join(t.TempDir(), "bundle"), DataDir: dir})
}

// ranOn is runOn that must not fail.
func ranOn(t *testing.T, config, log string) *Result {
	t.Helper()
	res, err := runOn(t, config, log)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// pythonSays returns what a script of the Python client prints, whose argument is the bundle's folder. The second
// reader must repeat the bundle's golden answers.
func pythonSays(t *testing.T, python, script, dir string) []byte {
	t.Helper()
	cmd := exec.Command(python, "-c", script, dir)
	cmd.Env = append(os.Environ(), "PYTHONPATH=../clients/python", "PYTHONDONTWRITEBYTECODE=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if second, err := exec.Command(python, "../artifacts/testdata/reader.py", dir).CombinedOutput(); err != nil {
		t.Errorf("the second reader: %v\n%s", err, second)
	}
	return out
}

// sameOwn fails the test unless each line of out begins with the name of one of a's own targets, in their order, and
// ends with the numbers that want gives for it, to 1e-12.
func sameOwn(t *testing.T, out []byte, a *artifacts.Answer, want func(i int) []float64) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(a.Own) {
		t.Fatalf("%s", out)
	}
	for i, line := range lines {
		fields, numbers := strings.Fields(line), want(i)
		if len(fields) <= len(numbers) || fields[0] != string(a.Own[i].Target) {
			t.Fatalf("%s: not %s and %d numbers", line, a.Own[i].Target, len(numbers))
		}
		for k, x := range numbers {
			got, err := strconv.ParseFloat(fields[len(fields)-len(numbers)+k], 64)
			if err != nil || math.Abs(got-x) > 1e-12*max(1, math.Abs(x)) {
				t.Errorf("%s: number %d is not %g", line, k, x)
			}
		}
	}
}
