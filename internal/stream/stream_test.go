package stream

import "testing"

func TestSeedDependsOnEveryName(t *testing.T) {
	seen := map[uint64][]string{}
	for _, names := range [][]string{{}, {""}, {"ab", "c"}, {"a", "bc"}, {"abc"}, {"c", "ab"}} {
		s := Seed(7, names...)
		if other, ok := seen[s]; ok {
			t.Errorf("names %q and %q share the seed %d", names, other, s)
		}
		seen[s] = names
	}
	if Seed(7, "a") == Seed(8, "a") {
		t.Error("the root seed has no effect")
	}
	if a, b := New(7, "x").Uint64(), New(7, "x").Uint64(); a != b {
		t.Errorf("the same stream gave %d and %d", a, b)
	}
}
