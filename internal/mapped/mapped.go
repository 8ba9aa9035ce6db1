// Package mapped keeps long lists of numbers in files in place of the heap: their pages are read when they are used,
// and the system takes them back when memory is short, or when Release says that they will not be used for a while.
//
//  1. Read gives a file's bytes, Floats the numbers in them.
//  2. An Arena gives room for new lists, in a file without a name.
//
// Mappings live as long as the process: a list may be kept by anybody. Where a system has no mappings (Windows, WASM)
// everything is on the heap.
package mapped

import (
	"encoding/binary"
	"math"
	"os"
	"sync"
	"unsafe"
)

// wordSize is the size of a number in bytes.
const wordSize = 8

// live are all mappings of the process.
var live struct {
	sync.Mutex
	all [][]byte
}

func remember(b []byte) {
	live.Lock()
	live.all = append(live.all, b)
	live.Unlock()
}

// Release tells the system that no mapped page will be used soon. What is used all the same is read again.
func Release() {
	live.Lock()
	defer live.Unlock()
	for _, b := range live.all {
		release(b)
	}
}

// Read gives the content of a file, which nobody may change while the process lives; the bytes must not be written to.
func Read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 || info.Size() != int64(int(info.Size())) {
		return os.ReadFile(path)
	}
	b, err := mapFile(f, 0, int(info.Size()), false)
	if err != nil {
		return os.ReadFile(path)
	}
	remember(b)
	return b, nil
}

// littleEndian says whether numbers in memory are as they are in files.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// Floats gives the numbers that little-endian bytes are: the same memory where the machine allows it. A rest of fewer
// than 8 bytes is left out.
func Floats(b []byte) []float64 {
	n := len(b) / wordSize
	if n == 0 {
		return nil
	}
	if p := unsafe.Pointer(unsafe.SliceData(b)); littleEndian && uintptr(p)%wordSize == 0 {
		return unsafe.Slice((*float64)(p), n)
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[i*wordSize:]))
	}
	return out
}

// AppendFloats appends numbers as little-endian bytes.
func AppendFloats(b []byte, v []float64) []byte {
	if littleEndian && len(v) > 0 {
		return append(b, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), wordSize*len(v))...)
	}
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	return b
}
