package commands

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"eahas/internal/fixture"
)

// asTrain makes the test binary behave as the program itself, so that tests can start it, and kill it, as a process.
const asTrain = "EAHAS_TEST_AS_TRAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asTrain) != "" {
		os.Exit(Run(context.Background(), os.Stdout, os.Stderr, append([]string{"train"}, os.Args[1:]...)))
	}
	os.Exit(m.Run())
}

// train runs the program inside this process and returns what it printed and its exit code.
func train(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(t.Context(), &out, &errs, append([]string{"train"}, args...))
	return out.String(), errs.String(), code
}

// mustTrain is train for a call that has to succeed.
func mustTrain(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, code := train(t, args...)
	if code != 0 {
		t.Fatalf("train %s: exit code %d\n%s%s", strings.Join(args, " "), code, out, errs)
	}
	return out
}

// process prepares the program as a process of its own.
func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, args...)
	c.Env = append(os.Environ(), asTrain+"=1")
	return c
}

// root is the repository's root, seen from this package.
var root = filepath.Join("..", "..", "..")

// example returns the path of an example config and sees to it that the real logs are there.
func example(t *testing.T, name, log string) (config, data string) {
	t.Helper()
	return filepath.Join(root, "examples", name+".yaml"), filepath.Dir(fixture.Data(t, log))
}

// folder reads all files below dir, by relative path.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// sameFolder compares two folders byte for byte.
func sameFolder(t *testing.T, a, b string) {
	t.Helper()
	x, y := folder(t, a), folder(t, b)
	if len(x) < 5 || len(x) != len(y) {
		t.Fatalf("%d files in %s, %d in %s", len(x), a, len(y), b)
	}
	for name := range x {
		if x[name] != y[name] {
			t.Errorf("%s differs between %s and %s", name, a, b)
		}
	}
}
