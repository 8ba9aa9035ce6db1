package features

import (
	"errors"
	"strings"
	"testing"

	"eahas/internal/stream"
)

func TestCheckNamesTheAxis(t *testing.T) {
	s := demo()
	if err := s.Check(demoConfig()); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		axis   string
		value  Value
		reason string
	}{
		{"size", Number(9), "outside 10..30 step 0.5"},
		{"size", Number(10.3), "grid"},
		{"size", Text("big"), "not a number"},
		{"size", Value{}, "missing; allowed is 10..30"},
		{"lr", Number(2), "outside 0.0001..1"},
		{"batch", Number(17), "grid of step 16"},
		{"limit", Number(200), "not one of 100, 150, 300"},
		{"level", Text("lowest"), "not one of low, mid, high"},
		{"optimizer", Text("lamb"), "not one of sgd, momentum, adam"},
		{"optimizer", Text("sgd"), "set though inactive: it needs optimizer in momentum"}, // names momentum
		{"colour", Text("red"), "unknown axis; the axes are size, lr"},
	}
	for _, x := range cases {
		c := demoConfig()
		c[x.axis] = x.value
		err := s.Check(c)
		var out *OutOfSpaceError
		if !errors.As(err, &out) {
			t.Errorf("%s = %s: %v", x.axis, x.value, err)
			continue
		}
		want := x.axis
		if strings.Contains(x.reason, "inactive") {
			want = "momentum"
		}
		if out.Axis != want || !strings.Contains(err.Error(), x.reason) {
			t.Errorf("%s = %s: %v, want %q", x.axis, x.value, err, x.reason)
		}
	}
}

func TestCheckTolerates(t *testing.T) {
	s := demo()
	low := demoConfig()
	low["size"], low["lr"], low["batch"] = Number(10-1e-4), Number(1e-4*(1-5e-7)), Number(16-1e-3)
	if err := s.Check(low); err != nil {
		t.Error(err)
	}
	low["size"] = Number(10 - 1e-3)
	if err := s.Check(low); err == nil {
		t.Error("1/500 of a step below the range")
	}
	for axis, v := range map[string]Value{
		"size":  Number(float64(float32(10.5)) + 1e-4), // within 1/1000 of a step
		"lr":    Number(1 + 5e-7),                      // float32 noise at an end
		"limit": Text("150.0"),
		"batch": Text("128"),
		"decay": Value{}, // optional
		"other": Value{}, // an unknown axis that is missing
	} {
		c := demoConfig()
		c[axis] = v
		if err := s.Check(c); err != nil {
			t.Errorf("%s = %s: %v", axis, v, err)
		}
	}
}

func TestCheckConstraints(t *testing.T) {
	s := mustBuiltin(t, "eahas-cifar10")
	c := Config{"depth": Number(15), "w0": Number(128), "wa": Number(20), "wm": Number(2.5), "group_w": Number(16),
		"lr":        Number(0.1),
		"optimizer": Text("sgd"), "policy": Text("cos"), "cutout": Number(0), "epochs": Number(50)}
	var out *OutOfSpaceError
	if err := s.Check(c); !errors.As(err, &out) || out.Axis != "flops" {
		t.Errorf("a big network: %v", err)
	}
	c["w0"], c["wa"] = Number(48), Number(32)
	if err := s.Check(c); !errors.As(err, &out) || out.Axis != "stages" {
		t.Errorf("three stages: %v", err)
	}
}

// TestSkippedLevel: u = 8, 72 gives levels 0 and 3 for wm = 2, so two stages stand for four levels.
func TestSkippedLevel(t *testing.T) {
	s := Space{Name: "wide", Derived: "regnet", Constraints: []Constraint{{Quantity: "stages", Low: 1, High: 4}},
		Params: []Param{
			{Name: "depth", Kind: Integer, Low: 1, High: 4}, {Name: "w0", Kind: Integer, Low: 8, High: 64, Step: 8},
			{Name: "wa", Kind: Linear, Low: 0, High: 64}, {Name: "wm", Kind: Linear, Low: 1.5, High: 3},
			{Name: "group_w", Kind: Integer, Low: 1, High: 8},
		}}
	c := Config{"depth": Number(2), "w0": Number(8), "wa": Number(64), "wm": Number(2), "group_w": Number(8)}
	var out *OutOfSpaceError
	if err := s.Check(c); !errors.As(err, &out) || out.Axis != "stages" || !strings.Contains(out.Reason, "4 levels") {
		t.Errorf("skipped levels: %v", err)
	}
	c["wa"] = Number(8)
	if err := s.Check(c); err != nil {
		t.Error(err)
	}
	for rng, z := stream.New(1), s.NewSampler(); t.Failed() == false; {
		c, err := z.Sample(rng)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Check(c); err != nil {
			t.Fatalf("%s: %v", c.Key(), err)
		}
		if c["depth"] == Number(2) && c["w0"] == Number(8) {
			break
		}
	}
}

