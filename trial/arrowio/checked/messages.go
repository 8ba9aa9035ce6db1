package checked

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Messages hands the messages of an IPC stream to the library, each checked against the bytes there are
// (https://arrow.apache.org/docs/format/Columnar.html, "Encapsulated message format").
type Messages struct {
	r    io.Reader
	size int64 // of the stream
	read int64

	byFooter bool // of a file: the schema first, then the blocks
	schema   []byte
	blocks   [][2]int64
	named    int // blocks in the footer
	at       io.ReaderAt

	mem  memory.Allocator
	refs atomic.Int64
	last *ipc.Message
}

// NewMessages reads the messages of a stream of end bytes, or, where foot is not nil, those that a file's footer names.
// Bodies lie in memory of mem; the caller gives the last one back by Drop.
func NewMessages(r io.ReaderAt, end int64, foot *IPCFooter, mem memory.Allocator) *Messages {
	m := &Messages{r: io.NewSectionReader(r, 0, end), size: end, mem: mem}
	if foot != nil {
		m.schema, m.blocks, m.at, m.byFooter = foot.schema, foot.blocks, r, true
		m.named = len(foot.blocks)
	}
	return m
}

// Retain and Release count the references that the library's reader takes.
func (m *Messages) Retain()  { m.refs.Add(1) }
func (m *Messages) Release() { m.refs.Add(-1) }

// Share is how much of the stream, or of a file's messages, has been read: 0 to 1.
func (m *Messages) Share() float64 {
	if m.byFooter {
		return 1 - float64(len(m.blocks))/float64(max(m.named, 1))
	}
	return float64(m.read) / float64(max(m.size, 1))
}

// Drop frees the last message.
func (m *Messages) Drop() {
	if m.last != nil {
		m.last.Release()
		m.last = nil
	}
}

// maxMetadata is the largest flatbuffer that is read: a schema of a hundred thousand columns is smaller.
const maxMetadata = 64 << 20

// Message returns the next message, or io.EOF at the end marker.
func (m *Messages) Message() (*ipc.Message, error) {
	m.Drop()
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
func (m *Messages) hand(meta []byte, r io.Reader) (*ipc.Message, error) {
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

func (m *Messages) word() (uint32, error) {
	var b [4]byte
	n, err := io.ReadFull(m.r, b[:])
	m.read += int64(n)
	return binary.LittleEndian.Uint32(b[:]), err
}

func (m *Messages) fill(b []byte) error {
	n, err := io.ReadFull(m.r, b)
	m.read += int64(n)
	if err != nil {
		return fmt.Errorf("%w: message: %v", ErrCorrupt, err)
	}
	return nil
}
