package pipeline

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"eahas/report"
)

// A folder of a report may be replaced; one with a user's own file, a folder in it, or no report may not.
func TestOnlyReports(t *testing.T) {
	var ours bytes.Buffer
	if err := report.JSON(&ours, report.Report{}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		files []string
		want  bool
	}{
		"comparison": {[]string{"report.json", "report.txt", "report.html", "slices.txt", "timings.json"}, true},
		"mine":       {[]string{"report.json", "notes.txt"}, false},
		"no report":  {[]string{"timings.json"}, false},
		"empty":      {nil, false},
	} {
		dir := t.TempDir()
		for _, f := range c.files {
			if err := os.WriteFile(filepath.Join(dir, f), ours.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got := onlyReports(dir); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if err := os.Mkdir(filepath.Join(dir, "report.html.d"), 0o777); err != nil {
			t.Fatal(err)
		}
		if onlyReports(dir) {
			t.Errorf("%s: a folder in it", name)
		}
	}
	theirs := t.TempDir()
	err := os.WriteFile(filepath.Join(theirs, "report.json"), []byte(`{"title": "of another program"}`), 0o666)
	if err != nil {
		t.Fatal(err)
	}
	if onlyReports(theirs) {
		t.Error("a report.json of another program")
	}
	if onlyReports(filepath.Join(t.TempDir(), "nothing")) {
		t.Error("what is not there")
	}
}
