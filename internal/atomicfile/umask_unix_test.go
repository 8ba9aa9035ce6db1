//go:build unix

package atomicfile

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestModeFollowsUmask: a file of a group's folder must be readable by the group when its users say so.
func TestModeFollowsUmask(t *testing.T) {
	for umask, want := range map[int]os.FileMode{0o022: 0o644, 0o002: 0o664, 0o077: 0o600} {
		path := filepath.Join(t.TempDir(), "a")
		old := syscall.Umask(umask)
		err := Write(path, []byte("x"))
		syscall.Umask(old)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("umask %o: mode %o, wanted %o", umask, info.Mode().Perm(), want)
		}
	}
}
