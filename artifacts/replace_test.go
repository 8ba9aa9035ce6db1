package artifacts

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReplaceKeepsWhatIsNotABundles: a user's own file in a bundle's folder, a folder in it, and folders of other
// programs that have a manifest.json are refused and stay; a bundle alone is replaced, also a damaged one.
func TestReplaceKeepsWhatIsNotABundles(t *testing.T) {
	write := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
		}
	}
	for name, c := range map[string]struct {
		change func(t *testing.T, dir string)
		want   error
	}{
		"as it is":          {func(*testing.T, string) {}, nil},
		"damaged model":     {write(goldenName, "?"), nil},
		"notes":             {write("notes.txt", "mine"), ErrNotBundle},
		"hidden":            {write(".notes", "mine"), ErrNotBundle},
		"another's":         {write(ManifestName, `{"manifest_version": 3, "name": "extension"}`), ErrNotBundle},
		"damaged manifest":  {write(ManifestName, `{"format": "eahas-surrogate", "fi`), ErrNotBundle},
		"manifest is empty": {write(ManifestName, ""), ErrNotBundle},
		"folder": {func(t *testing.T, dir string) {
			must(t, os.Mkdir(filepath.Join(dir, "thesis"), 0o777))
		}, ErrNotBundle},
		"folder of a listed name": {func(t *testing.T, dir string) {
			must(t, os.Remove(filepath.Join(dir, goldenName)), os.Mkdir(filepath.Join(dir, goldenName), 0o777))
		}, ErrNotBundle},
	} {
		t.Run(name, func(t *testing.T) {
			s, dir := saved(t)
			c.change(t, dir)
			before := listing(t, dir)
			info := testInfo()
			info.Replace = true
			if err := s.Save(context.Background(), dir, info); !errors.Is(err, c.want) {
				t.Errorf("%v, wanted %v", err, c.want)
			}
			if c.want != nil && listing(t, dir) != before {
				t.Errorf("the folder has changed from %s to %s", before, listing(t, dir))
			}
			if _, err := Open(dir); (err == nil) != (c.want == nil) && name == "damaged model" {
				t.Error(err)
			}
			onlyEntry(t, dir)
		})
	}
}

// TestReplaceOfWhatTheCallerAllows: MayReplace widens what is replaced, and what was there stays until the new bundle
// is whole.
func TestReplaceOfWhatTheCallerAllows(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	must(t, os.Mkdir(dir, 0o777), os.WriteFile(filepath.Join(dir, "report.txt"), []byte("old"), 0o666))
	allow := func(dir string) bool {
		_, err := os.Stat(filepath.Join(dir, "report.txt"))
		return err == nil
	}
	files := []content{{Name: "a", Data: []byte("new")}}
	full := errors.New("no space left")
	fails := func(string) error { return full }
	if err := writeFolder(context.Background(), dir, true, allow, files, fails); !errors.Is(err, full) {
		t.Fatal(err)
	}
	if got := listing(t, dir); got != "report.txt" {
		t.Errorf("after a save that failed: %s", got)
	}
	if err := writeFolder(context.Background(), dir, false, allow, files, nil); !errors.Is(err, ErrExists) {
		t.Errorf("without replace: %v", err)
	}
	must(t, writeFolder(context.Background(), dir, true, allow, files, nil))
	if got := listing(t, dir); got != "a" {
		t.Errorf("replaced: %s", got)
	}
}

// listing names what lies in a folder.
func listing(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}
