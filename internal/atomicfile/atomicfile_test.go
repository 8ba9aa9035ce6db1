package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// names lists the folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWriteReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for _, parts := range [][][]byte{{[]byte("long, "), []byte("old")}, {[]byte("new")}, nil} {
		if err := Write(path, parts...); err != nil {
			t.Fatal(err)
		}
		want := ""
		for _, p := range parts {
			want += string(p)
		}
		if got := content(t, path); got != want {
			t.Errorf("content %q, wanted %q", got, want)
		}
	}
	if got := names(t, dir); got != "a" {
		t.Errorf("the folder holds %q", got)
	}
}

// TestErrorLeavesTheOld: whatever fails, the old content stays and nothing else is left.
func TestErrorLeavesTheOld(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := Write(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	mine := errors.New("mine")
	err := WriteWith(path, func(w io.WriteSeeker) error {
		if _, err := w.Write([]byte("half")); err != nil {
			return err
		}
		if got := content(t, path); got != "old" {
			t.Errorf("while writing the file holds %q", got)
		}
		return mine
	})
	if !errors.Is(err, mine) {
		t.Errorf("error %v", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := Write(filepath.Join(dir, "folder"), []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if err := Write(filepath.Join(dir, "absent", "a"), []byte("x")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("into an absent folder: %v", err)
	}
	if got := names(t, dir); got != "a folder" || content(t, path) != "old" {
		t.Errorf("the folder holds %q, the file %q", got, content(t, path))
	}
}

// TestReaderOfTheOld keeps what it has opened.
func TestReaderOfTheOld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := Write(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := Write(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(f); err != nil || string(b) != "old" {
		t.Errorf("the open file holds %q, %v", b, err)
	}
}

// What a killed process left goes with the first write into its folder; what another process is writing stays.
func TestStaleFilesGo(t *testing.T) {
	dir := t.TempDir()
	dead, alive, theirs := filepath.Join(dir, ".tmp-AAAAAAAAAAAA"), filepath.Join(dir, ".tmp-BBBBBBBBBBBB"),
		filepath.Join(dir, ".tmp-of-somebody")
	for _, path := range []string{dead, alive, theirs} {
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	held, ok := Lock(alive)
	if !ok {
		t.Skip("the file system of the temporary folder has no locks")
	}
	defer held.Close()
	if err := Write(filepath.Join(dir, "a"), nil); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != ".tmp-BBBBBBBBBBBB .tmp-of-somebody a" {
		t.Error(got)
	}
}

// WriteNew keeps what is there.
// What a living process writes is not stale to another one that begins at any moment.
func TestOthersLeaveLivingFiles(t *testing.T) {
	if !locks {
		t.Skip("no locks here, so nothing is removed")
	}
	dir := t.TempDir()
	done := make(chan struct{})
	var others sync.WaitGroup
	for range 2 {
		others.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					cleaned.Delete(dir) // as in a process of its own
					removeStale(dir)
				}
			}
		})
	}
	for i := range 100 {
		err := WriteWith(filepath.Join(dir, "report.json"), func(w io.WriteSeeker) error {
			_, err := io.WriteString(w, "x")
			return err
		})
		if err != nil {
			t.Errorf("write %d: %v", i, err)
			break
		}
	}
	close(done)
	others.Wait()
}

func TestWriteNew(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	say := func(text string) func(w io.WriteSeeker) error {
		return func(w io.WriteSeeker) error {
			_, err := io.WriteString(w, text)
			return err
		}
	}
	if err := WriteNew(path, say("first")); err != nil {
		t.Fatal(err)
	}
	if err := WriteNew(path, say("second")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	late := func(w io.WriteSeeker) error { return os.WriteFile(filepath.Join(dir, "b"), []byte("theirs"), 0o666) }
	if err := WriteNew(filepath.Join(dir, "b"), late); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file that came meanwhile: %v", err)
	}
	if got := names(t, dir) + content(t, path) + content(t, filepath.Join(dir, "b")); got != "a bfirsttheirs" {
		t.Error(got)
	}
}
