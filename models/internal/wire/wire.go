// Package wire reads and writes the little-endian fields of the frozen models.
//
// Writing is encoding/binary's Append functions plus the few slices below. Reading goes through a Reader that
// remembers its first error and checks every length against the bytes that are left before it allocates, so that
// hostile bytes cannot make a decoder panic or ask for absurd memory.
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrFormat is returned (wrapped) when bytes are not what the decoder expects: wrong magic or version, too short,
// trailing bytes, or a value out of its range.
var ErrFormat = errors.New("bad model bytes")

// AppendF64 appends the IEEE 754 bits of x, little-endian.
func AppendF64(b []byte, x float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
}

// AppendF64s appends the values of xs without a length.
func AppendF64s(b []byte, xs []float64) []byte {
	for _, x := range xs {
		b = AppendF64(b, x)
	}
	return b
}

// AppendU32 appends x, which must fit 32 bits unsigned.
func AppendU32(b []byte, x int) []byte { return binary.LittleEndian.AppendUint32(b, uint32(x)) }

// AppendBlock appends a length (uint32) and the block itself.
func AppendBlock(b, block []byte) []byte { return append(AppendU32(b, len(block)), block...) }

// Reader takes fields from the front of a byte slice. After the first failure every field reads as zero.
type Reader struct {
	b   []byte
	err error
}

// NewReader checks that b begins with magic (letters and a version digit) and returns a Reader behind it.
func NewReader(b []byte, magic string) *Reader {
	r := &Reader{b: b}
	if got := r.take(len(magic)); r.err == nil && string(got) != magic {
		r.Fail("begins with %q, want %q", got, magic)
	}
	return r
}

// Fail records the first error; later calls have no effect.
func (r *Reader) Fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
	}
	r.b = nil
}

// Err returns the first error so far.
func (r *Reader) Err() error { return r.err }

// Close returns the first error, or one for bytes that are left over.
func (r *Reader) Close() error {
	if r.err == nil && len(r.b) > 0 {
		r.Fail("%d bytes left over", len(r.b))
	}
	return r.err
}

// Left returns how many bytes have not been read.
func (r *Reader) Left() int { return len(r.b) }

func (r *Reader) take(n int) []byte {
	if r.err != nil {
		return nil
	}
	if n < 0 || n > len(r.b) {
		r.Fail("%d bytes wanted, %d left", n, len(r.b))
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

// U8 reads one byte.
func (r *Reader) U8() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

// Count reads a uint32 that counts things of at least unit bytes each (unit >= 1) which must still follow.
func (r *Reader) Count(unit int) int {
	b := r.take(4)
	if b == nil {
		return 0
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n)*uint64(unit) > uint64(len(r.b)) {
		r.Fail("%d items of %d bytes announced, %d bytes left", n, unit, len(r.b))
		return 0
	}
	return int(n)
}

// Int reads a uint32 that must lie in 0..limit.
func (r *Reader) Int(limit int) int {
	b := r.take(4)
	if b == nil {
		return 0
	}
	n := binary.LittleEndian.Uint32(b)
	if int64(n) > int64(limit) {
		r.Fail("number %d is above %d", n, limit)
		return 0
	}
	return int(n)
}

// U32 reads 32 bits as they are.
func (r *Reader) U32() uint32 {
	b := r.take(4)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint32(b)
}

// F64 reads one finite number.
func (r *Reader) F64() float64 {
	b := r.take(8)
	if b == nil {
		return 0
	}
	x := math.Float64frombits(binary.LittleEndian.Uint64(b))
	if math.IsNaN(x) || math.IsInf(x, 0) {
		r.Fail("number %v is not finite", x)
		return 0
	}
	return x
}

// F64s reads n finite numbers; n is checked against the bytes left before anything is allocated.
func (r *Reader) F64s(n int) []float64 {
	if r.err != nil {
		return nil
	}
	if n < 0 || n > len(r.b)/8 {
		r.Fail("%d numbers wanted, %d bytes left", n, len(r.b))
		return nil
	}
	out := make([]float64, n)
	r.Fill(out)
	return out
}

// Fill reads len(dst) finite numbers; after a failure the rest of dst is 0.
func (r *Reader) Fill(dst []float64) {
	for i := range dst {
		dst[i] = r.F64()
	}
}

// Block reads a length (uint32) and returns that many bytes, aliasing the input.
func (r *Reader) Block() []byte { return r.take(r.Count(1)) }
