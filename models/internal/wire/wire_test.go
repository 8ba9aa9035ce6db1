package wire

import (
	"errors"
	"math"
	"slices"
	"testing"
)

func sample() []byte {
	b := AppendU32([]byte("tst1"), 3)
	b = AppendF64s(AppendU32(b, 2), []float64{1.5, -2})
	return AppendBlock(append(b, 7), []byte("xyz"))
}

func TestRoundTrip(t *testing.T) {
	r := NewReader(sample(), "tst1")
	if n := r.Int(3); n != 3 {
		t.Errorf("Int is %d", n)
	}
	if xs := r.F64s(r.Count(8)); !slices.Equal(xs, []float64{1.5, -2}) {
		t.Errorf("F64s are %v", xs)
	}
	if u, b := r.U8(), r.Block(); u != 7 || string(b) != "xyz" {
		t.Errorf("U8 is %d, Block %q", u, b)
	}
	if err := r.Close(); err != nil || r.Left() != 0 {
		t.Errorf("Close: %v, %d left", err, r.Left())
	}
}

func TestHostileBytes(t *testing.T) {
	for name, read := range map[string]func() *Reader{
		"magic":      func() *Reader { return NewReader([]byte("tst2rest"), "tst1") },
		"short":      func() *Reader { return NewReader([]byte("ts"), "tst1") },
		"int":        func() *Reader { r := NewReader(AppendU32(nil, 9), ""); r.Int(8); return r },
		"count":      func() *Reader { r := NewReader(AppendU32(nil, math.MaxUint32), ""); r.Count(8); return r },
		"numbers":    func() *Reader { r := NewReader(make([]byte, 15), ""); r.F64s(2); return r },
		"negative":   func() *Reader { r := NewReader(nil, ""); r.F64s(-1); return r },
		"not finite": func() *Reader { r := NewReader(AppendF64(nil, math.Inf(1)), ""); r.F64(); return r },
		"block":      func() *Reader { r := NewReader(AppendU32(nil, 1), ""); r.Block(); return r },
		"left over":  func() *Reader { return NewReader([]byte{1}, "") },
	} {
		r := read()
		if err := r.Close(); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: Close gave %v", name, err)
		}
		if r.U8() != 0 || r.F64() != 0 || r.Count(1) != 0 || r.Int(9) != 0 || r.Block() != nil || r.F64s(0) != nil {
			t.Errorf("%s: a field behind the failure is not zero", name)
		}
	}
}
