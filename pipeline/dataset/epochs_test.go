package dataset

import (
	"errors"
	"math"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/trial"
)

// curve is a trial that has these epochs, and the settings lr and epochs.
func curve(length float64, epochs ...float64) trial.Trial {
	return trial.Trial{Length: length, Curve: trial.Curve{Epochs: epochs, Values: make([]float64, len(epochs))},
		Config: features.Pack(features.Config{"lr": features.Number(0.1), "epochs": features.Number(length)})}
}

func TestEpochRule(t *testing.T) {
	nan := math.NaN()
	axes := features.Space{Params: []features.Param{{Name: "lr", Kind: features.Linear, High: 1},
		{Name: "epochs", Kind: features.Integer, Low: 1, High: 100}}}
	plain := features.Space{Params: axes.Params[:1]}
	conditional := features.Space{Params: []features.Param{axes.Params[0], axes.Params[1]}}
	conditional.Params[1].When = &features.Condition{Param: "lr"}
	for what, c := range map[string]struct {
		space  features.Space
		asked  Epochs
		trials []trial.Trial
		want   artifacts.EpochRule
	}{
		"one length": {plain, Epochs{}, []trial.Trial{curve(9, 3, 6, 9), curve(9, 3, 6, 9)},
			artifacts.EpochRule{Length: artifacts.LengthFixed, Last: 9, First: 3, Step: 3}},
		"the least first epoch, of curves without one step": {plain, Epochs{},
			[]trial.Trial{curve(9, 3, 6, 9), curve(9, 2, 5, 9)},
			artifacts.EpochRule{Length: artifacts.LengthFixed, Last: 9, First: 2, Step: 1}},
		"two steps": {plain, Epochs{}, []trial.Trial{curve(9, 3, 6, 9), curve(9, 5, 7, 9)},
			artifacts.EpochRule{Length: artifacts.LengthFixed, Last: 9, First: 3, Step: 1}},
		"points without a neighbour": {plain, Epochs{}, []trial.Trial{curve(9, 9)},
			artifacts.EpochRule{Length: artifacts.LengthFixed, Last: 9, First: 9, Step: 1}},
		"the axis that states it": {axes, Epochs{}, []trial.Trial{curve(2, 1, 2), curve(3, 1, 2, 3)},
			artifacts.EpochRule{Length: artifacts.LengthAxis, Axis: "epochs", First: 1, Step: 1}},
		"not an axis that some runs have not": {conditional, Epochs{}, []trial.Trial{curve(2, 1, 2), curve(3, 1, 2, 3)},
			artifacts.EpochRule{Length: artifacts.LengthHead, First: 1, Step: 1}},
		"an outcome": {plain, Epochs{}, []trial.Trial{curve(2, 1, 2), curve(3, 1, 2, 3)},
			artifacts.EpochRule{Length: artifacts.LengthHead, First: 1, Step: 1}},
		"nobody knows": {plain, Epochs{}, []trial.Trial{curve(nan)}, artifacts.EpochRule{}},
		"what is asked for": {plain, Epochs{Fixed: 20}, []trial.Trial{curve(9, 3, 6, 9)},
			artifacts.EpochRule{Length: artifacts.LengthFixed, Last: 20, First: 3, Step: 3}},
		"to be predicted": {plain, Epochs{Predict: true}, []trial.Trial{curve(9, 3, 6, 9)},
			artifacts.EpochRule{Length: artifacts.LengthHead, First: 3, Step: 3}},
		"ten thousand epochs, each of them": {plain, Epochs{}, []trial.Trial{curve(10_001, 1, 3, 10_001)},
			artifacts.EpochRule{Length: artifacts.LengthFixed, Last: 10_001, First: 1, Step: 1}},
		"samples by the million": {plain, Epochs{}, []trial.Trial{curve(7.5e6, 1000, 3000, 7.5e6), curve(4000, 4000)},
			artifacts.EpochRule{Length: artifacts.LengthHead, First: 1000, Step: 1000}},
		"steps that the config knows": {plain, Epochs{Fixed: 50_000}, []trial.Trial{curve(9, 0, 5, 9)},
			artifacts.EpochRule{Length: artifacts.LengthFixed, Last: 50_000, Step: 5}},
		"millions of one step": {plain, Epochs{}, []trial.Trial{curve(2e6, 0, 1e6, 2e6)},
			artifacts.EpochRule{Length: artifacts.LengthFixed, Last: 2e6, Step: 1e6}},
	} {
		got, err := epochRule(c.asked, &Table{Space: c.space, Trials: c.trials})
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; wanted %+v", what, got, err, c.want)
		}
	}
	if _, err := epochRule(Epochs{Axis: "depth"}, &Table{Space: plain}); !errors.Is(err, ErrSetting) {
		t.Errorf("an axis that there is not: %v", err)
	}
}

