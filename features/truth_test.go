package features

import "testing"

// However a log spells true, it is one choice; where a space has several spellings as choices, each stays its own.
func TestTruthIsOneChoice(t *testing.T) {
	one := Param{Name: "nesterov", Kind: Choice, Choices: []Value{Text("False"), Text("True")}}
	for spelling, want := range map[string]int{"true": 1, "True": 1, "TRUE": 1, "false": 0, "FALSE": 0, "tRUE": -1,
		"": -1, "1": -1} {
		if got := one.Index(Text(spelling)); got != want {
			t.Errorf("%q is choice %d, wanted %d", spelling, got, want)
		}
	}
	if got := one.Canonical(Text("true")); got != Text("True") {
		t.Errorf("the canonical form is %v", got)
	}
	both := Param{Name: "x", Kind: Choice, Choices: []Value{Text("True"), Text("true")}}
	for i, c := range both.Choices {
		if got := both.Index(c); got != i {
			t.Errorf("%v is choice %d, wanted %d", c, got, i)
		}
	}
}
