package onnx

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// elem is a tensor's element type, by its number in onnx.proto.
type elem uint64

const (
	float32s elem = 1
	uint8s   elem = 2
	int32s   elem = 6
	int64s   elem = 7
	texts    elem = 8
	bools    elem = 9
	float64s elem = 11
)

// The encoding of onnx.proto (github.com/onnx/onnx): each function below appends one field or one message.

func varint(b []byte, field protowire.Number, x uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), x)
}

func text(b []byte, field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}

func message(b []byte, field protowire.Number, m []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), m)
}

// varints appends integers one by one: onnx.proto is proto2, which does not pack.
func varints(b []byte, field protowire.Number, xs []int64) []byte {
	for _, x := range xs {
		b = varint(b, field, uint64(x))
	}
	return b
}

func fixed32(b []byte, field protowire.Number, x float32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(b, field, protowire.Fixed32Type), math.Float32bits(x))
}

// tensor is a TensorProto of numbers, row-major, or of texts.
type tensor struct {
	kind  elem
	shape []int64
	raw   []byte
	texts []string
}

func float64Tensor(shape []int64, xs ...float64) tensor {
	t := tensor{kind: float64s, shape: shape}
	for _, x := range xs {
		t.raw = binary.LittleEndian.AppendUint64(t.raw, math.Float64bits(x))
	}
	return t
}

func int64Tensor(shape []int64, xs ...int64) tensor {
	t := tensor{kind: int64s, shape: shape}
	for _, x := range xs {
		t.raw = binary.LittleEndian.AppendUint64(t.raw, uint64(x))
	}
	return t
}

func (t tensor) encode(name string) []byte {
	var b []byte
	b = varints(b, 1, t.shape)
	b = varint(b, 2, uint64(t.kind))
	for _, s := range t.texts {
		b = text(b, 6, s)
	}
	if name != "" {
		b = text(b, 8, name)
	}
	if t.kind != texts {
		b = message(b, 9, t.raw)
	}
	return b
}

// attribute is a named AttributeProto.
type attribute struct {
	name  string
	value any // int64, float32, string, []int64, []float32, []string or tensor
}

// Numbers of AttributeProto's types.
const (
	typeFloat = iota + 1
	typeInt
	typeString
	typeTensor
	_
	typeFloats
	typeInts
	typeStrings
)

func (a attribute) encode() []byte {
	b := text(nil, 1, a.name)
	kind := uint64(0)
	switch v := a.value.(type) {
	case float32:
		b, kind = fixed32(b, 2, v), typeFloat
	case int64:
		b, kind = varint(b, 3, uint64(v)), typeInt
	case string:
		b, kind = text(b, 4, v), typeString
	case tensor:
		b, kind = message(b, 5, v.encode("")), typeTensor
	case []float32:
		for _, x := range v {
			b = fixed32(b, 7, x)
		}
		kind = typeFloats
	case []int64:
		b, kind = varints(b, 8, v), typeInts
	case []string:
		for _, s := range v {
			b = text(b, 9, s)
		}
		kind = typeStrings
	default:
		panic("onnx: an attribute of an unknown type")
	}
	return varint(b, 20, kind)
}

// valueInfo encodes an input or output: texts in shape are symbols, numbers fixed lengths.
func valueInfo(name string, kind elem, doc string, shape ...any) []byte {
	var dims []byte
	for _, d := range shape {
		var dim []byte
		switch d := d.(type) {
		case string:
			dim = text(nil, 2, d)
		case int:
			dim = varint(nil, 1, uint64(d))
		default:
			panic("onnx: a dimension is a text or an int")
		}
		dims = message(dims, 1, dim)
	}
	tensorType := message(varint(nil, 1, uint64(kind)), 2, dims)
	b := message(text(nil, 1, name), 2, message(nil, 1, tensorType))
	if doc != "" {
		b = text(b, 3, doc)
	}
	return b
}
