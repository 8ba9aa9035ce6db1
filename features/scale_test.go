package features

import (
	"math"
	"testing"
)

// TestScale holds each kind's scale against numbers worked out by hand.
func TestScale(t *testing.T) {
	numbers := func(xs ...float64) (vs []Value) {
		for _, x := range xs {
			vs = append(vs, Number(x))
		}
		return vs
	}
	texts := []Value{Text("s"), Text("m"), Text("l")}
	for name, c := range map[string]struct {
		p         Param
		want      Scale
		x, of     float64
		low, high float64
		ends      bool
	}{
		"linear": {Param{Kind: Linear, Low: -1, High: 3}, Scale{Low: -1, Span: 4}, 1, 0.5, -1, 3, true},
		"log": {Param{Kind: Log, Low: 0.01, High: 100}, Scale{Log: true, Low: -2, Span: 4}, 1, 0.5, 0.01, 100,
			true},
		"integer": {Param{Kind: Integer, Low: 2, High: 6}, Scale{Low: 2, Span: 4}, 3, 0.25, 2, 6, true},
		"log whole": {Param{Kind: Integer, Low: 1, High: 1000, Log: true}, Scale{Log: true, Span: 3}, 10, 1. / 3, 1,
			1000, true},
		"ordinal": {Param{Kind: Ordinal, Choices: numbers(8, 16, 40)}, Scale{Low: 8, Span: 32}, 16, 0.25, 8, 40,
			true},
		"log rising": {Param{Kind: Ordinal, Log: true, Choices: numbers(1, 10, 10000)}, Scale{Log: true, Span: 4}, 10,
			0.25,
			1, 10000, true},
		"one number": {Param{Kind: Ordinal, Choices: numbers(8)}, Scale{Low: 8, Span: 1}, 9, 1, 8, 8, true},
		"ranks":      {Param{Kind: Ordinal, Choices: texts}, Scale{Ranks: true, Span: 2}, 1, 0.5, 0, 0, false},
		"choice":     {Param{Kind: Choice, Choices: texts}, Scale{OneHot: 3}, 0, math.NaN(), 0, 0, false},
		"numbers":    {Param{Kind: Choice, Choices: numbers(1, 2)}, Scale{OneHot: 2}, 0, math.NaN(), 0, 0, false},
	} {
		got := c.p.Scale()
		if got.OneHot != c.want.OneHot || got.Ranks != c.want.Ranks || got.Log != c.want.Log ||
			math.Abs(got.Low-c.want.Low) > 1e-15 || math.Abs(got.Span-c.want.Span) > 1e-15 {
			t.Errorf("%s: %+v, wanted %+v", name, got, c.want)
		}
		if of := got.Of(c.x); got.OneHot == 0 && math.Abs(of-c.of) > 1e-15 {
			t.Errorf("%s: %g becomes %g, wanted %g", name, c.x, of, c.of)
		}
		if low, high, ok := c.p.Ends(); low != c.low || high != c.high || ok != c.ends {
			t.Errorf("%s: ends %g, %g, %t", name, low, high, ok)
		}
	}
}

// TestScaleAtTheEnds: what the logarithm's rounding moves out of 0..1 is moved back, and nothing further out.
func TestScaleAtTheEnds(t *testing.T) {
	s := Scale{Span: 1}
	for x, want := range map[float64]float64{-1e-10: 0, 1 + 1e-10: 1, -1e-8: -1e-8, 1 + 1e-8: 1 + 1e-8, 0: 0, 1: 1,
		2: 2, -3: -3} {
		if got := s.Of(x); got != want {
			t.Errorf("%g becomes %g, wanted %g", x, got, want)
		}
	}
}

func TestSame(t *testing.T) {
	for _, c := range []struct {
		a, b Value
		want bool
	}{
		{Number(1), Number(1 + 1e-7), true}, {Number(1), Number(1 + 3e-6), false},
		{Number(1e9), Number(1e9 + 100), true},
		{Number(0.5), Text("0.50"), true}, {Text("0.5"), Text("0.50"), false}, {Text("a"), Text("a"), true},
		{Text("a"), Number(0), false},
		{Value{}, Value{}, true}, {Value{}, Number(0), false}, {Text(""), Value{}, false},
		{Number(-1), Number(1), false},
	} {
		if c.a.Same(c.b) != c.want || c.b.Same(c.a) != c.want {
			t.Errorf("%v and %v: %t, %t, wanted %t", c.a, c.b, c.a.Same(c.b), c.b.Same(c.a), c.want)
		}
	}
}

func TestReadFloat(t *testing.T) {
	for v, want := range map[Value]float64{Number(2): 2, Text("2.5"): 2.5, Text("1e3"): 1000} {
		if x, ok := v.ReadFloat(); !ok || x != want {
			t.Errorf("%v reads as %g, %t", v, x, ok)
		}
	}
	for _, v := range []Value{{}, Text(""), Text("two"), Text("inf"), Text("nan")} {
		if _, ok := v.ReadFloat(); ok {
			t.Errorf("%q reads as a number", v)
		}
	}
}
