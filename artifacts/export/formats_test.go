package export

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/artifacts"
)

// TestTableIsComplete: every row says all that the command and the documentation print, promises something or says
// where it is tested, and no two have one name.
func TestTableIsComplete(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("../../docs/exports.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range Formats() {
		if f.Name == "" || f.Writes == "" || f.Holds == "" || f.ReadBy == "" || f.Accepts == "" || f.files == nil ||
			seen[f.Name] {
			t.Errorf("row %+v", f)
		}
		seen[f.Name] = true
		if (len(f.Promises) > 0) == (f.Tested != "") {
			t.Errorf("%s: %d promises, and tested: %q; wanted one of the two", f.Name, len(f.Promises), f.Tested)
		}
		for _, p := range f.Promises {
			if len(p.Libraries) == 0 || !slices.Contains([]string{"heads", "query", "space", "table"}, p.Ask) ||
				!(p.Limit >= 0 && p.Limit < 1e-4) {
				t.Errorf("%s promises %+v", f.Name, p)
			}
			if flag := strings.TrimPrefix(p.Flag, "-"); p.Flag != "" && !slices.Contains(f.Options, flag) {
				t.Errorf("%s: the option %s is not in its row", f.Name, p.Flag)
			}
		}
		for _, where := range []struct{ name, text string }{{"doc.go", string(doc)},
			{"docs/exports.md", string(guide)}} {
			if !strings.Contains(where.text, f.Name) {
				t.Errorf("%s does not name %s", where.name, f.Name)
			}
		}
	}
}

// TestEveryFormatWrites a bundle of boosted trees, and the index beside it lists every file.
func TestEveryFormatWrites(t *testing.T) {
	const bundle = "../testdata/v1-gbdt-bezier"
	s, err := artifacts.Open(bundle)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Formats() {
		dir := filepath.Join(t.TempDir(), f.Name)
		files, err := f.Write(dir, s, Options{Rows: 20, Bundle: bundle})
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		index, err := os.ReadFile(filepath.Join(dir, IndexName))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(index), `"format": "`+f.Name+`"`) {
			t.Errorf("%s: the index says %s", f.Name, index)
		}
		for _, file := range files {
			b, err := os.ReadFile(filepath.Join(dir, file.Name))
			if err != nil || len(b) == 0 || string(b) != string(file.Data) {
				t.Errorf("%s: %s holds %d bytes, %v", f.Name, file.Name, len(b), err)
			}
			if file.Name != IndexName && !strings.Contains(string(index), `"file": "`+file.Name+`"`) {
				t.Errorf("%s: the index does not list %s", f.Name, file.Name)
			}
		}
	}
}

func TestFindNamesTheFormats(t *testing.T) {
	for _, f := range Formats() {
		if got, err := Find(f.Name); err != nil || got.Name != f.Name {
			t.Errorf("%s: %v, %v", f.Name, got, err)
		}
	}
	if _, err := Find("pickle"); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "lightgbm, lightgbm-v3") {
		t.Errorf("pickle: %v", err)
	}
}

func TestArchiveNeedsTheFolder(t *testing.T) {
	f, err := Find("archive")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Files(nil, Options{}); !errors.Is(err, ErrOptions) {
		t.Errorf("got %v", err)
	}
}
