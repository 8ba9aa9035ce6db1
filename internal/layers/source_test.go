package layers

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// module is the path of this module, whatever it was renamed to.
var module = strings.TrimSuffix(reflect.TypeFor[graph]().PkgPath(), "/internal/layers")

// graph holds the imports of each package, sorted, by its path. Paths of this module are without its own path.
type graph map[string][]string

// readModule reads the import declarations of every package below root, for all systems and tags but ignore; test files
// do not count.
func readModule(root string) (graph, error) {
	g := graph{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		if e.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" ||
				name == "shared") {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && path != root {
				return filepath.SkipDir // a module of its own
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		imports, err := importsOf(path)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		dir = filepath.ToSlash(dir)
		for i, p := range imports {
			imports[i] = strings.TrimPrefix(p, module+"/")
		}
		g.add(dir, imports)
		return nil
	})
	return g, err
}

func (g graph) add(path string, imports []string) {
	all := append(slices.Clone(g[path]), imports...)
	slices.Sort(all)
	g[path] = slices.Compact(all)
}

// importsOf returns what a file imports; nothing for a file with the tag ignore.
func importsOf(path string) ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(f.Comments, func(c *ast.CommentGroup) bool {
		return c.Pos() < f.Package && slices.ContainsFunc(c.List,
			func(l *ast.Comment) bool { return l.Text == "//go:build ignore" })
	}) {
		return nil, nil
	}
	var out []string
	for _, i := range f.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, p)
	}
	return out, nil
}

// standard reports whether a path is the standard library's: its first element has no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// readLibraries adds the packages of other modules that g's packages import, and what those import, as they are built
// here without cgo. versions is where their sources lie.
func (g graph) readLibraries(versions []library) error {
	context := build.Default
	context.CgoEnabled = false
	var queue []string
	for _, imports := range g {
		queue = append(queue, imports...)
	}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if _, done := g[path]; done || standard(path) {
			continue
		}
		dir, err := sourceOf(path, versions)
		if err != nil {
			return err
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return fmt.Errorf("the sources of %s: %w (go mod download brings them)", path, err)
		}
		g.add(path, nil)
		for _, e := range entries {
			if match, err := context.MatchFile(dir, e.Name()); err != nil || !match ||
				strings.HasSuffix(e.Name(), "_test.go") {
				continue // a file for another system
			}
			if !strings.HasSuffix(e.Name(), ".go") {
				continue
			}
			imports, err := importsOf(filepath.Join(dir, e.Name()))
			if err != nil {
				return err
			}
			g.add(path, imports)
			queue = append(queue, imports...)
		}
	}
	return nil
}

// library is a module that go.mod requires.
type library struct{ path, dir string }

// libraries reads the requirements of a go.mod; the go command writes one a line.
func libraries(goMod string) ([]library, error) {
	b, err := os.ReadFile(goMod)
	if err != nil {
		return nil, err
	}
	cache := os.Getenv("GOMODCACHE")
	if cache == "" {
		cache = filepath.Join(build.Default.GOPATH, "pkg", "mod")
	}
	var out []library
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(words) < 2 || !strings.HasPrefix(words[1], "v") || standard(words[0]) {
			continue
		}
		out = append(out, library{words[0], filepath.Join(cache,
			filepath.FromSlash(escaped(words[0])+"@"+escaped(words[1])))})
	}
	if len(out) == 0 {
		return nil, errors.New(goMod + " requires nothing")
	}
	return out, nil
}

// escaped writes a path as the module cache has it: an upper case letter as '!' and the lower case one.
func escaped(path string) string {
	var b strings.Builder
	for _, r := range path {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// sourceOf returns the folder of a library's package: in the module with the longest path that fits.
func sourceOf(path string, versions []library) (string, error) {
	var best library
	for _, l := range versions {
		if within(path, l.path) && len(l.path) > len(best.path) {
			best = l
		}
	}
	if best.path == "" {
		return "", fmt.Errorf("go.mod names no module for %s", path)
	}
	return filepath.Join(best.dir, filepath.FromSlash(strings.TrimPrefix(path, best.path))), nil
}
