package search

import (
	"errors"
	"strings"
	"testing"

	"eahas/features"
)

// No search chooses what follows from the other axes by an unknown formula; fixed, it is no question.
func TestAskedAxesAreNotSearched(t *testing.T) {
	s := features.Space{Name: "x", Params: []features.Param{{Name: "lr", Kind: features.Log, Low: 1e-3, High: 1},
		{Name: "params", Kind: features.Log, Low: 1e3, High: 1e6, Known: features.KnownAsk}}}
	if _, err := NewDomain(s, nil); !errors.Is(err, ErrConfig) ||
		!strings.Contains(err.Error(), `axis "params" is known`) {
		t.Errorf("%v", err)
	}
	d, err := NewDomain(s, features.Config{"params": features.Number(5e4)})
	if err != nil || len(d.Axes()) != 1 {
		t.Errorf("%v", err)
	}
}
