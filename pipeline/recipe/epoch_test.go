package recipe

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
	for _, text := range []string{"epoch+local", "epoch+twopart",
		"{name: x, base: epoch+mlp, regressor: {end_to_end: true}}",
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
