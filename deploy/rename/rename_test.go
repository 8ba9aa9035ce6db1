package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// TestRename renames a copy of the whole module and builds what a consumer of bundles imports.
func TestRename(t *testing.T) {
	dir := t.TempDir()
	copyModule(t, dir)
	if err := rename(dir, "example.org/group/surrogates"); err != nil {
		t.Fatal(err)
	}
	left := goTool(t, dir, "list", "-e", "-test", "-deps", "-f", "{{.ImportPath}} {{.Error}}", "./...")
	for line := range strings.Lines(left) {
		if strings.HasPrefix(line, "eahas") || strings.Contains(line, "eahas/") {
			t.Fatalf("still called by the old path: %s", line)
		}
	}
	goTool(t, dir, "build", "./artifacts/...")
	goTool(t, dir, "vet", "./deploy/rename")
}

func TestRenameRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := rename(dir, "example.org/x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no go.mod: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module eahas\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := rename(dir, "no path at all"); err == nil || !strings.Contains(err.Error(), "no path at all") {
		t.Errorf("a bad path: %v", err)
	}
}

// TestOutside imports the module from another one, as docs/program.md says, while it has no address.
func TestOutside(t *testing.T) {
	here, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	const program = `package main

import (
	"fmt"

	"eahas/artifacts"
)

func main() { fmt.Println(artifacts.CodeVersion) }
`
	for _, c := range []struct {
		name string
		set  func(t *testing.T, dir string)
	}{
		{"replace", func(t *testing.T, dir string) {
			goTool(t, dir, "mod", "edit", "-require=eahas@v0.0.0", "-replace=eahas="+here)
			sums, err := os.ReadFile(filepath.Join(here, "go.sum")) // go mod tidy asks the network for them
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Setenv("GOFLAGS", "-mod=mod")
		}},
		{"workspace", func(t *testing.T, dir string) { goTool(t, dir, "work", "init", ".", here) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			// A workspace asks for modules of which no package is built here: nothing else may have brought them yet.
			t.Setenv("GOFLAGS", "")
			dir := t.TempDir()
			goTool(t, dir, "mod", "init", "example.org/outside")
			if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o644); err != nil {
				t.Fatal(err)
			}
			c.set(t, dir)
			if out := goTool(t, dir, "run", "."); !strings.HasPrefix(out, "0.") {
				t.Errorf("the program says %q", out)
			}
		})
	}
}

func goTool(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("go", args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// copyModule copies go.mod, go.sum, the Go files and what they embed.
func copyModule(t *testing.T, to string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && rel != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		if info, err := d.Info(); err != nil || info.Size() > 1<<20 {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}
