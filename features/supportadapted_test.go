package features

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"eahas/internal/stream"
)

// TestSupportRemembersConfigurations: what comes back lies in the space, near what went in.
func TestSupportRemembersConfigurations(t *testing.T) {
	s := demo()
	e, err := NewEncoder(s)
	if err != nil {
		t.Fatal(err)
	}
	r := stream.New(3, "support")
	var configs []Config
	for range 40 {
		c, err := s.Sample(r)
		if err != nil {
			t.Fatal(err)
		}
		configs = append(configs, s.Canonical(c))
	}
	f, err := e.Frame(configs)
	if err != nil {
		t.Fatal(err)
	}
	back := NewSupport(f).Configs(s)
	if len(back) != len(configs) {
		t.Fatalf("%d of %d", len(back), len(configs))
	}
	for i, c := range back {
		if err := s.Check(c); err != nil {
			t.Errorf("%s: %v", c.Key(), err)
		}
		x, err := e.Encode(nil, c)
		if err != nil {
			t.Fatal(err)
		}
		for j, v := range x {
			if was := f.Row(i)[j]; math.IsNaN(v) != math.IsNaN(was) || math.Abs(v-was) > 0.03 {
				t.Errorf("configuration %d, column %d: %g, it was %g", i, j, v, was)
			}
		}
	}
}

// TestSupportAdapted: the new category is known where any other was, ranges keep their exact ends and grow by the runs.
func TestSupportAdapted(t *testing.T) {
	space := func(high float64, gpus ...Value) Space {
		return Space{Params: []Param{{Name: "a", Kind: Linear, Low: 0, High: high},
			{Name: "gpu", Kind: Choice, Choices: gpus}}}
	}
	point := func(a float64, gpu string) Config { return Config{"a": Number(a), "gpu": Text(gpu)} }
	before, after := space(10, Text("x"), Text("y")), space(20, Text("x"), Text("y"), Text("z"))
	was, err := NewEncoder(before)
	if err != nil {
		t.Fatal(err)
	}
	is, err := NewEncoder(after)
	if err != nil {
		t.Fatal(err)
	}
	var configs []Config
	for i := range 30 {
		configs = append(configs, point(1.003+float64(i)/5, []string{"x", "y"}[i%2]))
	}
	f, err := was.Frame(configs)
	if err != nil {
		t.Fatal(err)
	}
	old := NewSupport(f)
	wide, err := is.Frame(append(old.Configs(before), point(15, "z")))
	if err != nil {
		t.Fatal(err)
	}
	s := old.Adapted(wide, 1, "gpu", 2, map[string][2]float64{"a": {0, 2}})
	for _, c := range []struct {
		config Config
		want   string
	}{{point(1.003, "z"), "[]"}, {point(4, "z"), "[]"}, {point(6.803, "x"), "[]"}, {point(1.002, "x"), "[a]"},
		{point(15, "z"), "[]"}, {point(16, "z"), "[a]"}, {point(11, "x"), "[combination]"}} {
		x, err := is.Encode(nil, c.config)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(s.Beyond(nil, x)); got != c.want {
			t.Errorf("%s: beyond by %s, want %s", c.config.Key(), got, c.want)
		}
	}
	b, err := s.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var again Support
	if err := again.UnmarshalJSON(b); err != nil || !slices.Equal(again.rows, s.rows) {
		t.Errorf("it does not come back: %v", err)
	}
}
