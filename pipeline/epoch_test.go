package pipeline

import "testing"

// A frozen surrogate gives the answers that were scored, also where a member of a stack sees the epoch.
func TestEpochAsAFeatureIsFrozen(t *testing.T) {
	for _, text := range []string{
		"{name: e, base: epoch+linear, cost: linear, representation: {points: 6}}",
		"{name: e, base: grid+stack, cost: linear, representation: {points: 6}, regressor: {stack: {members: " +
			"[epoch+linear, svd+linear]}}}",
	} {
		c, err := Parse("small.yaml",
			[]byte("name: small\nseed: 3\nsimulate: {trials: 60}\nspace: {builtin: eahas-cifar10}\ntargets: [curve]\n"+
				"evaluate: {folds: 2, bootstrap: -1}\nvariants: ["+text+"]\n"))
		if err != nil {
			t.Fatal(err)
		}
		t.Chdir(t.TempDir())
		if _, err := Run(t.Context(), c, Options{Out: "bundle"}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
