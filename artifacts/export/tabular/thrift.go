package tabular

import "encoding/binary"

// Types of Thrift's compact protocol.
const (
	thriftTrue   = 1
	thriftI32    = 5
	thriftI64    = 6
	thriftBinary = 8
	thriftList   = 9
	thriftStruct = 12
)

// thrift encodes structs in Thrift's compact protocol: each field as the distance to the last field's number, its type,
// and its value.
type thrift struct {
	b    []byte
	last []int16 // number of the last field, of each open struct
}

func (t *thrift) begin() { t.last = append(t.last, 0) }

func (t *thrift) end() {
	t.b = append(t.b, 0)
	t.last = t.last[:len(t.last)-1]
}

func (t *thrift) field(number int16, kind byte) {
	top := &t.last[len(t.last)-1]
	t.b = append(t.b, byte(number-*top)<<4|kind) // our fields ascend by less than 16
	*top = number
}

func (t *thrift) i32(number int16, v int32) {
	t.field(number, thriftI32)
	t.b = binary.AppendVarint(t.b, int64(v))
}

func (t *thrift) i64(number int16, v int64) {
	t.field(number, thriftI64)
	t.b = binary.AppendVarint(t.b, v)
}

func (t *thrift) text(number int16, v string) {
	t.field(number, thriftBinary)
	t.string(v)
}

func (t *thrift) string(v string) {
	t.b = binary.AppendUvarint(t.b, uint64(len(v)))
	t.b = append(t.b, v...)
}

// list begins a list; its n elements follow.
func (t *thrift) list(number int16, kind byte, n int) {
	t.field(number, thriftList)
	if n < 15 {
		t.b = append(t.b, byte(n)<<4|kind)
		return
	}
	t.b = append(t.b, 0xf0|kind)
	t.b = binary.AppendUvarint(t.b, uint64(n))
}

func (t *thrift) i32s(number int16, vs ...int32) {
	t.list(number, thriftI32, len(vs))
	for _, v := range vs {
		t.b = binary.AppendVarint(t.b, int64(v))
	}
}

func (t *thrift) texts(number int16, vs ...string) {
	t.list(number, thriftBinary, len(vs))
	for _, v := range vs {
		t.string(v)
	}
}

// inner begins a struct that is a field.
func (t *thrift) inner(number int16) {
	t.field(number, thriftStruct)
	t.begin()
}
