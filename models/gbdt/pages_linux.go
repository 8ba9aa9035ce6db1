package gbdt

import (
	"syscall"
	"unsafe"
)

// hugePage is the size of the large pages of amd64 and arm64 in bytes.
const hugePage = 2 << 20

// inHugePages asks the system to hold a large table in large pages, before anything is written to it. A row reads from
// hundreds of small pages of a table of tens of megabytes, each of which the processor must translate. Where the system
// does not know the advice, nothing changes.
func inHugePages(table []uint64) {
	if len(table)*8 < 2*hugePage {
		return
	}
	from := -uintptr(unsafe.Pointer(&table[0])) % hugePage
	whole := (uintptr(len(table))*8 - from) / hugePage * hugePage
	if whole == 0 {
		return
	}
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&table[0])), len(table)*8)
	_ = syscall.Madvise(bytes[from:from+whole], syscall.MADV_HUGEPAGE)
}
