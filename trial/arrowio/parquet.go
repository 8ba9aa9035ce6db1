package arrowio

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"eahas/trial/arrowio/checked"
)

// parquetFile reads Parquet column by column through the library's page and chunk readers, in the caller's goroutine.
//
// Note: the library's record reader is not used. It reads struct members in goroutines of its own even when asked to be
// serial, and a panic there, which a corrupt page causes, cannot be caught.
type parquetFile struct {
	r      reading
	size   int64
	mem    memory.Allocator
	rd     *file.Reader
	ls     []*leaf
	levels []listLevels // by leaf
	pool   sync.Pool
	meta   map[string]string // keys of ours of the whole table
}

func openParquet(r reading, size int64, mem memory.Allocator) (source, error) {
	lim := checked.NewAllocator(mem)
	props := parquet.NewReaderProperties(lim)
	props.BufferedStreamEnabled = true
	if err := checked.ParquetFooter(r, size); err != nil {
		return nil, err
	}
	rd, err := file.NewParquetReader(r, file.WithReadProps(props))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	p := &parquetFile{r: r, size: size, mem: lim, rd: rd}
	p.pool.New = func() any { return memory.NewResizableBuffer(lim) }
	sc := rd.MetaData().Schema
	stored := arrowSchema(rd)
	p.meta = stored.table
	for i := range sc.NumColumns() {
		l, level := parquetLeaf(sc.Column(i))
		l.markParquet(sc.Column(i), stored.durations)
		l.meta = stored.fields[l.name]
		p.ls, p.levels = append(p.ls, l), append(p.levels, level)
	}
	refuseTwins(p.ls)
	return p, nil
}

// storedSchema is what the schema says that Arrow left in the file when it wrote it; empty for none, and for one that
// cannot be read: it says nothing then, the columns have types of their own.
type storedSchema struct {
	durations map[string]string            // the units of the columns that were durations, by name
	fields    map[string]map[string]string // what fields say of themselves, by name
	table     map[string]string            // what the table says of itself
}

func arrowSchema(rd *file.Reader) storedSchema {
	kv := rd.MetaData().KeyValueMetadata()
	if kv == nil {
		return storedSchema{}
	}
	text := kv.FindValue("ARROW:schema")
	if text == nil {
		return storedSchema{}
	}
	b, err := base64.StdEncoding.DecodeString(*text)
	if err != nil {
		return storedSchema{}
	}
	s, err := openIPC(bytes.NewReader(b), int64(len(b)), false, nil)
	if err != nil {
		return storedSchema{}
	}
	out := storedSchema{map[string]string{}, map[string]map[string]string{}, s.(described).about()}
	for _, l := range s.leaves() {
		out.fields[l.name] = l.meta
		if strings.Contains(l.typ, "duration[") {
			out.durations[l.name] = l.ownUnit
		}
	}
	return out
}

// listLevels are the definition levels at which lists have an element: inner that of the list, outer that of the list
// that it lies in. 0 stands for no list.
type listLevels struct{ outer, inner int16 }

// parquetLeaf describes one column and says at which levels its lists have elements.
func parquetLeaf(c *schema.Column) (*leaf, listLevels) {
	var chain []schema.Node // from the column up to the root's child
	for n := schema.Node(c.SchemaNode()); n != nil && n.Parent() != nil; n = n.Parent() {
		chain = append(chain, n)
	}
	names, lists := walkNodes(chain)
	l := &leaf{name: strings.Join(names, "."), list: len(lists) > 0}
	l.kind, l.typ = parquetKind(c)
	if l.list {
		l.typ = "list<" + l.typ + ">"
	}
	var levels listLevels
	switch n := len(lists); {
	case n > 2:
		l.kind, l.use = kindOther, errDeep
	case l.kind == kindOther:
		l.use = fmt.Errorf("%w: %s is not read", ErrType, l.typ)
	case n == 2:
		levels = listLevels{lists[0], lists[1]}
		l.makeDeep()
	case n == 1:
		levels.inner = lists[0]
	}
	return l, levels
}

// walkNodes goes from the root's child, the last of chain, down to the column: its names without those of the wrappers
// of lists, and at which definition levels the lists that it lies in have an element, from the outermost on.
func walkNodes(chain []schema.Node) (names []string, lists []int16) {
	var level int16
	wrapped := false // inside the wrappers of a LIST group: the repeated group, and then its only member
	for i := len(chain) - 1; i >= 0; i-- {
		n := chain[i]
		rep := n.RepetitionType()
		if rep != parquet.Repetitions.Required {
			level++
		}
		if rep == parquet.Repetitions.Repeated {
			lists = append(lists, level)
		}
		isList := n.ConvertedType() == schema.ConvertedTypes.List || n.LogicalType() != nil &&
			n.LogicalType().Equals(schema.ListLogicalType{})
		switch {
		case wrapped && rep == parquet.Repetitions.Repeated && i > 0:
			g, ok := n.(*schema.GroupNode)
			wrapped = ok && g.NumFields() == 1 // then the member is the element and has no name of its own
		case wrapped:
			wrapped = false
		default:
			names = append(names, n.Name())
		}
		wrapped = wrapped || isList && n.Type() == schema.Group
	}
	return names, lists
}