func TestValidateRefuses(t *testing.T) {
	cases := map[string]struct {
		spoil func(*Space)
		names string
	}{
		"no axes":            {func(s *Space) { s.Params = nil }, "no axes"},
		"no name":            {func(s *Space) { s.Params[0].Name = "" }, "number 1"},
		"twice":              {func(s *Space) { s.Params[1].Name = "size" }, "declared twice"},
		"no kind":            {func(s *Space) { s.Params[0].Kind = "" }, "size"},
		"unknown kind":       {func(s *Space) { s.Params[0].Kind = "float" }, "float"},
		"low above high":     {func(s *Space) { s.Params[0].Low = 31 }, "not below"},
		"log of zero":        {func(s *Space) { s.Params[1].Low = 0 }, "not positive"},
		"step does not fit":  {func(s *Space) { s.Params[0].Step = 0.7 }, "does not lead"},
		"fractional integer": {func(s *Space) { s.Params[2].High = 100.5 }, "whole"},
		"empty choices":      {func(s *Space) { s.Params[5].Choices = nil }, "no choices"},
		"choice twice":       {func(s *Space) { s.Params[5].Choices[1] = Text("sgd") }, "listed twice"},
		"missing choice":     {func(s *Space) { s.Params[5].Choices[1] = Value{} }, "missing"},
		"ordinal falls":      {func(s *Space) { s.Params[3].Choices = numbers(3, 1) }, "increase"},
		"choices and low":    {func(s *Space) { s.Params[5].High = 3 }, "takes choices"},
		"range and choices":  {func(s *Space) { s.Params[0].Choices = numbers(1) }, "takes low and high"},
		"weights":            {func(s *Space) { s.Params[5].Weights = []float64{1} }, "1 weights for 3"},
		"zero weights":       {func(s *Space) { s.Params[5].Weights = []float64{0, 0, 0} }, "sum"},
		"unknown condition":  {func(s *Space) { s.Params[6].When.Param = "opt" }, "no axis"},
		"impossible value":   {func(s *Space) { s.Params[6].When.In[0] = Text("lamb") }, "lamb"},
		"own condition": {func(s *Space) {
			s.Params[5].When = &Condition{"optimizer",
				[]Value{Text("sgd")}}
		}, "itself"},
		"circle": {func(s *Space) { s.Params[5].When = &Condition{"momentum", numbers(0.5)} },
			"itself"},
		"constraint without derived": {func(s *Space) { s.Constraints = []Constraint{{"flops", 1, 2}} },
			"derived: regnet"},
		"unknown derived":      {func(s *Space) { s.Derived = "resnet" }, "resnet"},
		"derived without axes": {func(s *Space) { s.Derived = "regnet" }, "depth"},
	}
	for name, x := range cases {
		s := demo()
		x.spoil(&s)
		if err := s.Validate(); !errors.Is(err, ErrSpace) || !strings.Contains(err.Error(), x.names) {
			t.Errorf("%s: %v, want %q", name, err, x.names)
		}
		if _, err := NewEncoder(s); err == nil {
			t.Errorf("%s: the encoder takes it", name)
		}
	}
	s := mustBuiltin(t, "eahas-cifar10")
	s.Constraints[0] = Constraint{"latency", 0, 1}
	if err := s.Validate(); !errors.Is(err, ErrSpace) || !strings.Contains(err.Error(), "latency") {
		t.Errorf("unknown quantity: %v", err)
	}
}

func TestSize(t *testing.T) {
	s := demo()
	s.Params[1].Step = 0.0333 // a grid of 1e-4 .. 1: 0.9999/0.0333 is not whole
	if err := s.Validate(); err == nil {
		t.Error("step does not fit")
	}
	s.Params = append(s.Params[:1:1], s.Params[2:]...) // without the continuous lr
	s.Params = s.Params[:len(s.Params)-1]              // and decay
	s.Params[len(s.Params)-1].Step = 0.1               // momentum: 11 values
	// 41 sizes x 64 batches x 3 limits x 3 levels x (sgd + adam + momentum with 11).
	if got, want := s.Size(), 41.*64*3*3*(2+11); got != want {
		t.Errorf("size %g, want %g", got, want)
	}
}

func TestCheckDoesNotAllocate(t *testing.T) {
	full := mustBuiltin(t, "eahas-cifar10")
	c, err := full.Sample(stream.New(1))
	if err != nil {
		t.Fatal(err)
	}
	half := demo()
	for _, x := range []struct {
		s *Space
		c Config
	}{{&full, c}, {&half, demoConfig()}} {
		if n := testing.AllocsPerRun(100, func() {
			if err := x.s.Check(x.c); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %g allocations", x.s.Name, n)
		}
	}
}

func TestCheckNamesUnknownAxesInOrder(t *testing.T) {
	s := demo()
	for range 20 { // a map's order changes from loop to loop
		c := demoConfig()
		c["zeta"], c["beta"], c["alpha"] = Number(1), Number(1), Value{}
		var out *OutOfSpaceError
		if err := s.Check(c); !errors.As(err, &out) || out.Axis != "beta" {
			t.Fatalf("%v", err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	s := mustBuiltin(b, "eahas-cifar10")
	c, err := s.Sample(stream.New(1))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Check(c); err != nil {
			b.Fatal(err)
		}
	}
}
