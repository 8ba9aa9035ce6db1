package checked

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// thrift reads the compact form of Thrift, in which Parquet writes its footer and page headers, without allocating what
// the bytes claim (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md). The first thing
// that is wrong is kept in err and ends the walk; short says that the bytes merely ended.
type thrift struct {
	b     []byte
	at    int
	err   error
	short bool
}

// The types of compact Thrift that Parquet uses.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

// maxThriftDepth is how deep structs may lie in each other; Parquet's own reach about ten.
const maxThriftDepth = 32

func (t *thrift) fail(format string, args ...any) {
	if t.err == nil {
		t.err = fmt.Errorf("%w: Parquet metadata: %s", ErrCorrupt, fmt.Sprintf(format, args...))
	}
}

func (t *thrift) ended() {
	t.short = true
	t.fail("it ends in the middle")
}

func (t *thrift) u8() byte {
	if t.err != nil || t.at >= len(t.b) {
		t.ended()
		return 0
	}
	t.at++
	return t.b[t.at-1]
}

func (t *thrift) uvarint() uint64 {
	if t.err != nil {
		return 0
	}
	x, k := binary.Uvarint(t.b[t.at:])
	if k == 0 {
		t.ended()
		return 0
	}
	if k < 0 {
		t.fail("a number of more than 64 bits")
		return 0
	}
	t.at += k
	return x
}

// int reads a zigzag number.
func (t *thrift) int() int64 {
	x := t.uvarint()
	return int64(x>>1) ^ -int64(x&1)
}

// bytes reads a length and so many bytes.
func (t *thrift) bytes() []byte {
	n := t.uvarint()
	if t.err != nil {
		return nil
	}
	if n > uint64(len(t.b)-t.at) {
		t.ended()
		return nil
	}
	t.at += int(n)
	return t.b[t.at-int(n) : t.at]
}

// list reads the head of a list: at least a byte an element has to follow.
func (t *thrift) list() (elem byte, n int) {
	h := t.u8()
	size := uint64(h >> 4)
	if size == 15 {
		size = t.uvarint()
	}
	if t.err == nil && size > uint64(len(t.b)-t.at) {
		t.ended()
		return 0, 0
	}
	return h & 15, int(size)
}

// fields walks the fields of a struct. each reads the field's value and returns true, or returns false to have it
// skipped; the value of a boolean is its type.
func (t *thrift) fields(depth int, each func(id int16, typ byte) bool) {
	if depth > maxThriftDepth {
		t.fail("structs nested too deep")
	}
	id := int16(0)
	for t.err == nil {
		h := t.u8()
		if h == 0 || t.err != nil {
			return
		}
		if d := h >> 4; d != 0 {
			id += int16(d)
		} else {
			id = int16(t.int())
		}
		if typ := h & 15; !each(id, typ) {
			t.skip(typ, depth)
		}
	}
}

// skip passes over a value.
func (t *thrift) skip(typ byte, depth int) {
	switch typ {
	case thriftTrue, thriftFalse:
	case thriftByte:
		t.u8()
	case thriftI16, thriftI32, thriftI64:
		t.uvarint()
	case thriftDouble:
		for range 8 {
			t.u8()
		}
	case thriftBinary:
		t.bytes()
	case thriftList, thriftSet:
		elem, n := t.list()
		for i := 0; i < n && t.err == nil; i++ {
			t.element(elem, depth)
		}
	case thriftMap:
		n := t.uvarint()
		if n == 0 {
			return
		}
		kv := t.u8()
		for i := uint64(0); i < n && t.err == nil; i++ {
			t.element(kv>>4, depth)
			t.element(kv&15, depth)
		}
	case thriftStruct:
		t.fields(depth+1, func(int16, byte) bool { return false })
	default:
		t.fail("type %d", typ)
	}
}

// element passes over an element of a list, where a boolean takes a byte.
func (t *thrift) element(typ byte, depth int) {
	if typ == thriftTrue || typ == thriftFalse {
		t.u8()
		return
	}
	if depth > maxThriftDepth {
		t.fail("lists nested too deep")
		return
	}
	t.skip(typ, depth+1)
}

// pageHeader is what is used of a page's header (parquet.thrift, PageHeader).
type pageHeader struct {
	typ         int64
	raw, packed int64 // bytes uncompressed and compressed
	crc         uint32
	hasCRC      bool
	values      int64
	nulls, rows int64 // version 2
	enc         int64
	defEnc      int64 // version 1
	repEnc      int64
	defLen      int64 // version 2
	repLen      int64
	plain       bool // version 2: not compressed
	ok          bool // the header of the page's own type is there
	size        int  // bytes of the header
}

