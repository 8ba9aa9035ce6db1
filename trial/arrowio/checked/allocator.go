package checked

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// MaxLive is the most memory that the library may hold at once for one file. A well-formed file stays far below it:
// what is held is one page a column (Parquet) or one record batch (IPC). A corrupt size asks for more and gets an
// error.
const MaxLive = 1 << 30

// limited is an allocator that panics instead of exceeding a ceiling; the panic is caught where the library is called.
type limited struct {
	mem  memory.Allocator
	live int
	max  int
}

// NewAllocator returns an allocator that panics where more than MaxLive bytes of it would be in use; nil means the
// library's own below it.
func NewAllocator(mem memory.Allocator) memory.Allocator {
	if mem == nil {
		mem = memory.DefaultAllocator
	}
	return &limited{mem: mem, max: MaxLive}
}

func (l *limited) Allocate(size int) []byte {
	l.grow(size)
	return l.mem.Allocate(size)
}

func (l *limited) Reallocate(size int, b []byte) []byte {
	l.grow(size - len(b))
	return l.mem.Reallocate(size, b)
}

func (l *limited) Free(b []byte) {
	l.live -= len(b)
	l.mem.Free(b)
}

func (l *limited) grow(n int) {
	if n > 0 && (n > l.max || l.live+n > l.max) {
		panic(fmt.Errorf("a size in the file asks for %d bytes of memory", n))
	}
	l.live += n
}
