package features

import (
	"math"
	"testing"

	"eahas/internal/stream"
)

// TestZeroApart: 0 beside a range by the logarithm is a value of its own, a quarter of the range below its low end; it
// is neither refused nor log(0) nor a reason to give up the logarithm.
func TestZeroApart(t *testing.T) {
	t.Parallel()
	var many []Config
	for i := range 60 {
		x := math.Pow(10, -5+3*float64(i)/59)
		if i%5 == 0 {
			x = 0
		}
		many = append(many, Config{"wd": Number(x), "few": Number([]float64{0, 1e-5, 1e-4, 1e-3}[i%4])})
	}
	s := Infer("zero", many).Space
	wd, few := s.Param("wd"), s.Param("few")
	if wd.Kind != Log || !wd.Zero || wd.Low <= 0 || few.Kind != Ordinal || !few.Log || few.Choices[0] != Number(0) {
		t.Fatalf("%+v %+v", wd, few)
	}
	wd.Low, wd.High = 1e-5, 1e-2
	e, err := NewEncoder(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ wd, few, x, y float64 }{
		// log10 of 1e-4 is a third of the way from 1e-5 to 1e-2, and half the way from 1e-5 to 1e-3
		{0, 0, -0.25, -0.25}, {1e-5, 1e-5, 0, 0}, {1e-4, 1e-4, 1. / 3, 0.5}, {1e-2, 1e-3, 1, 1},
	} {
		config := Config{"wd": Number(c.wd), "few": Number(c.few)}
		if err := s.Check(config); err != nil {
			t.Error(err)
		}
		row, err := e.Encode(nil, config)
		if err != nil {
			t.Fatal(err)
		}
		for j, col := range e.Columns() {
			want := c.x
			if col.Name == "few" {
				want = c.y
			}
			if math.Abs(row[j]-want) > 1e-12 {
				t.Errorf("%v: %s is %v, want %v", config, col.Name, row[j], want)
			}
		}
	}
	for _, x := range []float64{1e-6, -1e-5, 0.1} {
		if s.Check(Config{"wd": Number(x), "few": Number(0)}) == nil {
			t.Errorf("%v is inside", x)
		}
	}
	zeros, rng := 0, stream.New(1, "zero")
	for range 1000 {
		c, err := s.Sample(rng)
		if err != nil || s.Check(c) != nil {
			t.Fatal(c, err)
		}
		if x, _ := c["wd"].Float(); x == 0 {
			zeros++
		}
	}
	if zeros < 60 || zeros > 140 { // a tenth, 4 standard deviations to each side
		t.Errorf("%d of 1000 draws are 0", zeros)
	}
}

// TestZeroIsNoReason: without a logarithm beside it 0 is a number like others.
func TestZeroIsNoReason(t *testing.T) {
	t.Parallel()
	for what, xs := range map[string][]float64{"evenly": {0, 0.1, 0.2, 0.3, 0.4}, "doubling": {0, 1, 2, 4, 8},
		"two": {0, 1e-4}, "one decade": {0, 1, 3, 9}} {
		var all []Config
		for _, x := range xs {
			all = append(all, Config{"x": Number(x)})
		}
		if p := Infer("x", all).Space.Params[0]; p.ZeroApart() || p.Log {
			t.Errorf("%s: %+v", what, p)
		}
	}
	for _, p := range []Param{{Name: "x", Kind: Linear, High: 1, Zero: true},
		{Name: "x", Kind: Log, Low: 1, High: 2, Step: 1, Zero: true},
		{Name: "x", Kind: Choice, Choices: []Value{Number(1)}, Zero: true}} {
		s := Space{Params: []Param{p}}
		if s.Validate() == nil {
			t.Errorf("%+v is taken", p)
		}
	}
}
