package arrowio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"eahas/trial/arrowio/checked"
)

// ipcFile reads Arrow IPC in both forms: a stream of messages, or a file (Feather V2), which is a stream between a
// magic number and a footer. A file is read by its footer, for what lies before it need not be a stream (Polars 2
// writes none).
type ipcFile struct {
	r     reading
	end   int64              // where the messages end at the latest
	foot  *checked.IPCFooter // of a file; nil of a stream
	mem   memory.Allocator
	ls    []*leaf
	paths [][]int // by leaf: the field's number at each depth of structs
	total int64
	meta  map[string]string // keys of ours of the whole table
}

func openIPC(r reading, size int64, isFile bool, mem memory.Allocator) (source, error) {
	p := &ipcFile{r: r, end: size, mem: checked.NewAllocator(mem), total: -1}
	if isFile {
		foot, err := checked.IPCFile(r, size)
		if err != nil {
			return nil, err
		}
		p.foot, p.end, p.total = foot, foot.End, foot.Batches
	}
	rd, msgs, err := p.begin()
	if err != nil {
		return nil, err
	}
	defer msgs.Drop()
	defer rd.Release()
	p.meta = oursOf(rd.Schema().Metadata())
	for i, f := range rd.Schema().Fields() {
		before := len(p.ls)
		p.addLeaves("", []int{i}, f)
		if len(p.ls) == before+1 {
			p.ls[before].meta = oursOf(f.Metadata)
		}
	}
	refuseTwins(p.ls)
	return p, nil
}

// ourPrefix begins the keys of metadata that are ours.
const ourPrefix = "eahas."

// oursOf returns the metadata under keys of ours; nil for none.
func oursOf(m arrow.Metadata) map[string]string {
	var out map[string]string
	for i, key := range m.Keys() {
		if strings.HasPrefix(key, ourPrefix) && i < m.Len() {
			if out == nil {
				out = map[string]string{}
			}
			out[key] = m.Values()[i]
		}
	}
	return out
}

// described is a source whose table says something of itself.
type described interface{ about() map[string]string }

func (p *ipcFile) about() map[string]string     { return p.meta }
func (p *parquetFile) about() map[string]string { return p.meta }

// begin starts reading at the first message.
func (p *ipcFile) begin() (rd *ipc.Reader, msgs *checked.Messages, err error) {
	defer guard(&err)
	msgs = checked.NewMessages(p.r, p.end, p.foot, p.mem)
	rd, err = ipc.NewReaderFromMessageReader(msgs, ipc.WithAllocator(p.mem))
	if err != nil {
		msgs.Drop()
		return nil, nil, corrupt(err)
	}
	return rd, msgs, nil
}

// corrupt marks an error of the library, unless it says what it is already.
func corrupt(err error) error {
	for _, known := range []error{ErrCorrupt, ErrFormat, ErrType} {
		if errors.Is(err, known) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", ErrCorrupt, err)
}

// addLeaves lists a field, or the members of a struct.
func (p *ipcFile) addLeaves(prefix string, path []int, f arrow.Field) {
	name := prefix + f.Name
	if st, ok := f.Type.(*arrow.StructType); ok {
		for i, m := range st.Fields() {
			p.addLeaves(name+".", append(path[:len(path):len(path)], i), m)
		}
		return
	}
	l := &leaf{name: name, typ: f.Type.String()}
	dt := f.Type
	if t, ok := dt.(arrow.ListLikeType); ok && dt.ID() != arrow.MAP {
		l.list, dt = true, t.Elem()
		path = append(path[:len(path):len(path)], intoList)
		if st, ok := dt.(*arrow.StructType); ok { // a list of structs is a list a member
			p.addMembers(name+".", path, st)
			return
		}
	}
	inner, deep := dt.(arrow.ListLikeType)
	if deep = deep && l.list; deep {
		dt = inner.Elem()
	}
	l.kind = arrowKind(dt)
	l.markType(dt)
	switch {
	case l.kind == kindOther:
		l.use = fmt.Errorf("%w: %s is not read", ErrType, l.typ)
	case deep:
		path = path[:len(path)-1]
		l.makeDeep()
	}
	p.ls, p.paths = append(p.ls, l), append(p.paths, path)
}

// intoList is the step of a path from a list to its elements.
const intoList = -1

// addMembers lists the members of the structs in a list.
func (p *ipcFile) addMembers(prefix string, path []int, st *arrow.StructType) {
	for i, m := range st.Fields() {
		at := append(path[:len(path):len(path)], i)
		if inner, ok := m.Type.(*arrow.StructType); ok {
			p.addMembers(prefix+m.Name+".", at, inner)
			continue
		}
		l := &leaf{name: prefix + m.Name, typ: "list<" + m.Type.String() + ">", list: true, kind: arrowKind(m.Type)}
		l.markType(m.Type)
		if l.kind == kindOther {
			l.use = fmt.Errorf("%w: %s is not read", ErrType, l.typ)
		}
		p.ls, p.paths = append(p.ls, l), append(p.paths, at)
	}
}

func (p *ipcFile) leaves() []*leaf { return p.ls }
func (p *ipcFile) close()          {}

func (p *ipcFile) scan(ctx context.Context, want []int, each func(*batch) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	rd, msgs, err := p.begin()
	if err != nil {
		return err
	}
	defer msgs.Drop()
	defer rd.Release()
	b := &batch{}
	step := rowsPerBatch
	for _, w := range want {
		b.cols = append(b.cols, newColumn(p.ls[w]))
		if p.ls[w].list {
			step = rowsPerListBatch
		}
	}
	records := int64(0)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		rec, err := nextRecord(rd)
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("record batch %d: %w", records, err)
		}
		records++
		for lo := 0; lo < int(rec.NumRows()); lo += step {
			if err := ctx.Err(); err != nil {
				return err
			}
			b.n = min(step, int(rec.NumRows())-lo)
			for i, w := range want {
				if err := p.extract(b.cols[i], rec, p.paths[w], lo, b.n); err != nil {
					return fmt.Errorf("column %q, rows from %d: %w", p.ls[w].name, b.first, err)
				}
			}
			b.share = msgs.Share()
			if err := each(b); err != nil {
				return err
			}
			b.first += int64(b.n)
		}
	}
	if p.foot != nil && records != p.total {
		return fmt.Errorf("%w: %d record batches, %d in the footer", ErrCorrupt, records, p.total)
	}
	return nil
}

func nextRecord(rd *ipc.Reader) (rec arrow.RecordBatch, err error) {
	defer guard(&err)
	rec, err = rd.Read()
	if err != nil && err != io.EOF {
		return nil, corrupt(err)
	}
	if err == nil && rec == nil {
		return nil, fmt.Errorf("%w: no record batch", ErrCorrupt)
	}
	return rec, err
}
