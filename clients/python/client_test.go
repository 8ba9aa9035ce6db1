// Package python holds the Go side of the Python client: the test that runs its tests.
package python

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"eahas/internal/fixture"
)

// TestPythonClient runs pytest and the example.
func TestPythonClient(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	bundle := filepath.Join(here, "..", "..", "artifacts", "testdata", "v1-gbdt-bezier")
	for _, args := range [][]string{
		{"-m", "pytest", "-q", "-p", "no:cacheprovider"},
		{filepath.Join("examples", "ask_and_tell.py"), bundle, "40"},
	} {
		cmd := exec.Command(python, args...)
		cmd.Env = append(os.Environ(), "PYTHONPATH="+here, "PYTHONDONTWRITEBYTECODE=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
			continue
		}
		t.Logf("%s", out)
	}
}
