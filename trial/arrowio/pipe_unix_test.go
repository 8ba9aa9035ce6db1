//go:build unix

package arrowio

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPipes: opening one waits for a writer, which may never come.
func TestPipes(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "metrics.csv"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"metrics.csv", ".", "*.csv", "/dev/null"} {
		if _, err := list([]string{path}, dir); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", path, err)
		}
	}
}
