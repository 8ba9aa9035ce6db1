package mapped

import (
	"os"
	"sync"
	"unsafe"
)

// chunk is how many numbers an Arena maps at a time: 16 MB.
const chunk = 2 << 20

// Arena gives room for lists of numbers in a file that has no name and goes when the process ends. Several goroutines
// may use one.
type Arena struct {
	dir  string
	mu   sync.Mutex
	file *os.File // nil before the first chunk, and where files cannot be mapped
	size int64    // of the file
	room []float64
	heap bool // chunks are on the heap: the folder takes no file, or the system maps none
}

// NewArena makes an arena whose file lies in an existing folder. Nothing is written before the first list.
func NewArena(dir string) *Arena { return &Arena{dir: dir} }

// Floats returns n zeros. A list longer than a chunk gets one of its own.
func (a *Arena) Floats(n int) []float64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n > chunk {
		return a.more(n)[:n:n]
	}
	if n > len(a.room) {
		a.room = a.more(chunk)
	}
	out := a.room[:n:n]
	a.room = a.room[n:]
	return out
}

// Keep returns a copy of v in the arena; nil of nil.
func (a *Arena) Keep(v []float64) []float64 {
	if v == nil {
		return nil
	}
	out := a.Floats(len(v))
	copy(out, v)
	return out
}

// more maps room for n numbers at the end of the file.
func (a *Arena) more(n int) []float64 {
	if !a.heap {
		if b, err := a.grow(int64(n) * wordSize); err == nil {
			return unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(b))), n)
		}
		a.heap = true
	}
	return make([]float64, n)
}

// grow makes the file longer and maps the new part. Its room on the disk is taken at once: a page that finds none when
// it is written would end the process.
func (a *Arena) grow(bytes int64) ([]byte, error) {
	if a.file == nil {
		f, err := os.CreateTemp(a.dir, ".series-*")
		if err != nil {
			return nil, err
		}
		if err := os.Remove(f.Name()); err != nil { // the mappings keep it
			f.Close()
			return nil, err
		}
		a.file = f
	}
	if err := allocate(a.file, a.size, bytes); err != nil {
		return nil, err
	}
	b, err := mapFile(a.file, a.size, int(bytes), true)
	if err != nil {
		return nil, err
	}
	a.size += (bytes + page - 1) / page * page
	remember(b)
	return b, nil
}

// page is a multiple of every system's pages: mappings begin at one.
const page = 1 << 16
