package features

import (
	"errors"
	"strings"
	"testing"

	"eahas/internal/stream"
)

func mustBuiltin(t testing.TB, name string) Space {
	t.Helper()
	s, err := Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBuiltinSizes(t *testing.T) {
	// paper.md: about 5.0e10 with the released code's value lists: 10*11*241*501*7 architectures, 540 settings.
	s := mustBuiltin(t, "eahas-cifar10")
	if got, want := s.Size(), 50_204_107_800.0; got != want {
		t.Errorf("size %.0f, want %.0f", got, want)
	}
	s = mustBuiltin(t, "eahas-tinyimagenet")
	if got, want := s.Size(), 10.*11*241*1501*7*540; got != want {
		t.Errorf("size %.0f, want %.0f", got, want)
	}
	if _, err := Builtin("nas-bench-101"); !errors.Is(err, ErrSpace) ||
		!strings.Contains(err.Error(), "eahas-cifar10") {
		t.Errorf("unknown name: %v", err)
	}
}

func TestBuiltinSamplesBelong(t *testing.T) {
	for _, name := range Builtins() {
		s := mustBuiltin(t, name)
		enc, err := NewEncoder(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(enc.Columns()); got != 26 {
			t.Errorf("%s: %d columns, the paper encodes 26", name, got)
		}
		rng := stream.New(1, name)
		z := s.NewSampler()
		for range 200 {
			c, err := z.Sample(rng)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Check(c); err != nil {
				t.Fatalf("%s: %v: %v", name, c.Key(), err)
			}
			row, err := enc.Encode(nil, c)
			if err != nil {
				t.Fatal(err)
			}
			for j, x := range row {
				if !(x >= 0 && x <= 1) {
					t.Fatalf("%s: column %s = %g", c.Key(), enc.Columns()[j].Name, x)
				}
			}
		}
	}
}

func BenchmarkSampleCIFAR10(b *testing.B) {
	s := mustBuiltin(b, "eahas-cifar10")
	rng, z := stream.New(1), s.NewSampler()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := z.Sample(rng); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	s := mustBuiltin(b, "eahas-cifar10")
	c, err := s.Sample(stream.New(1))
	if err != nil {
		b.Fatal(err)
	}
	enc, err := NewEncoder(s)
	if err != nil {
		b.Fatal(err)
	}
	dst := make([]float64, len(enc.Columns()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := enc.Encode(dst, c); err != nil {
			b.Fatal(err)
		}
	}
}
