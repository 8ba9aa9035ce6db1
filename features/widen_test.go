package features

import (
	"slices"
	"testing"
)

// TestWiden: every kind of axis grows as far as it can, what it cannot hold stays outside, and the space given stays as
// it is.
func TestWiden(t *testing.T) {
	s := demo()
	s.Params[5].Weights = []float64{1, 2, 3}
	before := demo()
	more := []Config{
		{"size": Number(35.5), "lr": Number(1.00000004e-5), "batch": Number(2048), "limit": Text("200"),
			"optimizer": Text("lion"), "level": Text("mid")},
		{"size": Number(30.25), "lr": Number(0), "batch": Number(0.5), "limit": Number(-3), "optimizer": Text("adamw"),
			"level": Text("extreme")},
		{"size": Text("wide"), "lr": Number(-1), "batch": Number(40), "limit": Text("300"), "optimizer": Text("sgd"),
			"momentum": Number(7)}, // not active: it says nothing
		demoConfig(),
	}
	wide, changes := s.Widen(more)
	if err := wide.Validate(); err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, c := range changes {
		said = append(said, c.String())
	}
	want := []string{
		"size: 10..30 step 0.5 before, now 10..35.5 (2 trials beyond)", // 30.25 is on no grid of .5
		"lr: 0.0001..1 before, now 0 or 1e-05..1 (2 trials beyond)",
		"batch: 16..1024 step 16 before, now 16..2048 (2 trials beyond)", // 40 is no multiple of 16
		"limit: new are -3, 200 (in 2 trials)",
		"optimizer: new are adamw, lion (in 2 trials)",
	}
	if !slices.Equal(said, want) {
		t.Errorf("said %q,\nwant %q", said, want)
	}
	if got := wide.Params[3].Choices; !slices.Equal(got, numbers(-3, 100, 150, 200, 300)) {
		t.Errorf("limits %v", got)
	}
	if got := wide.Params[5].Weights; !slices.Equal(got, []float64{1, 2, 3, 2, 2}) {
		t.Errorf("weights %v", got)
	}
	for i, c := range []Config{more[0], more[3]} {
		if err := wide.Check(c); i > 0 && err != nil {
			t.Errorf("configuration %d: %v", i, err)
		}
	}
	for i := range before.Params {
		if s.Params[i].Allowed() != before.Params[i].Allowed() {
			t.Errorf("the given space changed: %s", s.Params[i].Allowed())
		}
	}
	if same, none := wide.Widen(more); len(none) > 0 || len(same.Params) != len(wide.Params) {
		t.Errorf("widened twice: %v", none)
	}
}
