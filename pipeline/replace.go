package pipeline

import (
	"os"
	"slices"

	"eahas/report"
)

// reportNames are the files that evaluate, compare, merge, diff and tune write into their output folder.
var reportNames = []string{report.TextFile, report.JSONFile, report.HTMLFile, RejectedFile, SlicesFile, SlicesJSONFile,
	TimingsFile, ComparisonFile, ComparisonHTML, DisagreementsFile, TunedFile}

// onlyReports reports whether a folder holds nothing but files of a report that this program wrote: a report.json, and
// no file of another name. Such a folder may be replaced by a bundle; a user's own file in it keeps it.
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
		marked = marked || e.Name() == report.JSONFile
	}
	return marked
}
