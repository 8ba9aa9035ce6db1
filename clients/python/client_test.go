// Package python holds the Go side of the Python client: the test that runs its tests.
package python

import (
	"os"
	"os/exec"
	"testing"

	"eahas/internal/fixture"
)

// TestPythonClient runs pytest, which runs the examples, too; in CI the step python of .ci/run does, on a larger
// bundle.
func TestPythonClient(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-m", "pytest", "-q", "-p", "no:cacheprovider")
	if os.Getenv("CI") == "true" {
		cmd.Args = append(cmd.Args, "--ignore=tests/test_examples.py")
	}
	cmd.Env = append(os.Environ(), "PYTHONPATH="+here, "PYTHONDONTWRITEBYTECODE=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// TestInOtherLibraries runs the tests of what works inside of other libraries where Keras, Optuna, CodeCarbon and
// syne-tune are, and, if EAHAS_PYTHON_TORCH names a Python that has them, where PyTorch, Lightning and transformers
// are: those take gigabytes, so no run of all tests installs them; tests/test_callback_contracts.py holds what they
// call.
func TestInOtherLibraries(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	run := func(t *testing.T, python, backend string, tests ...string) {
		cmd := exec.Command(python, append([]string{"-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"},
			tests...)...)
		cmd.Env = append(os.Environ(), "PYTHONPATH="+here, "PYTHONDONTWRITEBYTECODE=1", "KERAS_BACKEND="+backend)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		t.Logf("%s", out)
	}
	t.Run("keras", func(t *testing.T) {
		run(t, fixture.Tool(t, "EAHAS_PYTHON_INTAKE"), "jax",
			"tests/test_callbacks.py", "tests/test_log_meters.py::test_codecarbon_itself", "tests/test_synetune.py")
	})
	t.Run("torch", func(t *testing.T) {
		python := os.Getenv("EAHAS_PYTHON_TORCH")
		if python == "" {
			t.Skip("set EAHAS_PYTHON_TORCH to a Python with torch, lightning, transformers, accelerate, " +
				"scikit-learn, pyarrow and pytest")
		}
		run(t, python, "torch", "tests/test_callbacks.py", "tests/test_callback_contracts.py",
			"tests/test_digits_sweep.py")
	})
}
