//go:build cgo

// Command core is the Go answerer as a C library, for the Python package eahas-core:
//
//	CGO_ENABLED=1 go build -buildmode=c-shared -o libeahas.so ./clients/core
//
// Its functions take and give what package flat describes. The module itself is built without cgo and never links this.
package main

// #include <stdint.h>
import "C"

import (
	"runtime/cgo"
	"unsafe"

	"eahas/clients/core/flat"
)

// eahas_version is that of these functions and of the numbers that they exchange. The Python side asks for its own.
//
//export eahas_version
func eahas_version() C.int64_t { return 1 }

// eahas_open opens the bundle at path (length bytes) and returns a handle, or 0 and writes why not into the room
// at message, which it ends with a zero.
//
//export eahas_open
func eahas_open(path *C.char, length C.int64_t, message *C.char, room C.int64_t) C.uintptr_t {
	b, err := flat.Open(C.GoStringN(path, C.int(length)))
	if err != nil {
		tell(err, message, room)
		return 0
	}
	return C.uintptr_t(cgo.NewHandle(b))
}

// eahas_close forgets a bundle that eahas_open opened. No question may be open.
//
//export eahas_close
func eahas_close(handle C.uintptr_t) { cgo.Handle(handle).Delete() }

// eahas_ask answers n questions of so many bytes and writes the answers to out, which has room for so many numbers. It
// returns how many it wrote, or, where there are more than that, how many there are, and has written none; -1 where the
// questions are none, or the bundle has no such level.
//
//export eahas_ask
func eahas_ask(handle C.uintptr_t, questions *C.uint8_t, bytes, n C.int64_t, level C.double, out *C.double,
	room, workers C.int64_t) C.int64_t {
	b := cgo.Handle(handle).Value().(*flat.Bundle)
	into := unsafe.Slice((*float64)(unsafe.Pointer(out)), int(room))
	asked := unsafe.Slice((*byte)(unsafe.Pointer(questions)), int(bytes))
	// Appending stays in the caller's memory as long as there is room.
	answers, err := b.Ask(into[:0], asked, int(n), float64(level), int(workers))
	if err != nil {
		return -1
	}
	return C.int64_t(len(answers))
}

func tell(err error, message *C.char, room C.int64_t) {
	if room <= 0 {
		return
	}
	to := unsafe.Slice((*byte)(unsafe.Pointer(message)), int(room))
	to[copy(to[:len(to)-1], err.Error())] = 0
}

func main() {}
