package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"eahas/eval"
	"eahas/internal/atomicfile"
)

// Names of the files that Write makes.
const (
	TextFile = "report.txt"
	JSONFile = "report.json"
	HTMLFile = "report.html"
)

// Write renders r into dir, which is made if it is absent: report.txt, report.json and report.html. Each file is
// written under a temporary name, flushed and renamed, so a reader never sees half of one.
func Write(dir string, r Report) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	for _, f := range []struct {
		name   string
		render func(io.Writer, Report) error
	}{{TextFile, Text}, {JSONFile, JSON}, {HTMLFile, HTML}} {
		var b bytes.Buffer
		if err := f.render(&b, r); err != nil {
			return fmt.Errorf("report: rendering %s: %w", f.name, err)
		}
		if err := atomicfile.Write(filepath.Join(dir, f.name), b.Bytes()); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	return nil
}

// JSON writes r as indented JSON with the fields in the order of their declaration; numbers that are not finite are
// null.
func JSON(w io.Writer, r Report) error {
	if r.Rows == nil {
		r.Rows = []eval.Row{}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// Read reads what JSON wrote.
func Read(path string) (Report, error) {
	var r Report
	b, err := os.ReadFile(path)
	if err != nil {
		return r, fmt.Errorf("report: %w", err)
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("report: %s: %w", path, err)
	}
	return r, nil
}
