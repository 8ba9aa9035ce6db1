package arrowio

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// messages hands the messages of an IPC stream to the library, each checked against the bytes there are
// (https://arrow.apache.org/docs/format/Columnar.html, "Encapsulated message format").
type messages struct {
	r    io.Reader
	size int64 // of the stream
	read int64

	byFooter bool // of a file: the schema first, then the blocks
	schema   []byte
	blocks   [][2]int64
	at       io.ReaderAt

	mem  memory.Allocator
	refs atomic.Int64
	last *ipc.Message
}

// Retain and Release count the references that the library's reader takes; drop frees the last message.
func (m *messages) Retain()  { m.refs.Add(1) }
func (m *messages) Release() { m.refs.Add(-1) }

func (m *messages) drop() {
	if m.last != nil {
		m.last.Release()
		m.last = nil
	}
}

// maxMetadata is the largest flatbuffer that is read: a schema of a hundred thousand columns is smaller.
const maxMetadata = 64 << 20

// Message returns the next message, or io.EOF at the end marker.
func (m *messages) Message() (*ipc.Message, error) {
	m.drop()
	if m.byFooter {
		if b := m.schema; b != nil {
			m.schema = nil
			return m.hand(b, nil)
		}
		if len(m.blocks) == 0 {
			return nil, io.EOF
		}
		b := m.blocks[0]
		m.blocks = m.blocks[1:]
		m.r, m.size, m.read = io.NewSectionReader(m.at, b[0], b[1]), b[1], 0
	}
	n, err := m.word() // its errors are not wrapped: the library takes io.EOF for the end
	if err == io.EOF {
		return nil, fmt.Errorf("%w: the stream has no end marker", ErrCorrupt)
	}
	if err == nil && n == 0xffffffff { // else a length without continuation marker, as written before Arrow 0.15
		n, err = m.word()
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: message length: %v", ErrCorrupt, err)
	case n == 0:
		return nil, io.EOF
	case int64(n) > m.size-m.read || n > maxMetadata:
		return nil, fmt.Errorf("%w: a message claims %d bytes of metadata, %d are left", ErrCorrupt, n, m.size-m.read)
	}
	meta := make([]byte, n)
	if err := m.fill(meta); err != nil {
		return nil, err
	}
	return m.hand(meta, m.r)
}

// hand checks a message's metadata, reads its body and makes the library's message.
func (m *messages) hand(meta []byte, r io.Reader) (*ipc.Message, error) {
	info, err := checkMessage(meta)
	if err != nil {
		return nil, err
	}
	if info.body > m.size-m.read || r == nil && info.body > 0 {
		return nil, fmt.Errorf("%w: a message claims a body of %d bytes, %d are left", ErrCorrupt, info.body,
			m.size-m.read)
	}
	body := memory.NewResizableBuffer(m.mem)
	defer body.Release()
	body.Resize(int(info.body))
	if err := m.fill(body.Bytes()); err != nil {
		return nil, err
	}
	if err := info.checkBody(body.Bytes()); err != nil {
		return nil, err
	}
	mb := memory.NewBufferBytes(meta)
	defer mb.Release()
	m.last = ipc.NewMessage(mb, body)
	return m.last, nil
}

func (m *messages) word() (uint32, error) {
	var b [4]byte
	n, err := io.ReadFull(m.r, b[:])
	m.read += int64(n)
	return binary.LittleEndian.Uint32(b[:]), err
}

func (m *messages) fill(b []byte) error {
	n, err := io.ReadFull(m.r, b)
	m.read += int64(n)
	if err != nil {
		return fmt.Errorf("%w: message: %v", ErrCorrupt, err)
	}
	return nil
}
