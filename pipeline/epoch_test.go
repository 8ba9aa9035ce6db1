package pipeline

import (
	"strings"
	"testing"
)

func TestEpochAsAFeature(t *testing.T) {
	v, err := parseVariant(t, "epoch+extratrees")
	if err != nil {
		t.Fatal(err)
	}
	if p := v.Representation; p.Kind != epochKind || p.Points != epochPoints || p.Warp != epochWarp {
		t.Errorf("%+v", p)
	}
	for _, text := range []string{"epoch+local", "epoch+twopart", "{name: x, base: epoch+mlp, regressor: {end_to_end: true}}",
		"{name: x, base: epoch+stack, regressor: {stack: {members: [grid+linear]}}}",
		"{name: x, base: grid+stack, regressor: {stack: {members: [epoch+local]}}}"} {
		if _, err := parseVariant(t, text); err == nil || !strings.Contains(err.Error(), epochKind) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := ParseRepresentation("epoch"); err == nil {
		t.Error("a peer was lent one epoch at a time")
	}
}

// A frozen surrogate gives the answers that were scored, also where a member of a stack sees the epoch.
func TestEpochAsAFeatureIsFrozen(t *testing.T) {
	for _, text := range []string{
		"{name: e, base: epoch+linear, cost: linear, representation: {points: 6}}",
		"{name: e, base: grid+stack, cost: linear, representation: {points: 6}, regressor: {stack: {members: [epoch+linear, svd+linear]}}}",
	} {
		c, err := Parse("small.yaml", []byte("name: small\nseed: 3\nsimulate: {trials: 60}\nspace: {builtin: eahas-cifar10}\ntargets: [curve]\n"+
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
