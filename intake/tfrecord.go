package intake

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// masked is the checksum of TFRecord: CRC-32C, rotated and shifted (tensorflow/core/lib/hash/crc32c.h).
func masked(b []byte) uint32 {
	c := crc32.Checksum(b, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

// errTorn is returned at a last record that was not written to its end.
var errTorn = errors.New("the last record is torn")

// eachRecord hands out the records of a TFRecord file: length, its checksum, data, its checksum. data is valid until
// each returns.
func eachRecord(r io.Reader, each func(data []byte) error) error {
	b := bufio.NewReaderSize(r, 64<<10)
	var head [12]byte
	var data []byte
	for offset := int64(0); ; {
		n, err := io.ReadFull(b, head[:])
		if err == io.EOF {
			return nil
		}
		if err == io.ErrUnexpectedEOF {
			return errTorn
		}
		if err != nil {
			return err
		}
		length := binary.LittleEndian.Uint64(head[:8])
		if masked(head[:8]) != binary.LittleEndian.Uint32(head[8:]) {
			return fmt.Errorf("%w: byte %d: the checksum of a record's length is wrong", ErrFormat, offset)
		}
		if length > maxRecord {
			return fmt.Errorf("%w: byte %d: a record of %d bytes, more than %d", ErrLimit, offset, length, maxRecord)
		}
		if data, err = readAll(b, data[:0], int(length)+4); err != nil {
			return errTorn
		}
		if masked(data[:length]) != binary.LittleEndian.Uint32(data[length:]) {
			return fmt.Errorf("%w: byte %d: the checksum of a record is wrong", ErrFormat, offset)
		}
		if err := each(data[:length]); err != nil {
			return err
		}
		offset += int64(n) + int64(length) + 4
	}
}

// readAll reads n bytes and grows as they come: a claimed size is not believed.
func readAll(r io.Reader, dst []byte, n int) ([]byte, error) {
	for len(dst) < n {
		part := min(n-len(dst), 1<<20)
		dst = append(dst, make([]byte, part)...)
		if _, err := io.ReadFull(r, dst[len(dst)-part:]); err != nil {
			return dst, err
		}
	}
	return dst, nil
}
