// Package checked looks at the bytes of Parquet and Arrow IPC files before the library decodes them: what a file claims
// of sizes, counts and positions is compared with the bytes that there are, checksums with what they sum. The library
// believes what it reads, and some of its loops do not end on less.
//
//   - Parquet: [ParquetFooter] walks the footer (Thrift), [Pages] hands out a column chunk's pages
//   - Arrow IPC: [IPCFile] walks a file's footer (flatbuffers), [Messages] hands out the messages
//   - [NewAllocator] bounds what the library may hold at once
package checked

import "errors"

// Errors that are wrapped; arrowio hands them on under the same names.
var (
	// ErrFormat is returned when a file is none of the formats that are read, or a kind of them that is not.
	ErrFormat = errors.New("not a log that is read (Parquet, Arrow IPC or Feather V2, CSV, JSON)")
	// ErrCorrupt is returned when a file's bytes contradict themselves: truncated, altered, or not what its first bytes
	// promise.
	ErrCorrupt = errors.New("file is truncated or corrupt")
)
