//go:build unix

package intake

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPipes: opening one waits for a writer, which may never come.
func TestPipes(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "metrics.csv")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/null"} {
		var tr tree
		if err := tr.walk(t.Context(), path); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", path, err)
		}
	}
}