// The types of pages.
const (
	pageData       = 0
	pageIndex      = 1
	pageDictionary = 2
	pageDataV2     = 3
)

// set takes one of the numbers that each kind of page has, by its field's id.
func (h *pageHeader) set(id int16, x int64) {
	switch id {
	case 1:
		h.typ = x
	case 2:
		h.raw = x
	case 3:
		h.packed = x
	case 4:
		h.crc, h.hasCRC = uint32(x), true
	}
}

// readPageHeader reads a page's header from the beginning of b. short says that b ends in the middle of it.
func readPageHeader(b []byte) (h pageHeader, short bool, err error) {
	t := &thrift{b: b}
	h.crc = 0
	own := map[int16]int64{5: pageData, 7: pageDictionary, 8: pageDataV2}
	t.fields(0, func(id int16, typ byte) bool {
		switch {
		case typ == thriftI32 && id >= 1 && id <= 4:
			h.set(id, t.int())
			return true
		case typ == thriftStruct && (id == 5 || id == 7 || id == 8):
			h.ok = own[id] == h.typ
			t.fields(1, func(f int16, typ byte) bool { return t.pageField(&h, id, f, typ) })
			return true
		}
		return false
	})
	if t.err == nil && min(h.raw, h.packed, h.values, h.nulls, h.rows, h.defLen, h.repLen) < 0 {
		t.fail("a page header with a negative size")
	}
	if t.err == nil && !h.ok && h.typ != pageIndex && h.typ >= 0 && h.typ <= pageDataV2 {
		t.fail("a page of type %d without the header of that type", h.typ)
	}
	h.size = t.at
	return h, t.short, t.err
}

// pageField reads one field of the header of a page's own type: 5 data page, 7 dictionary page, 8 data page of version
// 2.
func (t *thrift) pageField(h *pageHeader, own, f int16, typ byte) bool {
	if own == 8 && f == 7 && (typ == thriftTrue || typ == thriftFalse) {
		h.plain = typ == thriftFalse
		return true
	}
	if typ != thriftI32 {
		return false
	}
	to := map[int16][]*int64{
		5: {&h.values, &h.enc, &h.defEnc, &h.repEnc},
		7: {&h.values, &h.enc},
		8: {&h.values, &h.nulls, &h.rows, &h.enc, &h.defLen, &h.repLen},
	}[own]
	if int(f) < 1 || int(f) > len(to) {
		return false
	}
	*to[f-1] = t.int()
	return true
}

// maxSchemaDepth is how deep the groups of a schema may lie in each other.
const maxSchemaDepth = 64

// checkFooter walks the footer (parquet.thrift, FileMetaData) before the library builds it: the library takes memory
// for as many children as a group claims, and calls itself for each group inside a group.
func checkFooter(b []byte) error {
	t := &thrift{b: b}
	t.fields(0, func(id int16, typ byte) bool {
		if id != 2 || typ != thriftList {
			return false
		}
		elem, n := t.list()
		if elem != thriftStruct || n == 0 {
			t.fail("a schema without elements")
			return true
		}
		t.schema(n)
		return true
	})
	return t.err
}

// children reads one element of a schema and returns how many children it has.
func (t *thrift) children() (n int64) {
	t.fields(2, func(id int16, typ byte) bool {
		if id == 5 && typ == thriftI32 {
			n = t.int()
			return true
		}
		return false
	})
	return n
}

// schema walks n elements of a schema, which stand in depth-first order, each with the number of its children. Kept
// whole: one walk with its checks.
func (t *thrift) schema(n int) {
	var open []int64 // children still to come, by depth
	for i := 0; i < n && t.err == nil; i++ {
		children := t.children()
		for len(open) > 0 && open[len(open)-1] == 0 {
			open = open[:len(open)-1]
		}
		switch {
		case t.err != nil:
			return
		case i > 0 && len(open) == 0:
			t.fail("schema element %d of %d belongs to no group", i, n)
			return
		case children < 0 || children > int64(n-1-i):
			t.fail("schema element %d claims %d children, %d elements are left", i, children, n-1-i)
			return
		}
		if len(open) > 0 {
			open[len(open)-1]--
		}
		if children > 0 || i == 0 {
			if open = append(open, children); len(open) > maxSchemaDepth {
				t.fail("groups nested more than %d deep", maxSchemaDepth)
				return
			}
		}
	}
	if t.err == nil && slices.ContainsFunc(open, func(left int64) bool { return left != 0 }) {
		t.fail("the schema ends before the children that a group claims")
	}
}
