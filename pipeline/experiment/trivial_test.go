package experiment

import (
	"math"
	"strings"
	"testing"

	"eahas/eval"
	"eahas/features"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/trial"
	"eahas/trial/target"
)

func TestTheCoarsestChoiceAxisGroups(t *testing.T) {
	word := features.Text
	space := features.Space{Params: []features.Param{
		{Name: "lr", Kind: features.Log, Low: 1e-3, High: 1},
		{Name: "fixed", Kind: features.Choice, Choices: []features.Value{word("x"), word("y")}},
		{Name: "net", Kind: features.Choice, Choices: []features.Value{word("a"), word("b"), word("c")}},
		{Name: "opt", Kind: features.Choice, Choices: []features.Value{word("sgd"), word("adam")}},
	}}
	var trials []trial.Trial
	for i := range 6 {
		trials = append(trials, trial.Trial{Config: features.Pack(features.Config{"lr": features.Number(.1),
			"fixed": word("x"),
			"net":   word(string("abc"[i%3])), "opt": word([]string{"sgd", "adam"}[i%2])})})
	}
	p := Plan{Table: &dataset.Table{Space: space, Trials: trials}}
	if got := p.GroupAxis(); got != "opt" {
		t.Errorf("the axis with the fewest values, but two, is %q", got)
	}
	if p.GroupBy = "net"; p.GroupAxis() != "net" {
		t.Errorf("the named axis is not taken: %q", p.GroupAxis())
	}
	p.Table.Space.Params = space.Params[:2]
	if p.GroupBy = ""; p.GroupAxis() != "" {
		t.Errorf("without choices: %q", p.GroupAxis())
	}
}

func TestWhatIsNotBetterIsSaid(t *testing.T) {
	d := func(a, b string, of target.Target, low, high float64) NotBetter {
		return NotBetter{Diff: eval.Diff{Target: of, Metric: "mape", A: a, B: b, ValueA: .2, ValueB: .3, Difference: .1,
			CILow: low, CIHigh: high}, Worse: low > 0}
	}
	x := Trivial{NotBetter: []NotBetter{d("trivial: mean", "v", target.EnergyPerEpoch, .05, .15),
		d("trivial: nearest run", "v", target.EnergyPerEpoch, -.1, .3),
		d("trivial: nearest run", "w", target.TimePerEpoch, -.1, .3)}}
	lines := x.Lines()
	if len(lines) != 2 || !strings.Contains(lines[0],
		`worse than "trivial: mean", mape 0.3 against 0.2 (95 % interval`) ||
		!strings.Contains(lines[0], "; not surely better than") {
		t.Errorf("%q", lines)
	}
	if got := x.AgainstMean("v"); !strings.Contains(got, string(target.EnergyPerEpoch)) || x.AgainstMean("w") != "" {
		t.Errorf("%q, %q", got, x.AgainstMean("w"))
	}
	for _, c := range []struct {
		diff, high float64
		want       bool
	}{{-1, -.5, true}, {-1, .5, false}, {-1, math.NaN(), true}, {0, math.NaN(), false}} {
		if got := surelyLess(eval.Diff{Difference: c.diff, CIHigh: c.high}); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestNoVariantTakesATrivialName(t *testing.T) {
	v := recipe.Trivial("net")[1]
	if len(recipe.Trivial("net")) != 3 || len(recipe.Trivial("")) != 2 || !v.Regressor.Mean.Plain ||
		v.Cost.Mean.By[0] != "net" {
		t.Errorf("%+v", v)
	}
	v = recipe.Variant{Name: "trivial: mine", Base: "bezier+gbdt"}
	if err := v.Complete(); err == nil {
		t.Error("a variant may be called trivial")
	}
}
