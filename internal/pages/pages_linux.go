package pages

import (
	"syscall"
	"unsafe"
)

// largeSize is the size of the large pages of amd64 and arm64 in bytes.
const largeSize = 2 << 20

// Large asks the system to hold a list in large pages, as far as it fills such; before anything is written to it. Where
// the system does not know the advice, nothing changes. The list must hold no pointers.
func Large[T any](list []T) {
	if len(list) == 0 {
		return
	}
	first := unsafe.Pointer(&list[0])
	bytes := unsafe.Slice((*byte)(first), uintptr(len(list))*unsafe.Sizeof(list[0]))
	from := -uintptr(first) % largeSize
	if uintptr(len(bytes)) < from+largeSize {
		return
	}
	whole := (uintptr(len(bytes)) - from) / largeSize * largeSize
	_ = syscall.Madvise(bytes[from:from+whole], syscall.MADV_HUGEPAGE)
}
