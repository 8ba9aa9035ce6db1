package checked

import (
	"encoding/binary"
	"fmt"
)

// This file walks the flatbuffers of IPC messages before the library sees them: the library follows offsets and
// allocates by counts without comparing them with the buffer, so that one flipped bit can ask for gigabytes or loop.
// The tables and the numbers of their fields are those of Arrow's Message.fbs, Schema.fbs and File.fbs.

// flat is a flatbuffer under check. The first thing that is out of bounds is kept in err, and ends the walk.
type flat struct {
	b     []byte
	err   error
	steps int // tables visited, to end walks in circles
}

func (f *flat) fail(what string) {
	if f.err == nil {
		f.err = fmt.Errorf("%w: IPC metadata: %s", ErrCorrupt, what)
	}
}

// at returns n bytes at position p, or nil.
func (f *flat) at(p, n int) []byte {
	if f.err != nil || p < 0 || n < 0 || p > len(f.b) || n > len(f.b)-p {
		f.fail("offset out of bounds")
		return nil
	}
	return f.b[p : p+n]
}

func (f *flat) u32(p int) int {
	if b := f.at(p, 4); b != nil {
		return int(binary.LittleEndian.Uint32(b))
	}
	return 0
}

func (f *flat) i64(p int) int64 {
	if b := f.at(p, 8); b != nil {
		return int64(binary.LittleEndian.Uint64(b))
	}
	return 0
}

