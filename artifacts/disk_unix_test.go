//go:build unix

package artifacts

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fullDisk names the folder that the child process of TestFullDisk saves to.
const fullDisk = "EAHAS_TEST_FULL_DISK"

// TestFullDisk saves in a process that may write no file above 1,000 bytes: Save fails, an older bundle stays as it is,
// and nothing is left beside it.
func TestFullDisk(t *testing.T) {
	if dir := os.Getenv(fullDisk); dir != "" {
		saveOnFullDisk(t, dir)
		return
	}
	_, dir := saved(t)
	before := readAll(t, dir)
	cmd := exec.Command(os.Args[0], "-test.run=^TestFullDisk$")
	cmd.Env = append(os.Environ(), fullDisk+"="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "PASS") {
		t.Fatalf("%v\n%s", err, out)
	}
	if !reflect.DeepEqual(before, readAll(t, dir)) {
		t.Error("the older bundle was changed")
	}
	onlyEntry(t, dir)
}

func saveOnFullDisk(t *testing.T, dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 1000, Max: 1000}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	info := testInfo()
	info.Replace, info.RootSeed = true, 99
	for _, dir := range []string{dir, filepath.Join(filepath.Dir(dir), "another")} {
		if err := testSurrogate(t).Save(context.Background(), dir, info); !errors.Is(err, syscall.EFBIG) {
			t.Errorf("save %s: %v, wanted EFBIG", dir, err)
		}
	}
}

// TestPipeIsRefused: a named pipe in the place of a file does not hang Open.
func TestPipeIsRefused(t *testing.T) {
	_, dir := saved(t)
	path := filepath.Join(dir, "curve.predictor.bin")
	must(t, os.Remove(path), syscall.Mkfifo(path, 0o666))
	refused := make(chan error, 1)
	go func() {
		_, err := Open(dir)
		refused <- err
	}()
	select {
	case err := <-refused:
		if !errors.Is(err, ErrChecksum) {
			t.Errorf("got %v, wanted ErrChecksum", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("Open hangs")
	}
}
