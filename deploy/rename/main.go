// Command rename gives the module another path, so that other modules can import it from where it is published:
//
//	go run ./deploy/rename github.com/you/eahas
//
// It changes go.mod and the imports of every Go file. Look at the change (git diff), then go build ./... and go test
// ./....
package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "rename: want one argument, the new module path")
		os.Exit(2)
	}
	if err := rename(".", os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "rename:", err)
		os.Exit(1)
	}
}

// rename changes the module in dir.
func rename(dir, to string) error {
	mod := filepath.Join(dir, "go.mod")
	b, err := os.ReadFile(mod)
	if err != nil {
		return err
	}
	from, err := modulePath(b)
	if err != nil {
		return err
	}
	edit := exec.Command("go", "mod", "edit", "-module", to) // refuses what is no module path
	edit.Dir = dir
	if out, err := edit.CombinedOutput(); err != nil {
		return fmt.Errorf("go mod edit: %w\n%s", err, out)
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || isModule(path)):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		return rewrite(path, from, to)
	})
}

// isModule reports whether a folder is a module of its own.
func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

func modulePath(mod []byte) (string, error) {
	for line := range bytes.Lines(mod) {
		if path, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("module ")); ok {
			return string(path), nil
		}
	}
	return "", errors.New("go.mod names no module")
}

// rewrite changes the imports of a Go file.
func rewrite(path, from, to string) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, src, parser.ImportsOnly)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	last := 0
	for _, i := range f.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return err
		}
		rest, ok := strings.CutPrefix(name+"/", from+"/")
		if !ok {
			continue
		}
		at := set.Position(i.Path.Pos()).Offset
		out.Write(src[last:at])
		out.WriteString(strconv.Quote(strings.TrimSuffix(to+"/"+rest, "/")))
		last = at + len(i.Path.Value)
	}
	if last == 0 {
		return nil
	}
	out.Write(src[last:])
	b, err := format.Source(out.Bytes()) // sorts the imports
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}
