package mapped

import (
	"os"
	"syscall"
)

// mapFile maps bytes of a file; written to, they go to the file.
func mapFile(f *os.File, from int64, bytes int, writable bool) ([]byte, error) {
	prot := syscall.PROT_READ
	if writable {
		prot |= syscall.PROT_WRITE
	}
	return syscall.Mmap(int(f.Fd()), from, bytes, prot, syscall.MAP_SHARED)
}

// release lets the system take the pages back; those of a shared mapping keep what was written.
func release(b []byte) { _ = syscall.Madvise(b, syscall.MADV_DONTNEED) }

// allocate takes room on the disk for a part of a file.
func allocate(f *os.File, from, bytes int64) error {
	return syscall.Fallocate(int(f.Fd()), 0, from, bytes)
}
