package export

import (
	"context"
	"os"
	"testing"

	"eahas/artifacts"
)

// python returns the interpreter that has the libraries. Without one the test is skipped; in CI it fails.
func python(t *testing.T) string {
	t.Helper()
	p := os.Getenv("EAHAS_PYTHON")
	if p == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("EAHAS_PYTHON is not set, and in CI it must name a Python with the libraries of .ci/requirements.txt")
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

// TestLibrariesAgree loads everything with the real libraries, for a bundle of boosted trees.
func TestLibrariesAgree(t *testing.T) {
	s, err := artifacts.Open("../testdata/v1-gbdt-bezier")
	if err != nil {
		t.Fatal(err)
	}
	verify(t, s, VerifyRows)
}
