package dense

import (
	"bytes"
	"math"
	"reflect"
	"testing"

	"eahas/features"

	"pgregory.net/rapid"
)

var nan = math.NaN()

func frame(p int, data ...float64) *features.Frame {
	f := &features.Frame{N: len(data) / p, Data: data}
	for range p {
		f.Columns = append(f.Columns, features.Column{Group: -1})
	}
	return f
}

// Column 0 varies, 1 is constant, 2 has one missing value, 3 is missing together with 2, 4 is all missing,
// 5 is constant where present.
func example() *features.Frame {
	return frame(6,
		1, 7, 0, 1, nan, 3,
		2, 7, nan, nan, nan, 3,
		3, 7, 2, 2, nan, 3,
		4, 7, 4, 6, nan, nan)
}

func TestScalerPlanted(t *testing.T) {
	s := Fit(example())
	if s.Width() != 5 { // columns 0, 2, 3; indicators of 2 (shared with 3) and 5
		t.Fatalf("width %d, want 5", s.Width())
	}
	got := s.Apply(nil, []float64{1, 7, nan, 3, 1, 3})
	// By hand: column 0 has mean 2.5, variance 1.25; column 3 has mean 3, an indicator has mean 1/4, variance 3/16.
	want := []float64{-1.5 / math.Sqrt(1.25), 0, 0, 0.75 / math.Sqrt(3.0/16), -0.25 / math.Sqrt(3.0/16)}
	for j := range want {
		if math.Abs(got[j]-want[j]) > 1e-15 {
			t.Errorf("output %d is %v, want %v", j, got[j], want[j])
		}
	}
	for j, want := range []struct {
		column    int
		indicator bool
	}{{0, false}, {2, false}, {3, false}, {2, true}, {5, true}} {
		if c, ind := s.Source(j); c != want.column || ind != want.indicator {
			t.Errorf("source of %d is %d %v, want %+v", j, c, ind, want)
		}
	}
}

func TestMatrixIsStandard(t *testing.T) {
	s := Fit(example())
	m := s.Matrix(example())
	for j := range s.Width() {
		sum, square, n := 0.0, 0.0, 0.0
		for i := range 4 {
			c, ind := s.Source(j)
			if !ind && math.IsNaN(example().Row(i)[c]) {
				continue
			}
			v := m[i*s.Width()+j]
			sum, square, n = sum+v, square+v*v, n+1
		}
		if math.Abs(sum) > 1e-12 || math.Abs(square/n-1) > 1e-12 {
			t.Errorf("output %d has mean %v and mean square %v over present rows", j, sum/n, square/n)
		}
	}
}

func TestFiniteWhateverComes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, n := rapid.IntRange(1, 4).Draw(t, "p"), rapid.IntRange(0, 6).Draw(t, "n")
		value := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, 1, nan, math.Inf(1), math.MaxFloat64,
			-math.MaxFloat64, 5e-324}))
		f := frame(p, rapid.SliceOfN(value, n*p, n*p).Draw(t, "data")...)
		s := Fit(f)
		for j, v := range s.Apply(nil, rapid.SliceOfN(value, p, p).Draw(t, "x")) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("output %d is %v", j, v)
			}
		}
		b, _ := s.AppendBinary(nil)
		if back, err := Decode(b); err != nil || !reflect.DeepEqual(back, s) {
			t.Fatalf("round trip gave %+v, %v; want %+v", back, err, s)
		}
	})
}

func TestApplyDoesNotAllocate(t *testing.T) {
	s, x := Fit(example()), example().Row(1)
	dst := make([]float64, s.Width())
	if n := testing.AllocsPerRun(100, func() { s.Apply(dst, x) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzDecode(f *testing.F) {
	b, _ := Fit(example()).AppendBinary(nil)
	f.Add(b)
	f.Add(b[:len(b)-1])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Decode(b)
		if err != nil {
			return
		}
		if again, _ := s.AppendBinary(nil); !bytes.Equal(again, b) {
			t.Errorf("decoded and encoded again: %x, was %x", again, b)
		}
		if s.inputs < 1<<10 {
			s.Apply(nil, make([]float64, s.inputs))
		}
	})
}
