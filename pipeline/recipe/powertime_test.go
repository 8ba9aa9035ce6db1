package recipe

import "testing"

func TestPowerTimeIsAFewLines(t *testing.T) {
	v, err := parseVariant(t, "{name: pt, base: guided, cost: powertime}")
	if err != nil {
		t.Fatal(err)
	}
	if p := v.Cost.PowerTime; p.Power.Kind != "gp" || p.Time.Kind != "gp" {
		t.Errorf("%+v", p)
	}
	v, err = parseVariant(t,
		"{name: pt, cost: {kind: powertime, powertime: {power: {kind: stack, stack: {members: [gp, gbdt]}}, time: "+
			"linear}}}")
	if err != nil || v.Cost.PowerTime.Power.Stack.Members[1].Regressor.Kind != "gbdt" {
		t.Errorf("%+v, %v", v, err)
	}
	for _, bad := range []string{
		"{name: x, cost: {kind: powertime, powertime: {power: nonsense}}}",
		"{name: x, cost: {kind: powertime, powertime: {time: twopart}}}",
		"{name: x, cost: {kind: powertime, powertime: {time: powertime}}}",
		"{name: x, base: bezier+powertime}",
		"{name: x, cost: {kind: stack, stack: {members: [powertime]}}}",
	} {
		if _, err := parseVariant(t, bad); err == nil {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
