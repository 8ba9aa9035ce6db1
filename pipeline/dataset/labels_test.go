package dataset

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/trial"
	"eahas/trial/target"
)

// What is modelled for the targets that are asked, by what is known of the length.
func TestHeads(t *testing.T) {
	const per, total, curve, length = target.EnergyPerEpoch, target.EnergyTotal, target.Curve, target.Length
	for _, c := range []struct {
		asked  []target.Target
		length string
		want   []target.Target
	}{
		{[]target.Target{curve, per, total}, artifacts.LengthFixed, []target.Target{curve, per}},
		{[]target.Target{curve, per, total}, artifacts.LengthHead, []target.Target{curve, total, length}},
		{[]target.Target{curve, per, total}, artifacts.LengthNone, []target.Target{curve, per, total}},
		{[]target.Target{total}, artifacts.LengthFixed, []target.Target{total}},
		{[]target.Target{per}, artifacts.LengthHead, []target.Target{per, length}},
		{[]target.Target{curve}, artifacts.LengthFixed, []target.Target{curve}},
	} {
		if got := Heads(c.asked, c.length); !slices.Equal(got, c.want) {
			t.Errorf("Heads(%v, %s) = %v, wanted %v", c.asked, c.length, got, c.want)
		}
	}
}

func TestConstantAndLabelled(t *testing.T) {
	run := func(mean float64, points int) trial.Trial {
		return trial.Trial{TrainEnergy: trial.Cost{Mean: mean},
			Curve: trial.Curve{Epochs: make([]float64, points), Values: make([]float64, points)}}
	}
	d := &Table{Trials: []trial.Trial{run(5, 3), run(math.NaN(), 0), run(5, 1), run(0, 0), run(math.Inf(1), 2)}}
	if got := d.Labelled(target.Curve, d.All()); !slices.Equal(got, []int{0, 2, 4}) {
		t.Errorf("with a curve: %v", got)
	}
	if got := d.Labelled(target.EnergyPerEpoch, []int{4, 3, 2, 1, 0}); !slices.Equal(got, []int{2, 0}) {
		t.Errorf("with an energy: %v", got)
	}
	if x, constant := d.Constant(target.EnergyPerEpoch); x != 5 || !constant {
		t.Errorf("%g, %v", x, constant)
	}
	d.Trials[2].TrainEnergy.Mean = 4
	if x, constant := d.Constant(target.EnergyPerEpoch); x != 4 || constant {
		t.Errorf("of 4 and 5: %g, %v", x, constant)
	}
}

// Logs of total times are runs of one epoch unless something, in any one run, tells epochs.
func TestWhatTimesAloneMeans(t *testing.T) {
	one := func(change func(*trial.Trial)) trial.Trial {
		nan := math.NaN()
		none := trial.Cost{Mean: nan, Total: nan}
		x := trial.Trial{Length: nan, TrainEnergy: none, TestEnergy: none, TrainTime: trial.Cost{Mean: nan, Total: 7}}
		change(&x)
		return x
	}
	for what, change := range map[string]func(*trial.Trial){
		"a curve":                 func(x *trial.Trial) { x.Curve.Epochs = []float64{1} },
		"a length":                func(x *trial.Trial) { x.Length = 3 },
		"a time per epoch":        func(x *trial.Trial) { x.TrainTime.Mean = 3 },
		"an energy per epoch":     func(x *trial.Trial) { x.TrainEnergy.Mean = 3 },
		"no time in either trial": func(x *trial.Trial) { x.TrainTime.Total = math.NaN() },
	} {
		d := &Table{Trials: []trial.Trial{one(func(*trial.Trial) {}), one(change)}}
		if what == "no time in either trial" {
			d.Trials[0].TrainTime.Total = math.NaN()
		}
		d.timesAlone()
		if len(d.Warnings) != 0 || d.Trials[0].Length == 1 {
			t.Errorf("%s: %v, length %g", what, d.Warnings, d.Trials[0].Length)
		}
	}
	for what, change := range map[string]func(*trial.Trial){
		"a total energy":         func(x *trial.Trial) { x.TrainEnergy.Total = 3 },
		"an energy of inference": func(x *trial.Trial) { x.TestEnergy.Mean = 3 },
		"a total of inference":   func(x *trial.Trial) { x.TestEnergy.Total = 3 },
	} {
		d := &Table{Trials: []trial.Trial{one(change), one(change)}}
		if d.timesAlone(); len(d.Warnings) != 1 || d.Trials[0].Length != 1 || d.Trials[0].TrainTime.Mean != 7 {
			t.Errorf("%s beside the total time: %v, length %g", what, d.Warnings, d.Trials[0].Length)
		}
	}
	d := &Table{Trials: []trial.Trial{one(func(*trial.Trial) {}),
		one(func(x *trial.Trial) { x.TrainTime.Total = math.NaN() })}}
	if d.timesAlone(); len(d.Warnings) != 1 || !strings.HasSuffix(d.Warnings[0], "one epoch (1 runs)") ||
		d.Trials[0].Length != 1 || d.Trials[0].TrainTime.Mean != 7 {
		t.Errorf("%v, %+v", d.Warnings, d.Trials[0])
	}
}

