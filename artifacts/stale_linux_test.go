package artifacts

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// killedSave names the folder that the child process of TestKilledSaveIsCleanedUp saves to.
const killedSave = "EAHAS_TEST_KILLED_SAVE"

// TestKilledSaveIsCleanedUp kills a process in the middle of a save. As long as it lives its folder stays; then the
// next save of the same name removes it.
func TestKilledSaveIsCleanedUp(t *testing.T) {
	if dir := os.Getenv(killedSave); dir != "" {
		err := writeFolder(context.Background(), dir, true, nil, []content{{Name: "a"}}, func(string) error {
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

// TestReplaceLeavesNoGap opens the bundle again and again while others are put in its place.
func TestReplaceLeavesNoGap(t *testing.T) {
	s, dir := saved(t)
	exchange := func(a, b string) error {
		return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
	}
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
