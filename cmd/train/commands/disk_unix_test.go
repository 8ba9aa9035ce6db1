//go:build unix

package commands

import (
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// maxFile makes the program, started as a process of its own, unable to write files of more than 20,000 bytes: the
// nearest that a test without a disk of its own comes to a full one.
const maxFile = "EAHAS_TEST_MAX_FILE"

func init() {
	if os.Getenv(maxFile) == "" {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 20_000, Max: 20_000}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		panic(err)
	}
}

func TestFullDisk(t *testing.T) {
	config, dir := logs(t, runs(25))
	out := filepath.Join(dir, "out")
	c := process(t, "run", "-quiet", "-config", config, "-data", dir, "-out", out)
	c.Env = append(c.Env, maxFile+"=1")
	b, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(b), "file too large") {
		t.Fatalf("%v, wanted an error that says why\n%s", err, b)
	}
	for path := range folder(t, dir) {
		if strings.Contains(path, "tmp") || strings.HasPrefix(path, "out/") {
			t.Errorf("left behind: %s", path)
		}
	}
	mustTrain(t, "run", "-quiet", "-config", config, "-data", dir, "-out", out)
}
