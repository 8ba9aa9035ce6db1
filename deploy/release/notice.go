package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
)

// licenceFile are the names under which modules keep what must go with their code.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|authors)([.-].*)?$`)

// licensedBy names the modules whose licence lies elsewhere. The old modules of gonum have none of their own: their
// READMEs point to github.com/gonum/license, whose text is that of today's gonum.
var licensedBy = map[string]string{
	"github.com/gonum/blas":   "gonum.org/v1/gonum",
	"github.com/gonum/lapack": "gonum.org/v1/gonum",
	"github.com/gonum/matrix": "gonum.org/v1/gonum",
}

// notice is the text of the licences of all modules that are linked into a program. A module without one is an error:
// it may not be handed on.
func notice(ctx context.Context, modules []*debug.Module) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("eahas is under the licence in the file LICENSE. It holds the modules below, each under its own, " +
		"and the " +
		"standard library of\nGo, whose licence comes last.\n")
	dirs := map[string]string{}
	for _, m := range modules {
		found, err := exec.CommandContext(ctx, "go", "mod", "download", "-json", m.Path+"@"+m.Version).Output()
		if err != nil {
			return nil, fmt.Errorf("go mod download %s@%s: %w", m.Path, m.Version, err)
		}
		var at struct{ Dir string }
		if err := json.Unmarshal(found, &at); err != nil {
			return nil, err
		}
		dirs[m.Path] = at.Dir
	}
	for _, m := range modules {
		dir := dirs[m.Path]
		if by, ok := licensedBy[m.Path]; ok {
			dir = dirs[by]
		}
		if err := addLicences(&out, m.Path+" "+m.Version, dir); err != nil {
			return nil, err
		}
	}
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	err = addLicences(&out, "Go", string(bytes.TrimSpace(root)))
	return out.Bytes(), err
}

// addLicences writes the licences that lie in a module's folder.
func addLicences(out *bytes.Buffer, name, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	none := true
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		none = false
		fmt.Fprintf(out, "\n%s\n%s: %s\n\n%s\n", "----------------------------------------------------------------",
			name,
			e.Name(), bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))))
	}
	if none {
		return errors.New(name + " has no file with its licence: it may not be handed on")
	}
	return nil
}
