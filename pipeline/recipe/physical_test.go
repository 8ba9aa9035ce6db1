package recipe

import (
	"errors"
	"strings"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/physical"
)

func TestPhysicalLawsAreAFewLines(t *testing.T) {
	v, err := parseVariant(t,
		"{name: p, cost: {kind: powertime, powertime: {power: physical, time: {kind: stack, stack: {members: [gp, "+
			"physical]}}}}}")
	if err != nil {
		t.Fatal(err)
	}
	p := v.Cost.PowerTime
	if l := p.Power.Physical; l.Law != "power" || l.Rest.Kind != "gp" {
		t.Errorf("power: %+v", l)
	}
	if l := p.Time.Stack.Members[1].Regressor.Physical; l.Law != "time" || l.Rest.Kind != "gp" {
		t.Errorf("time: %+v", l)
	}
	for bad, why := range map[string]string{
		"{name: x, cost: physical}":                                   "physical.law",
		"{name: x, cost: {kind: physical, physical: {law: gravity}}}": "gravity",
		"{name: x, base: bezier+physical}":                            "regressor \"physical\"",
		"{name: x, base: grid+stack, regressor: {stack: {members: " +
			"[grid+physical]}}}": "regressor \"physical\"",
		"{name: x, cost: {kind: powertime, powertime: {time: {kind: physical, physical: {rest: " +
			"twopart}}}}}": "physical.rest",
		"{name: x, cost: {kind: powertime, powertime: {time: {kind: physical, physical: {rest: " +
			"golearn}}}}}": "physical.rest",
	} {
		if _, err := parseVariant(t, bad); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := parseVariant(t, "{name: x, cost: {kind: physical, physical: {law: time}}}"); err != nil {
		t.Error(err)
	}
}

func TestAxesOfPhysicalLawsAreFound(t *testing.T) {
	d := Task{Space: features.Space{Params: []features.Param{
		{Name: "batch_size", Kind: features.Integer, Low: 2, High: 1024, Log: true},
		{Name: "cap", Kind: features.Linear, Low: 100, High: 300},
		{Name: "gpu", Kind: features.Choice, Choices: []features.Value{features.Text("a")}},
		{Name: "images", Kind: features.Ordinal, Choices: []features.Value{features.Number(16), features.Number(64)}},
		{Name: "size", Kind: features.Ordinal, Choices: []features.Value{features.Text("s"), features.Text("l")}},
	}}}
	rest := &Regressor{Kind: "linear"}
	tr, err := (&PhysicalParams{Law: "power", Limit: "cap", Rest: rest}).trainer(d, models.Data{})
	if err != nil {
		t.Fatal(err)
	}
	got := tr.(physical.Trainer)
	if want := (physical.Axis{Name: "batch_size", Low: 2, High: 1024, Log: true}); got.Batch != want ||
		got.Law != physical.Power {
		t.Errorf("batch %+v", got.Batch)
	}
	if want := (physical.Axis{Name: "cap", Low: 100, High: 300}); got.Limit != want {
		t.Errorf("limit %+v", got.Limit)
	}
	tr, err = (&PhysicalParams{Law: "time", Batch: "images", Rest: rest}).trainer(d, models.Data{})
	if err != nil || tr.(physical.Trainer).Batch != (physical.Axis{Name: "images", Low: 16, High: 64}) ||
		tr.(physical.Trainer).Limit != (physical.Axis{}) {
		t.Errorf("%+v, %v", tr, err)
	}
	for _, bad := range []PhysicalParams{{Batch: "gpu"}, {Batch: "size"}, {Limit: "nowhere"}} {
		bad.Law, bad.Rest = "time", rest
		if _, err := bad.trainer(d, models.Data{}); !errors.Is(err, ErrSetting) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	d.Space.Params = d.Space.Params[1:]
	if _, err := (&PhysicalParams{Law: "time", Rest: rest}).trainer(d, models.Data{}); !errors.Is(err, ErrSetting) ||
		!strings.Contains(err.Error(), "physical.batch") {
		t.Errorf("no batch size: %v", err)
	}
}
