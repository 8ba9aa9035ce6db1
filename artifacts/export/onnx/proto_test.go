package onnx

import (
	"encoding/hex"
	"testing"
)

// TestEncoding compares messages with what protoc writes. Expected values: onnx 1.23.2 for Python,
// helper.make_attribute("axis", 1), helper.make_tensor("c", TensorProto.DOUBLE, [1, 2], [1.0, -2.0]) with raw data, and
// helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3]), each with SerializeToString().hex().
func TestEncoding(t *testing.T) {
	for name, c := range map[string]struct {
		got  []byte
		want string
	}{
		"attribute": {attribute{"axis", int64(1)}.encode(), "0a04617869731801a00102"},
		"tensor": {float64Tensor([]int64{1, 2}, 1, -2).encode("c"),
			"08010802100b4201634a10000000000000f03f00000000000000c0"},
		"input": {valueInfo("x", float32s, "", "batch", 3), "0a017812130a110801120d0a07120562617463680a020803"},
	} {
		if got := hex.EncodeToString(c.got); got != c.want {
			t.Errorf("%s: got %s, wanted %s", name, got, c.want)
		}
	}
}

// TestConstantsAreShared: equal constants are one; another type or shape is another.
func TestConstantsAreShared(t *testing.T) {
	g := newGraph()
	first, again := g.number(1), g.number(1)
	if first != again || g.row(1) == first || g.ints(1) == g.row(1) || len(g.constants) != 3 {
		t.Errorf("%d constants", len(g.constants))
	}
}
