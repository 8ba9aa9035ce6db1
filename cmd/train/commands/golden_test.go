package commands

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files again")

// TestGolden runs commands as a user does and compares all that they write, and their exit code. Folders of the machine
// are written as DIR.
func TestGolden(t *testing.T) {
	t.Parallel()
	config, dir := logs(t, runs(25))
	out := filepath.Join(dir, "out")
	for _, c := range []struct { // in this order: the second run finds what the first has left
		name string
		args []string
	}{
		{"help", []string{"-h"}},
		{"help-run", []string{"run", "-h"}},
		{"help-compare", []string{"compare", "-h"}},
		{"bad-command", []string{"rum"}},
		{"bad-flag", []string{"run", "-confg", "x.yaml"}},
		{"no-config", []string{"run", "-config", filepath.Join(dir, "absent.yaml")}},
		{"bad-variant", []string{"run", "-quiet", "-config", config, "-variants", "w"}},
		{"run", []string{"run", "-quiet", "-config", config, "-data", dir, "-out", out}},
		{"run-again", []string{"run", "-quiet", "-config", config, "-data", dir, "-out", out}},
		{"evaluate", []string{"evaluate", "-quiet", "-config", config, "-data", dir, "-out",
			filepath.Join(dir, "scores")}},
	} {
		stdout, stderr, code := train(t, c.args...)
		got := fmt.Sprintf("%s-- stderr --\n%s-- exit code %d --\n", stdout, stderr, code)
		golden(t, c.name, strings.ReplaceAll(got, dir, "DIR"))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s:\ngot:\n%s\nwanted:\n%s", path, got, want)
	}
}
