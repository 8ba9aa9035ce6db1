//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package atomicfolder

import (
	"os"
	"syscall"
)

// lockFolder takes the lock of a folder, which lasts until the file is closed or the process ends, however it ends.
// ok is false, and the file nil, when another holds it or the file system has no locks.
func lockFolder(dir string) (held *os.File, ok bool) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, false
	}
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		f.Close()
		return nil, false
	}
	return f, true
}