func TestSplitInWords(t *testing.T) {
	given := &Table{Folds: 4, Trials: []trial.Trial{{Fold: 0}}}
	free := &Table{Folds: 4, Trials: []trial.Trial{{Fold: -1}}}
	for _, c := range []struct {
		split Split
		table *Table
		want  string
	}{
		{Split{By: "holdout", Holdout: 0.25}, given, "one split: 25 % of the configurations held out"},
		{Split{By: "group", GroupBy: "gpu"}, given,
			"4 folds of whole values of gpu: each is answered by a surrogate that never saw it"},
		{Split{By: "hash"}, given, "4 folds, by a hash of the configuration"},
		{Split{}, free, "4 folds, by a hash of the configuration"},
		{Split{}, given, "4 folds, given by the logs"},
	} {
		if got := c.split.InWords(c.table); got != c.want {
			t.Errorf("%+v: %q, wanted %q", c.split, got, c.want)
		}
	}
}

// A built-in space comes first, what the config adds after it.
func TestSpaceComplete(t *testing.T) {
	own := features.Param{Name: "workers", Kind: features.Integer, Low: 1, High: 8}
	builtin, err := features.Builtin("eahas-cifar10")
	if err != nil {
		t.Fatal(err)
	}
	s := Space{Builtin: "eahas-cifar10", Space: features.Space{Params: []features.Param{own}, DerivedColumns: true}}
	if err := s.Complete(); err != nil {
		t.Fatal(err)
	}
	n := len(builtin.Params)
	if len(s.Params) != n+1 || s.Params[0].Name != builtin.Params[0].Name || s.Params[n].Name != "workers" ||
		s.Builtin != "" || !s.DerivedColumns || s.Name != builtin.Name {
		t.Errorf("%+v", s)
	}
	for what, bad := range map[string]Space{"unknown": {Builtin: "mine"}, "empty": {},
		"low above high": {Space: features.Space{Params: []features.Param{{Name: "lr", Kind: features.Linear, Low: 2,
			High: 1}}}}} {
		if err := bad.Complete(); err == nil || !strings.HasPrefix(err.Error(), "space: ") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A column to group by is an axis, or something that a trial keeps beside its configuration.
func TestCheckColumn(t *testing.T) {
	d := &Table{Space: lr(features.Linear, 0, 1), Trials: []trial.Trial{{},
		{Slices: features.Pack(features.Config{"gpu": features.Text("a")})}}}
	for column, want := range map[string]bool{"": true, "lr": true, "gpu": true, "host": false} {
		if err := d.CheckColumn(column); (err == nil) != want || err != nil && !errors.Is(err, ErrSetting) {
			t.Errorf("%q: %v", column, err)
		}
	}
}