// The offset is the one that most runs have, of equals the nearest to 0, and leaves no epoch below 0.
// Where some runs are shorter than the step that the longest one needs, somebody should know.
func TestUnlikeUnitsWarn(t *testing.T) {
	space := features.Space{Params: []features.Param{{Name: "lr", Kind: features.Linear, High: 1}}}
	for what, c := range map[string]struct {
		trials []trial.Trial
		want   string
	}{
		"epochs and samples": {[]trial.Trial{curve(7.5e6, 1, 3e6, 7.5e6), curve(35, 3, 4, 35), curve(8e3, 7e3, 8e3)},
			"at every 1000 epochs; 1 of 3 runs"},
		"samples": {[]trial.Trial{curve(7.5e6, 1, 3e6, 7.5e6), curve(8e3, 7e3, 8e3)}, ""},
		"epochs":  {[]trial.Trial{curve(35, 3, 4, 35), curve(1, 1)}, ""},
	} {
		d := Table{Space: space, Trials: c.trials}
		if _, err := epochRule(Epochs{}, &d); err != nil {
			t.Fatal(err)
		}
		if w := strings.Join(d.Warnings, "\n"); (w == "") != (c.want == "") || !strings.Contains(w, c.want) {
			t.Errorf("%s: warnings %q, wanted %q", what, w, c.want)
		}
	}
}

func TestCommonOffset(t *testing.T) {
	for _, c := range []struct {
		offsets map[float64]int
		first   float64
		want    float64
	}{
		{map[float64]int{1: 3, 0: 2}, 0, 1}, {map[float64]int{1: 2, 0: 2}, 0, 0}, {map[float64]int{-1: 5, 2: 1}, 1, -1},
		{map[float64]int{-2: 5, 2: 1}, 1, 2}, {map[float64]int{-1: 2, -3: 2}, 5, -1}, {nil, 1, 0},
	} {
		if got := commonOffset(c.offsets, artifacts.EpochRule{First: c.first}); got != c.want {
			t.Errorf("%v from epoch %g: %g, wanted %g", c.offsets, c.first, got, c.want)
		}
	}
}

func TestSplitComplete(t *testing.T) {
	s := Split{}
	if err := s.Complete(); err != nil || s.Folds != 5 || s.Holdout != 0.2 {
		t.Errorf("%+v, %v", s, err)
	}
	for what, bad := range map[string]Split{"by": {By: "luck"}, "group_by": {By: "group"}, "runs": {Runs: -1},
		"folds": {Folds: 1}, "holdout": {Holdout: 1}, "holdout: -0.1": {Holdout: -0.1}} {
		key, _, _ := strings.Cut(what, ":")
		if err := bad.Complete(); err == nil || !strings.Contains(err.Error(), "evaluate."+key) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if err := (&Space{}).Complete(); err == nil || !strings.Contains(err.Error(), "no params") {
		t.Errorf("a space without axes: %v", err)
	}
}
