package neighbors

import (
	"bytes"
	"errors"
	"testing"

	"eahas/features"
	"eahas/models/dense"
	"eahas/models/internal/wire"
)

func example(t testing.TB) *Model {
	t.Helper()
	f := features.Frame{Columns: make([]features.Column, 2), N: 4, Data: []float64{0, 0, 1, 0, 0, 1, 3, 3}}
	s := dense.Fit(&f)
	m, err := New(s, 2, s.Matrix(&f), []float64{1, 2, 4, 8}, []float64{1, 1, 1, 1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The point (0, 0) is nearest to itself; (1, 0) and (0, 1) tie for the second place and share it.
func TestTiesShareTheirPlaces(t *testing.T) {
	if got, want := example(t).Predict(nil, []float64{0, 0})[0], (1+(2+4)/2.0)/2; got != want {
		t.Errorf("predicted %v, want %v", got, want)
	}
}

func TestDecodeRefuses(t *testing.T) {
	b, _ := example(t).AppendBinary(nil)
	for name, change := range map[string]func([]byte) []byte{
		"no bytes":   func(b []byte) []byte { return nil },
		"magic":      func(b []byte) []byte { b[3] = '9'; return b },
		"cut":        func(b []byte) []byte { return b[:len(b)-1] },
		"left over":  func(b []byte) []byte { return append(b, 0) },
		"NaN target": func(b []byte) []byte { copy(b[len(b)-40:], "\xff\xff\xff\xff\xff\xff\xff\xff"); return b },
	} {
		if _, err := Decode(change(bytes.Clone(b))); !errors.Is(err, wire.ErrFormat) {
			t.Errorf("%s: got error %v, want wire.ErrFormat", name, err)
		}
	}
	zeroWeight := append(bytes.Clone(b[:len(b)-8]), make([]byte, 8)...)
	if _, err := Decode(zeroWeight); !errors.Is(err, ErrShape) {
		t.Errorf("weight 0: got error %v, want ErrShape", err)
	}
}

func FuzzDecode(f *testing.F) {
	b, _ := example(f).AppendBinary(nil)
	f.Add(b)
	f.Add(b[:len(b)-1])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			return
		}
		if again, _ := m.AppendBinary(nil); !bytes.Equal(again, b) {
			t.Errorf("decoded and encoded again: %x, was %x", again, b)
		}
		if m.scaler.Inputs() < 1<<10 {
			m.Predict(nil, make([]float64, m.scaler.Inputs()))
		}
	})
}
