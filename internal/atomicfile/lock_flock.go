//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package atomicfile

import (
	"os"
	"syscall"
)

// locks says that a lock lasts while its file is renamed.
const locks = true

// lock takes the lock of an open file or folder, which lasts until it is closed or the process ends, however it ends.
// It returns false when another holds it or the file system has no locks.
func lock(f *os.File) bool { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil }

// waitForLock is lock once nobody else holds it; false where the file system has no locks.
func waitForLock(f *os.File) bool {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR {
			return err == nil
		}
	}
}
