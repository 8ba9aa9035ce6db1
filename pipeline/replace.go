package pipeline

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"eahas/report"
)

// reportNames are the files that evaluate, compare, merge, diff and tune write into their output folder.
var reportNames = []string{report.TextFile, report.JSONFile, report.HTMLFile, RejectedFile, SlicesFile, SlicesJSONFile,
	TimingsFile, ComparisonFile, ComparisonHTML, DisagreementsFile, TunedFile}

// onlyReports reports whether a folder holds nothing but files of a report that this program wrote: a report.json
// with what this program writes into it, and no file of another name. Such a folder may be replaced; a user's own file
// in it keeps it.
func onlyReports(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	marked := false
	for _, e := range entries {
		if !e.Type().IsRegular() || !slices.Contains(reportNames, e.Name()) {
			return false
		}
		marked = marked || e.Name() == report.JSONFile && isReport(filepath.Join(dir, e.Name()))
	}
	return marked
}

// isReport reports whether a file holds the JSON of a report of this program.
func isReport(path string) bool {
	b, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	var parts map[string]json.RawMessage
	if json.Unmarshal(b, &parts) != nil {
		return false
	}
	for _, name := range []string{"title", "dataset", "space", "curve", "variants", "rows"} {
		if parts[name] == nil {
			return false
		}
	}
	return true
}
