package atomicfolder

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	must(t, os.WriteFile(path, b, 0o644))
}

// beside lists what lies beside dir.
func beside(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(dir))
	must(t, err)
	var out []string
	for _, e := range entries {
		if e.Name() != filepath.Base(dir) {
			out = append(out, e.Name())
		}
	}
	return out
}

// A folder appears with all its files, is replaced by another, and stays as it was when it may not be written, when a
// file cannot be, and when check says no.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "out")
	yes := func(string) error { return nil }
	no := errors.New("no")
	read := func() string {
		entries, err := os.ReadDir(dir)
		must(t, err)
		var out []string
		for _, e := range entries {
			b, err := os.ReadFile(filepath.Join(dir, e.Name()))
			must(t, err)
			out = append(out, e.Name()+"="+string(b))
		}
		return strings.Join(out, " ")
	}
	ctx := context.Background()
	must(t, Write(ctx, dir, yes, []Content{{"a", []byte("1")}, {"b", []byte("2")}}, nil))
	if got := read(); got != "a=1 b=2" {
		t.Error(got)
	}
	must(t, Write(ctx, dir, yes, []Content{{"a", []byte("3")}}, func(tmp string) error {
		_, err := os.Stat(filepath.Join(tmp, "a"))
		return err
	}))
	if got := read(); got != "a=3" {
		t.Error(got)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for name, err := range map[string]error{
		"not allowed": Write(ctx, dir, func(string) error { return no }, []Content{{"a", nil}}, nil),
		"no path":     Write(ctx, dir, yes, []Content{{"x/a", nil}}, nil),
		"twice":       Write(ctx, dir, yes, []Content{{"a", nil}, {"a", nil}}, nil),
		"checked":     Write(ctx, dir, yes, []Content{{"a", nil}}, func(string) error { return no }),
		"cancelled":   Write(cancelled, dir, yes, []Content{{"a", nil}}, nil),
	} {
		if err == nil {
			t.Error(name, "was taken")
		}
	}
	if got := read(); got != "a=3" || len(beside(t, dir)) != 0 {
		t.Error(got, beside(t, dir))
	}
}

func TestOnlyStaleFoldersAreRemoved(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "b")
	keep := []string{".b.tmp", ".b.tmp1x", ".b.tmpx1", ".bb.tmp1", ".a.tmp1", "b.tmp1", ".b.tmp1.tmp2", ".b.tmp.old",
		".b.tmp9.older"}
	for _, name := range append(keep, ".b.tmp1", ".b.tmp4294967295", ".b.tmp1.old") {
		must(t, os.MkdirAll(filepath.Join(parent, name, "inner"), 0o777))
	}
	write(t, filepath.Join(parent, ".b.tmp5"), nil) // a file
	must(t, os.Symlink(t.TempDir(), filepath.Join(parent, ".b.tmp6")))
	keep = append(keep, ".b.tmp5", ".b.tmp6")

	removeStale(parent, "b")
	want := append(slices.Clone(keep), ".b.tmp1.old") // perhaps the only copy, as there is no bundle
	if got := beside(t, dir); !sameNames(got, want) {
		t.Errorf("without a bundle: left are %q, wanted %q", got, want)
	}
	must(t, os.Mkdir(dir, 0o777))
	removeStale(parent, "b")
	if got := beside(t, dir); !sameNames(got, keep) {
		t.Errorf("with a bundle: left are %q, wanted %q", got, keep)
	}
}

func sameNames(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func TestMoveInTwoSteps(t *testing.T) {
	parent := t.TempDir()
	dir, tmp := filepath.Join(parent, "b"), filepath.Join(parent, ".b.tmp1")
	must(t, os.Mkdir(dir, 0o777), os.Mkdir(tmp, 0o777))
	write(t, filepath.Join(tmp, "new"), nil)
	must(t, moveInTwoSteps(tmp, dir))
	if _, err := os.Stat(filepath.Join(dir, "new")); err != nil || len(beside(t, dir)) != 0 {
		t.Errorf("%v, beside lie %q", err, beside(t, dir))
	}
	// A new folder that is not there: the old one is put back.
	if err := moveInTwoSteps(tmp, dir); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), tmp) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "new")); err != nil || len(beside(t, dir)) != 0 {
		t.Errorf("after a failure: %v, beside lie %q", err, beside(t, dir))
	}
}
