package recipe

import (
	"errors"
	"testing"
)

func TestParseRepresentation(t *testing.T) {
	for text, want := range map[string]Representation{
		"grid6":      {Kind: "grid", Points: 6},
		"ranks":      {Kind: "ranks"},
		"svd8":       {Kind: "svd", Components: 8},
		"bezier":     {Kind: "bezier", Degree: 4},
		"bernstein7": {Kind: "bernstein", Degree: 7},
	} {
		if got, err := ParseRepresentation(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "6", "curve", "grid0", "grid99999999999999999999", "parametric3", "grid-6"} {
		if got, err := ParseRepresentation(text); !errors.Is(err, ErrRepresentation) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}
