package atomicfolder

import "golang.org/x/sys/unix"

// exchange swaps the folders of two names in one step. An error means that nothing happened.
func exchange(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}
