package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"eahas/eval"
	"eahas/internal/atomicfolder"
)

// Names of the files of a report.
const (
	TextFile = "report.txt"
	JSONFile = "report.json"
	HTMLFile = "report.html"
)

// Files renders r: report.txt, report.json and report.html.
func Files(r Report) ([]atomicfolder.Content, error) {
	var out []atomicfolder.Content
	for _, f := range []struct {
		name   string
		render func(io.Writer, Report) error
	}{{TextFile, Text}, {JSONFile, JSON}, {HTMLFile, HTML}} {
		var b bytes.Buffer
		if err := f.render(&b, r); err != nil {
			return nil, fmt.Errorf("report: rendering %s: %w", f.name, err)
		}
		out = append(out, atomicfolder.Content{Name: f.name, Data: b.Bytes()})
	}
	return out, nil
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
