package formula

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// axes are those of the tests: three of numbers, one of texts.
func axes(name string) (Axis, bool) {
	switch name {
	case "x", "y", "batch size", "cfg.DEPTH":
		return Axis{Number: true}, true
	case "optimizer":
		return Axis{Choice: func(t string) int { return slices.Index([]string{"sgd", "adam", "true"}, t) }}, true
	}
	return Axis{}, false
}

// value evaluates with x = 3, y = -2, batch size 128, cfg.DEPTH 20 and optimizer adam.
func value(t *testing.T, text string) float64 {
	t.Helper()
	p, err := Parse(text, axes)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	numbers, choices := make([]float64, len(p.Names())), make([]int, len(p.Names()))
	for i, n := range p.Names() {
		numbers[i] = map[string]float64{"x": 3, "y": -2, "batch size": 128, "cfg.DEPTH": 20, "optimizer": math.NaN()}[n]
		choices[i] = map[string]int{"optimizer": 1}[n]
	}
	return p.Eval(numbers, choices)
}

// The values are those of Python 3.13, whose ** is ^, round, min and max are the same, and log is math.log.
func TestValues(t *testing.T) {
	for text, want := range map[string]float64{
		"1": 1, "x": 3, "1.5e3 + x": 1503, "-x^2": -9, "2^3^2": 512, "2**3": 8, "2^-1": 0.5, "x/2*2": 3, "1-2-3": -4,
		"(1-2)*3": -3, "x*y+x": -3, "-(x+y)": -1, "!(x > 2)": 0, "!0": 1, "x >= 3 && y < 0": 1, "x < 3 || y < -5": 0,
		"if(x == 3, 10, 20)": 10, `if(optimizer == "adam", 2, 0)`: 2, `if(optimizer == 'sgd', 2, 0)`: 0,
		`optimizer != "sgd"`: 1, "optimizer == true": 0, `axis("batch size") * 2`: 256, "cfg.DEPTH + 1": 21,
		"min(x, y, 1)": -2, "max(x, 7)": 7, "round(2.5)": 2, "round(3.5)": 4, "floor(-1.5)": -2, "ceil(1.2)": 2,
		"abs(y)": 2, "sqrt(2)": 1.4142135623730951, "log2(8)": 3, "log2(1/1024)": -10, "log10(1000)": 3,
		"log10(1e-3)": -3, "log(2)": 0.6931471805599453, "exp(1)": 2.718281828459045, "exp(-745.2)": 0,
		"2^0.5": 1.414213562373095, "(x > 2) + (y > 2)": 1, "1e3*x": 3000, "+x": 3, "0^0": 1, "1_000": 1000,
	} {
		if got := value(t, text); got != want {
			t.Errorf("%s = %v, want %v", text, got, want)
		}
	}
	for text, want := range map[string]float64{"1/0": math.Inf(1), "log(0)": math.Inf(-1), "0^-1": math.Inf(1)} {
		if got := value(t, text); got != want {
			t.Errorf("%s = %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{"0/0", "log(-1)", "sqrt(y)", "y^0.5"} {
		if got := value(t, text); !math.IsNaN(got) {
			t.Errorf("%s = %v, want NaN", text, got)
		}
	}
}

func TestMissingNumbers(t *testing.T) {
	nan := math.NaN()
	for text, want := range map[string]float64{"x + 1": nan, "if(x > 0, 1, 2)": 2, "min(x, 1)": nan,
		`if(optimizer == "adam", x, 0)`: 0, "x != x": 1} {
		p, err := Parse(text, axes)
		if err != nil {
			t.Fatal(err)
		}
		n := len(p.Names())
		got := p.Eval(slices.Repeat([]float64{nan}, n), slices.Repeat([]int{-1}, n))
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%s = %v, want %v", text, got, want)
		}
	}
}

func TestWhatIsNoFormula(t *testing.T) {
	for text, why := range map[string]string{
		"": "the end at column 1", "x +": "the end at column 4", "z*2": `"z" at column 1 is no axis`,
		"x y": `"y" at column 3, where an operator`, "(x": `where ")" belongs`, "x)": `")" at column 2`,
		"optimizer + 1": "holds texts", `optimizer == "lion"`: `has no choice "lion"`, `x == "a"`: `has no choice "a"`,
		`"adam" == optimizer`: "a text stands behind", "sin(x)": "no function; there are abs, axis",
		"if(x, 1)": "has 2 operands", "min(x)": "two or more", "log(x, 2)": "has 2 operands; want one",
		"1 < x < 2": "a second comparison", "x = 2": `"="`, `x == "a`: "not closed", "0x10q": "", "x & y": `"&"`,
		"axis(x)": "in quotes", "1e999": "no number", "x \x00": "invalid character NUL", "log": "no axis", "min()": "",
		"\xff": "UTF-8",
	} {
		_, err := Parse(text, axes)
		if !errors.Is(err, ErrFormula) || !strings.Contains(fmt.Sprint(err), why) {
			t.Errorf("%q: %v, want %q", text, err, why)
		}
	}
}

func TestBounds(t *testing.T) {
	for name, text := range map[string]string{
		"text":  strings.Repeat("1+", MaxText) + "1",
		"depth": strings.Repeat("(", 1000) + "x" + strings.Repeat(")", 1000),
		"signs": strings.Repeat("-", 1000) + "x",
		"stack": strings.Repeat("1^", 100) + "1",
		"steps": strings.Repeat("1+", 600) + "1",
	} {
		if _, err := Parse(text, axes); !errors.Is(err, ErrBounds) {
			t.Errorf("%s: %v", name, err)
		}
	}
	many := func(string) (Axis, bool) { return Axis{Number: true}, true }
	var names []string
	for i := range MaxNames + 1 {
		names = append(names, fmt.Sprint("a", i))
	}
	if _, err := Parse(strings.Join(names, "+"), many); !errors.Is(err, ErrBounds) {
		t.Errorf("names: %v", err)
	}
}

func TestSteps(t *testing.T) {
	p, err := Parse(`if(optimizer != "adam", -x, log(2)) * min(1, y)`, axes)
	if err != nil {
		t.Fatal(err)
	}
	want := "[[is optimizer adam] [not] [axis x] [neg] [number 2] [log] [if] [number 1] [axis y] [min] [*]]"
	if got := fmt.Sprint(p.Steps()); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestExpIsNearMath holds Exp beside the standard library's, which has other last digits: both are within one unit.
func TestExpIsNearMath(t *testing.T) {
	for x := -740.0; x < 709; x += 0.37 {
		if got, want := Exp(x), math.Exp(x); math.Abs(got-want) > 2.3e-16*want+5e-324 {
			t.Fatalf("exp(%v) = %v, math.Exp %v", x, got, want)
		}
	}
}

func TestEvalDoesNotAllocate(t *testing.T) {
	p, err := Parse(`12 * x * y^2 + if(optimizer == "adam", 2, 0) * log2(x)`, axes)
	if err != nil {
		t.Fatal(err)
	}
	numbers, choices := []float64{1, 2, 3}, []int{0, 0, 1}
	if n := testing.AllocsPerRun(100, func() { p.Eval(numbers, choices) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"x", "-x^2 + 3*(y-1)", `if(optimizer == "adam", 2, 0)`, "min(x,y,1)/log2(x)", "((((",
		"1e", `axis("x"`, "x == == y", "!(!x)", "2**3", "a.b", "\xff", "'", "-+-+1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text, axes)
		if err != nil {
			if !errors.Is(err, ErrFormula) && !errors.Is(err, ErrBounds) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		n := len(p.Names())
		p.Eval(make([]float64, n), make([]int, n))
		if len(p.Steps()) > MaxSteps || n > MaxNames {
			t.Fatal("beyond the bounds")
		}
	})
}