func (f *flat) u16(p int) int {
	if b := f.at(p, 2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

func (f *flat) u8(p int) byte {
	if b := f.at(p, 1); b != nil {
		return b[0]
	}
	return 0
}

// follow returns the position that the unsigned offset at p points to.
func (f *flat) follow(p int) int { return p + f.u32(p) }

// table checks the vtable of the table at p.
func (f *flat) table(p int) int {
	if f.steps++; f.steps > 1<<17 {
		f.fail("too many tables")
		return p
	}
	b := f.at(p, 4)
	if b == nil {
		return p
	}
	v := p - int(int32(binary.LittleEndian.Uint32(b)))
	size := f.u16(v)
	if size < 4 || f.at(v, size) == nil || f.at(p, f.u16(v+2)) == nil {
		f.fail("table out of bounds")
	}
	return p
}

// slot returns the position of field i of the table at p, 0 when it is absent. Its size bytes lie inside the buffer.
func (f *flat) slot(p, i, size int) int {
	if f.err != nil {
		return 0
	}
	v := p - int(int32(f.u32(p)))
	if 4+2*i >= f.u16(v) {
		return 0
	}
	off := f.u16(v + 4 + 2*i)
	if off == 0 || f.at(p+off, size) == nil {
		return 0
	}
	return p + off
}

// vector returns the first element's position and the count of the vector in field i; count*size bytes lie inside.
func (f *flat) vector(p, i, size int) (at, n int) {
	s := f.slot(p, i, 4)
	if s == 0 {
		return 0, 0
	}
	at = f.follow(s)
	n = f.u32(at)
	if n > len(f.b) || f.at(at+4, n*size) == nil {
		f.fail("vector out of bounds")
		return 0, 0
	}
	return at + 4, n
}

// child returns the table in field i, 0 when it is absent.
func (f *flat) child(p, i int) int {
	s := f.slot(p, i, 4)
	if s == 0 {
		return 0
	}
	return f.table(f.follow(s))
}

// messageInfo is what the check of one message's metadata found.
type messageInfo struct {
	body    int64 // bytes
	rows    int64
	codec   bool       // buffers are compressed and begin with their size
	buffers [][2]int64 // offset, length; inside the body
	batch   bool       // a record batch
}

// The numbers of the union MessageHeader.
const (
	headerSchema     = 1
	headerDictionary = 2
	headerRecord     = 3
)

// checkMessage checks the metadata of one message.
func checkMessage(meta []byte) (messageInfo, error) {
	var info messageInfo
	f := &flat{b: meta}
	m := f.table(f.follow(0))
	if s := f.slot(m, 3, 8); s != 0 {
		info.body = f.i64(s)
	}
	if info.body < 0 {
		f.fail("negative body length")
	}
	f.keyValues(m, 4)
	typ := byte(0)
	if s := f.slot(m, 1, 1); s != 0 {
		typ = f.u8(s)
	}
	h := f.child(m, 2)
	if h == 0 {
		f.fail("message without header")
	}
	switch typ {
	case headerSchema:
		f.schema(h)
	case headerDictionary:
		if h = f.child(h, 1); h == 0 {
			f.fail("dictionary without data")
		}
		f.record(h, &info)
	case headerRecord:
		info.batch = true
		f.record(h, &info)
	default:
		f.fail(fmt.Sprintf("message of type %d", typ))
	}
	return info, f.err
}

func (f *flat) keyValues(p, i int) {
	at, n := f.vector(p, i, 4)
	for k := range n {
		if f.err != nil {
			return
		}
		kv := f.table(f.follow(at + 4*k))
		f.vector(kv, 0, 1)
		f.vector(kv, 1, 1)
	}
}

func (f *flat) schema(p int) {
	at, n := f.vector(p, 1, 4)
	for k := range n {
		if f.err != nil {
			return
		}
		f.field(f.follow(at+4*k), 0)
	}
	f.keyValues(p, 2)
	f.vector(p, 3, 8)
}

func (f *flat) field(p, depth int) {
	if depth > 32 {
		f.fail("fields nested too deep")
		return
	}
	f.table(p)
	f.vector(p, 0, 1) // name
	if t := f.child(p, 3); t != 0 {
		typ := byte(0)
		if s := f.slot(p, 2, 1); s != 0 {
			typ = f.u8(s)
		}
		switch typ {
		case 10: // Timestamp: timezone
			f.vector(t, 1, 1)
		case 14: // Union: type ids
			f.vector(t, 1, 4)
		}
	} else {
		f.fail("field without type")
	}
	if d := f.child(p, 4); d != 0 {
		f.child(d, 1)
	}
	at, n := f.vector(p, 5, 4)
	for k := range n {
		if f.err != nil {
			return
		}
		f.field(f.follow(at+4*k), depth+1)
	}
	f.keyValues(p, 6)
}

// record reads a record batch at p. What is wrong is kept in f.err, and nothing is read after it.
func (f *flat) record(p int, info *messageInfo) {
	if s := f.slot(p, 0, 8); s != 0 {
		info.rows = f.i64(s)
	}
	if info.rows < 0 {
		f.fail("negative number of rows")
	}
	f.nodes(p)
	f.buffers(p, info)
	if c := f.child(p, 3); c != 0 {
		info.codec = true
	}
	f.views(p, info)
}

// nodes checks the lengths of the columns of a record batch at p.
func (f *flat) nodes(p int) {
	at, n := f.vector(p, 1, 16)
	for k := range n {
		length, nulls := f.i64(at+16*k), f.i64(at+16*k+8)
		if length < 0 || length > 1<<40 || nulls < -1 || nulls > length {
			f.fail(fmt.Sprintf("a column of %d values with %d nulls", length, nulls))
			return
		}
	}
}

// buffers reads where the buffers of a record batch lie in the message's body.
func (f *flat) buffers(p int, info *messageInfo) {
	at, n := f.vector(p, 2, 16)
	for k := range n {
		off, length := f.i64(at+16*k), f.i64(at+16*k+8)
		if off < 0 || length < 0 || off > info.body || length > info.body-off {
			f.fail("a buffer lies outside the message's body")
			return
		}
		info.buffers = append(info.buffers, [2]int64{off, length})
	}
}

// views checks that a record batch has the data buffers that its columns of views claim.
func (f *flat) views(p int, info *messageInfo) {
	views, k := f.vector(p, 4, 8) // how many each column has
	used := int64(0)
	for i := range k {
		n := f.i64(views + 8*i)
		if n < 0 || n > int64(len(info.buffers)) || used+n > int64(len(info.buffers)) {
			f.fail(fmt.Sprintf("a column of views with %d buffers, the message has %d", n, len(info.buffers)))
			return
		}
		used += n
	}
}

// maxRatio bounds how many times larger a compressed buffer may be when decompressed. LZ4 reaches 255, ZSTD some ten
// thousands on constant data.
const maxRatio = 1 << 17

// checkBody looks at the sizes inside the body and at the number of rows: each row of any column takes a bit at least.
func (m *messageInfo) checkBody(body []byte) error {
	total := int64(0)
	for _, b := range m.buffers {
		n := b[1]
		if m.codec && n > 0 {
			if n < 8 {
				return fmt.Errorf("%w: a compressed buffer of %d bytes", ErrCorrupt, n)
			}
			raw := int64(binary.LittleEndian.Uint64(body[b[0]:]))
			if raw < -1 || raw > n*maxRatio || raw > MaxLive {
				return fmt.Errorf("%w: a buffer of %d bytes claims %d uncompressed", ErrCorrupt, n, raw)
			}
			n = max(raw, n)
		}
		total += n
	}
	if total > 4*MaxLive {
		return fmt.Errorf("%w: a message claims %d bytes uncompressed", ErrCorrupt, total)
	}
	if m.batch && m.rows > 8*total {
		return fmt.Errorf("%w: %d rows in %d bytes", ErrCorrupt, m.rows, total)
	}
	return nil
}
