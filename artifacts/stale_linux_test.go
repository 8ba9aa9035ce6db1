package artifacts

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// killedSave names the folder that the child process of TestKilledSaveIsCleanedUp saves to.
const killedSave = "EAHAS_TEST_KILLED_SAVE"

// TestKilledSaveIsCleanedUp kills a process in the middle of a save. As long as it lives its folder stays; then the
// next save of the same name removes it.
func TestKilledSaveIsCleanedUp(t *testing.T) {
	if dir := os.Getenv(killedSave); dir != "" {
		err := writeFolder(context.Background(), dir, true, []content{{"a", nil}}, func(string) error {
			os.Stdout.WriteString("written\n")
			time.Sleep(time.Minute)
			return nil
		})
		t.Fatal("not killed", err)
	}
	s, dir := saved(t)
	info := testInfo()
	info.Replace = true
	child := exec.Command(os.Args[0], "-test.run=^TestKilledSaveIsCleanedUp$")
	child.Env = append(os.Environ(), killedSave+"="+dir)
	out, err := child.StdoutPipe()
	must(t, err, child.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "written\n" {
		t.Fatalf("the child says %q: %v", line, err)
	}
	must(t, s.Save(context.Background(), dir, info))
	if left := beside(t, dir); len(left) != 1 {
		t.Errorf("beside the bundle lie %q, wanted the folder of the process that still saves", left)
	}
	must(t, child.Process.Kill())
	_ = child.Wait()
	if left := beside(t, dir); len(left) != 1 {
		t.Errorf("beside the bundle lie %q, wanted what the killed process left", left)
	}
	must(t, s.Save(context.Background(), dir, info))
	onlyEntry(t, dir)
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

// TestReplaceLeavesNoGap opens the bundle again and again while others are put in its place.
func TestReplaceLeavesNoGap(t *testing.T) {
	s, dir := saved(t)
	probe, err := os.MkdirTemp(filepath.Dir(dir), "x")
	must(t, err)
	if err := exchange(probe, dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("in CI names must be exchanged: %v", err)
		}
		t.Skipf("this file system does not exchange names: %v", err)
	}
	must(t, exchange(probe, dir), os.Remove(probe))
	done, failed := make(chan struct{}), make(chan error, 2)
	again := func(look func() error) {
		for {
			if err := look(); err != nil {
				failed <- err
				return
			}
			select {
			case <-done:
				failed <- nil
				return
			default:
			}
		}
	}
	go again(func() error { _, err := os.Stat(filepath.Join(dir, ManifestName)); return err })
	go again(func() error { _, err := Open(dir); return err })
	info := testInfo()
	info.Replace = true
	for i := range 40 {
		info.RootSeed = uint64(i)
		must(t, s.Save(context.Background(), dir, info))
	}
	close(done)
	for range 2 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	onlyEntry(t, dir)
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
