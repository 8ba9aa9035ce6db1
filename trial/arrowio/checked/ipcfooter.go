package checked

import (
	"encoding/binary"
	"fmt"
	"io"
)

// IPCFile checks the footer of an IPC file (Feather V2) of size bytes.
func IPCFile(r io.ReaderAt, size int64) (*IPCFooter, error) {
	if size < 8+10 {
		return nil, fmt.Errorf("%w: %d bytes are too few for an Arrow file", ErrCorrupt, size)
	}
	var tail [10]byte
	if _, err := r.ReadAt(tail[:], size-10); err != nil {
		return nil, err
	}
	n := int64(int32(binary.LittleEndian.Uint32(tail[:])))
	if string(tail[4:]) != "ARROW1" {
		return nil, fmt.Errorf("%w: the Arrow file does not end with ARROW1", ErrCorrupt)
	}
	if n <= 0 || n > size-18 {
		return nil, fmt.Errorf("%w: the footer claims %d bytes of a file of %d", ErrCorrupt, n, size)
	}
	return readIPCFooter(r, size-10-n, n)
}

// IPCFooter is what the footer of an IPC file says (File.fbs).
type IPCFooter struct {
	End     int64      // where the messages end at the latest
	Batches int64      // record batches
	schema  []byte     // a message that holds the footer's schema
	blocks  [][2]int64 // offset and length of each message: dictionaries, then record batches
}

// readIPCFooter checks the footer of an IPC file, size bytes at position at. The messages that it names lie before it
// and are no more bytes, taken together, than there are.
func readIPCFooter(r io.ReaderAt, at, size int64) (*IPCFooter, error) {
	if size > maxMetadata {
		return nil, fmt.Errorf("%w: a footer of %d bytes", ErrCorrupt, size)
	}
	b := make([]byte, size)
	if _, err := r.ReadAt(b, at); err != nil {
		return nil, err
	}
	f := &flat{b: b}
	root := f.table(f.follow(0))
	schema := f.child(root, 1)
	if schema == 0 {
		f.fail("a footer without a schema")
		return nil, f.err
	}
	f.schema(schema)
	out := &IPCFooter{End: at}
	left := at
	// Block is a struct of 24 bytes: offset, length of the metadata, length of the body
	for _, field := range []int{2, 3} {
		p, n := f.vector(root, field, 24)
		for k := range n {
			off, meta, body := f.i64(p+24*k), int64(int32(f.u32(p+24*k+8))), f.i64(p+24*k+16)
			if off < 8 || meta <= 0 || body < 0 || off > at || meta > at-off || body > at-off-meta || meta+body > left {
				f.fail(fmt.Sprintf("the footer claims a message at the bytes %d to %d of %d", off, off+meta+body, at))
				return nil, f.err
			}
			left -= meta + body
			out.blocks = append(out.blocks, [2]int64{off, meta + body})
		}
		out.Batches = int64(n)
	}
	out.schema = schemaMessage(b, schema)
	return out, f.err
}

// schemaMessage puts a table Message (Message.fbs) before a flatbuffer that holds a Schema at position at. Offsets in
// flatbuffers are relative, so that the rest stays as it is.
func schemaMessage(b []byte, at int) []byte {
	head := make([]byte, 32)
	le := binary.LittleEndian
	le.PutUint32(head[0:], 16) // root
	le.PutUint16(head[4:], 10) // vtable: its size, the table's size, version, type of the header, header
	le.PutUint16(head[6:], 12)
	le.PutUint16(head[8:], 4)
	le.PutUint16(head[10:], 6)
	le.PutUint16(head[12:], 8)
	le.PutUint32(head[16:], 16-4) // the table: back to the vtable
	le.PutUint16(head[20:], 4)    // version 5
	head[22] = headerSchema
	le.PutUint32(head[24:], uint32(32-24+at))
	return append(head, b...)
}
