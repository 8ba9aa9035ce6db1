package features

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"eahas/internal/stream"
)

// demo has an axis of every kind, a conditional one and an optional one.
func demo() Space {
	return Space{Name: "demo", Params: []Param{
		{Name: "size", Kind: Linear, Low: 10, High: 30, Step: 0.5},
		{Name: "lr", Kind: Log, Low: 1e-4, High: 1},
		{Name: "batch", Kind: Integer, Low: 16, High: 1024, Step: 16, Log: true},
		{Name: "limit", Kind: Ordinal, Choices: numbers(100, 150, 300)},
		{Name: "level", Kind: Ordinal, Choices: []Value{Text("low"), Text("mid"), Text("high")}},
		{Name: "optimizer", Kind: Choice, Choices: []Value{Text("sgd"), Text("momentum"), Text("adam")}},
		{Name: "momentum", Kind: Linear, Low: 0, High: 1, When: &Condition{Param: "optimizer",
			In: []Value{Text("momentum")}}},
		{Name: "decay", Kind: Linear, Low: 0, High: 1, Optional: true},
	}}
}

func demoConfig() Config {
	return Config{"size": Number(15), "lr": Number(0.01), "batch": Number(128), "limit": Number(150),
		"level":     Text("high"),
		"optimizer": Text("momentum"), "momentum": Number(0.9)}
}

func TestEncodeByHand(t *testing.T) {
	enc, err := NewEncoder(demo())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range enc.Columns() {
		names = append(names, c.Name)
	}
	wantNames := []string{"size", "lr", "batch", "limit", "level", "optimizer=sgd", "optimizer=momentum",
		"optimizer=adam", "momentum", "decay"}
	if !slices.Equal(names, wantNames) {
		t.Fatalf("columns %v", names)
	}
	got, err := enc.Encode(nil, demoConfig())
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	// (15-10)/20; two of four decades; log(128/16)/log(1024/16) = 3/6; 50/200; rank 2 of 0..2; one-hot; 0.9; missing.
	want := []float64{0.25, 0.5, 0.5, 0.25, 1, 0, 1, 0, 0.9, nan}
	for j := range want {
		if math.Abs(got[j]-want[j]) > 1e-15 || math.IsNaN(got[j]) != math.IsNaN(want[j]) {
			t.Errorf("%s = %g, want %g", names[j], got[j], want[j])
		}
	}
	c := demoConfig()
	c["optimizer"] = Text("sgd") // momentum stays set though inactive: it counts as missing
	if got, err = enc.Encode(got, c); err != nil || !math.IsNaN(got[8]) {
		t.Errorf("inactive axis: %v %v", got, err)
	}
	delete(c, "optimizer")
	if got, err = enc.Encode(got, c); err != nil || !math.IsNaN(got[5]) || !math.IsNaN(got[6]) || !math.IsNaN(got[7]) {
		t.Errorf("missing choice: %v %v", got, err)
	}
	c["size"] = Number(40) // outside: encoded beyond 1, for Check to refuse
	if got, err = enc.Encode(got, c); err != nil || got[0] != 1.5 {
		t.Errorf("outside the range: %v %v", got, err)
	}
}

func TestEncodeRefuses(t *testing.T) {
	enc, err := NewEncoder(demo())
	if err != nil {
		t.Fatal(err)
	}
	for axis, v := range map[string]Value{
		"size": Text("big"), "lr": Number(-1), "level": Text("lowest"), "optimizer": Text("lamb"), "batch": Number(0),
	} {
		c := demoConfig()
		c[axis] = v
		_, err := enc.Encode(nil, c)
		var out *OutOfSpaceError
		if !errors.As(err, &out) || out.Axis != axis || out.Value != v {
			t.Errorf("%s = %s: %v", axis, v, err)
		}
		if _, err := enc.Frame([]Config{demoConfig(), c}); !errors.As(err, &out) ||
			!strings.Contains(err.Error(), "configuration 1") {
			t.Errorf("frame: %v", err)
		}
	}
}

func TestEncodeDoesNotAllocate(t *testing.T) {
	s := demo()
	full, err := Builtin("eahas-cifar10")
	if err != nil {
		t.Fatal(err)
	}
	full.DerivedColumns = true
	sampled, err := full.Sample(stream.New(2))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		s Space
		c Config
	}{{s, demoConfig()}, {full, sampled}} {
		enc, err := NewEncoder(x.s)
		if err != nil {
			t.Fatal(err)
		}
		dst := make([]float64, len(enc.Columns()))
		if n := testing.AllocsPerRun(100, func() {
			if _, err := enc.Encode(dst, x.c); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %g allocations", x.s.Name, n)
		}
	}
}

func TestDerivedColumns(t *testing.T) {
	for _, name := range Builtins() {
		s := mustBuiltin(t, name)
		s.DerivedColumns = true
		enc, err := NewEncoder(s)
		if err != nil {
			t.Fatal(err)
		}
		cols := enc.Columns()[26:]
		var names []string
		for _, c := range cols {
			names = append(names, c.Name)
			if c.Param != "" || c.Group != -1 {
				t.Errorf("%s: %+v", name, c)
			}
		}
		want := []string{"log_params", "log_flops", "log_acts", "log_width_1", "depth_1", "log_width_2", "depth_2"}
		if !slices.Equal(names, want) {
			t.Fatalf("%s: %v", name, names)
		}
		z, rng := s.NewSampler(), stream.New(4)
		low, high := slices.Repeat([]float64{1}, len(cols)), make([]float64, len(cols))
		for range 300 {
			c, err := z.Sample(rng)
			if err != nil {
				t.Fatal(err)
			}
			x, err := enc.Encode(nil, c)
			if err != nil {
				t.Fatal(err)
			}
			for j, v := range x[26:] {
				if !(v >= 0 && v <= 1) {
					t.Fatalf("%s: %s = %g", c.Key(), names[j], v)
				}
				low[j], high[j] = min(low[j], v), max(high[j], v)
			}
		}
		for j := range cols {
			if high[j]-low[j] < 0.1 {
				t.Errorf("%s: %s spans only %g..%g", name, names[j], low[j], high[j])
			}
		}
	}
}

// TestDerivedByHand follows one CIFAR-10 network through the formulas.
func TestDerivedByHand(t *testing.T) {
	s := mustBuiltin(t, "eahas-cifar10")
	s.Constraints = nil
	c := Config{"depth": Number(8), "w0": Number(48), "wa": Number(20), "wm": Number(2.5), "group_w": Number(16)}
	q, err := s.Derive(c)
	if err != nil {
		t.Fatal(err)
	}
	// u = 48, 68, ..., 188: levels log(u/48)/log(2.5) = 0 .38 .66 .88 1.07 1.23 1.37 1.49 -> 0 0 1 1 1 1 1 1;
	// widths 48 and 120, the latter made to fit group width 16: round(7.5) = 8 times 16.
	n := q.Network
	if n.Stages != 2 || n.Stage[0] != (Stage{48, 2, 16}) || n.Stage[1] != (Stage{128, 6, 16}) {
		t.Errorf("stages %+v", n.Stage[:n.Stages])
	}
	delete(c, "wm")
	var out *OutOfSpaceError
	if _, err := s.Derive(c); !errors.As(err, &out) || out.Axis != "wm" {
		t.Errorf("missing wm: %v", err)
	}
}
