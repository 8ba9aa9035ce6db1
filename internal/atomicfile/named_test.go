package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestErrorsNameTheFile: whatever fails, the error speaks of the file that the user asked for.
func TestErrorsNameTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.tar")
	inTheWay := filepath.Join(dir, "folder")
	if err := os.MkdirAll(filepath.Join(inTheWay, "full"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path  string
		write func(w io.WriteSeeker) error
	}{
		"writing": {path, func(w io.WriteSeeker) error {
			_ = w.(target).file.Close()
			_, err := w.Write([]byte("a"))
			return fmt.Errorf("tar: %w", err)
		}},
		"seeking": {path, func(w io.WriteSeeker) error { _, err := w.Seek(-1, io.SeekStart); return err }},
		"syncing": {path, func(w io.WriteSeeker) error { return w.(target).file.Close() }},
		"moving":  {inTheWay, func(w io.WriteSeeker) error { return nil }},
		"making":  {filepath.Join(dir, "none", "x.tar"), func(w io.WriteSeeker) error { return nil }},
	} {
		err := WriteWith(c.path, c.write)
		if err == nil || strings.Contains(err.Error(), prefix) || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := Named(errors.Join(&os.PathError{Op: "write", Path: "/a/.b.tmp1/c", Err: os.ErrInvalid}), "/a/.b.tmp1",
		"/a/b"); err.Error() != "write /a/b/c: invalid argument" {
		t.Error(err)
	}
}