func (p *parquetFile) leaves() []*leaf { return p.ls }
func (p *parquetFile) close()          {}

// rowsPerBatch are the rows handed out at once; fewer when a list is among the columns, for a row is then many
// elements.
const (
	rowsPerBatch     = 16384
	rowsPerListBatch = 1024
)

func (p *parquetFile) scan(ctx context.Context, want []int, each func(*batch) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	step := rowsPerBatch
	b := &batch{}
	for _, w := range want {
		b.cols = append(b.cols, newColumn(p.ls[w]))
		if p.ls[w].list || p.ls[w].deep {
			step = rowsPerListBatch
		}
	}
	total, done := p.rd.NumRows(), int64(0)
	for g := range p.rd.NumRowGroups() {
		readers, rows, err := p.group(g, want)
		if err != nil {
			return fmt.Errorf("row group %d: %w", g, err)
		}
		for rows > 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			n := int(min(int64(step), rows))
			for i, rd := range readers {
				b.cols[i].reset()
				if err := fill(rd, b.cols[i], n); err != nil {
					return fmt.Errorf("row group %d, column %q, rows from %d: %w", g, b.cols[i].name, done, err)
				}
			}
			b.first, b.n = done, n
			done += int64(n)
			rows -= int64(n)
			b.share = float64(done) / float64(max(total, done))
			if err := each(b); err != nil {
				return err
			}
		}
		for i, rd := range readers {
			if err := finished(rd); err != nil {
				return fmt.Errorf("row group %d, column %q: %w", g, b.cols[i].name, err)
			}
		}
	}
	if done != total {
		return fmt.Errorf("%w: %d rows in the row groups, %d in the footer", ErrCorrupt, done, total)
	}
	return nil
}

// fill reads n rows into c and turns the library's panics into errors.
func fill(rd leafReader, c *column, n int) (err error) {
	defer guard(&err)
	err = rd.next(c, n)
	c.n = n
	return err
}

// finished makes sure that a column chunk holds what the footer states, and no more.
func finished(rd leafReader) (err error) {
	defer guard(&err)
	return rd.end()
}

// group opens the wanted columns of one row group.
func (p *parquetFile) group(g int, want []int) (readers []leafReader, rows int64, err error) {
	defer guard(&err)
	rg := p.rd.RowGroup(g)
	rows = rg.NumRows()
	if rows < 0 {
		return nil, 0, fmt.Errorf("%w: %d rows", ErrCorrupt, rows)
	}
	if rows == 0 {
		return nil, 0, nil // its chunks have no pages
	}
	for _, w := range want {
		rd, err := p.chunk(rg, w)
		if err != nil {
			return nil, 0, err
		}
		readers = append(readers, rd)
	}
	return readers, rows, nil
}

// chunk opens column w of a row group, after a look at where its pages lie. Kept whole: it is the list of what a chunk
// must hold to before it is read.
func (p *parquetFile) chunk(rg *file.RowGroupReader, w int) (leafReader, error) {
	meta, err := rg.MetaData().ColumnChunk(w)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	start := meta.DataPageOffset()
	if d := meta.DictionaryPageOffset(); meta.HasDictionaryPage() && d > 0 && d < start {
		start = d
	}
	n := meta.TotalCompressedSize()
	if start < 4 || n < 0 || start > p.size || n > p.size-start {
		return nil, fmt.Errorf("%w: column %q claims the bytes %d to %d of a file of %d", ErrCorrupt,
			p.ls[w].name, start, start+n, p.size)
	}
	if meta.CryptoMetadata() != nil {
		return nil, fmt.Errorf("%w: column %q is encrypted", ErrFormat, p.ls[w].name)
	}
	descr := p.rd.MetaData().Schema.Column(w)
	path := meta.PathInSchema().String() // some writers leave it out
	if meta.Type() != descr.PhysicalType() || path != "" && path != descr.Path() {
		return nil, fmt.Errorf("%w: where column %q of the type %v should lie there is %q of the type %v", ErrCorrupt,
			descr.Path(), descr.PhysicalType(), path, meta.Type())
	}
	in := checked.NewPages(io.NewSectionReader(p.r, start, n), n, meta.NumValues(), meta.Compression(), descr)
	nulls := int64(-1) // not stated; of lists, writers count different things
	if st, err := meta.Statistics(); err == nil && st != nil && st.HasNullCount() && p.levels[w].inner == 0 {
		nulls = st.NullCount()
	}
	//lint:ignore SA1019 the only way to give the library's decoders pages that were checked; what makes it unsafe is checked in Pages
	chunk := file.NewColumnReader(descr, in, p.mem, &p.pool)
	return newLeafReader(chunk, descr, p.ls[w], p.levels[w], nulls)
}
