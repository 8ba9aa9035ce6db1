package checked

import (
	"encoding/binary"
	"fmt"
	"io"
)

// ParquetFooter compares the length of the metadata with the size of the file, and what it claims with its bytes.
func ParquetFooter(r io.ReaderAt, size int64) error {
	if size < 12 {
		return fmt.Errorf("%w: %d bytes are too few for Parquet", ErrCorrupt, size)
	}
	var tail [8]byte
	if _, err := r.ReadAt(tail[:], size-8); err != nil {
		return err
	}
	if string(tail[4:]) != "PAR1" {
		return fmt.Errorf("%w: the Parquet file does not end with PAR1", ErrCorrupt)
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	if n <= 0 || n > size-12 || n > maxFooter {
		return fmt.Errorf("%w: the footer claims %d bytes of a file of %d", ErrCorrupt, n, size)
	}
	footer := make([]byte, n)
	if _, err := r.ReadAt(footer, size-8-n); err != nil {
		return err
	}
	return checkFooter(footer)
}

// maxFooter is the largest footer that is read: some megabytes are those of ten thousand columns and row groups.
const maxFooter = 256 << 20
