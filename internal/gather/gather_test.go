package gather

import (
	"reflect"
	"slices"
	"testing"
)

func TestBy(t *testing.T) {
	words := []string{"run", "epoch", "seed", "r", "e", "rate"}
	want := [][]string{{"run", "r", "rate"}, {"epoch", "e"}, {"seed"}}
	if got := By(slices.Values(words), func(w string) byte { return w[0] }); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := By(Numbers(5), func(i int) int { return i % 2 }); !reflect.DeepEqual(got, [][]int{{0, 2, 4}, {1, 3}}) {
		t.Errorf("%v", got)
	}
	if got := By(Numbers(0), func(i int) int { return i }); got != nil {
		t.Errorf("of nothing: %v", got)
	}
	for i := range Numbers(3) {
		if i == 1 {
			break
		}
	}
}
