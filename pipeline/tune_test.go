package pipeline

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	gbdttrain "eahas/models/gbdt/train"
	"eahas/tune"
)

// Whoever has waited longest is next, so three studies on one worker take turns.
func TestTurnsAreFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turn := newTurns(1, 3)
		_, open, err := turn.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var order []int
		for k := range 3 {
			go func() {
				for range 4 {
					_, done, err := turn.take(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					order = append(order, k) // one at a time has the turn
					done()
				}
			}()
			synctest.Wait() // it waits for its turn
		}
		open()
		synctest.Wait()
		want := []int{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}
		if !slices.Equal(order, want) {
			t.Errorf("turns %v, want %v", order, want)
		}
	})
}

// Workers are shared by the studies that have not ended, and a cancelled context ends the waiting.
func TestTurnsShareWorkers(t *testing.T) {
	turn := newTurns(8, 3)
	workers := func() int {
		n, done, err := turn.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		return n
	}
	for _, want := range []int{2, 4, 8, 8} {
		if got := workers(); got != want {
			t.Errorf("%d workers, want %d", got, want)
		}
		turn.leave()
	}
	one := newTurns(1, 6)
	n, done, err := one.take(t.Context())
	if err != nil || n != 1 {
		t.Errorf("%d workers, %v", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := one.take(ctx); err == nil {
		t.Error("a cancelled context got a turn")
	}
	done()
}

// untrainable is a setting that no training takes.
var untrainable = &gbdttrain.Params{Rounds: 5, Bins: 1}

// What cannot be trained on the other split is not taken, and the default stays when nothing can.
func TestConfirmGoesOnWhereSomethingCannotBeTrained(t *testing.T) {
	for _, c := range []struct {
		byDefault, best bool // can be trained
		taken           bool
		why             string
	}{
		{true, false, false, "the best cannot be trained"},
		{false, true, true, "the default cannot"},
		{false, false, false, "neither"},
	} {
		r, s := simulated(t, "{name: v, base: bezier+linear, cost: {kind: gbdt, gbdt: {rounds: 5}}}")
		w, err := newTuning(r, s, TuneOptions{Variant: "v", Trials: 2})
		if err != nil {
			t.Fatal(err)
		}
		sd := w.sides[1]
		if sd.name != "costs" {
			t.Fatalf("the second side is %q", sd.name)
		}
		if !c.byDefault {
			w.variant.Cost.GBDT = untrainable
		}
		if !c.best {
			sd.knobs.setOne[0] = func(v *Variant, _ float64) { v.Cost.GBDT = untrainable }
			sd.knobs.setOne = sd.knobs.setOne[:1]
		} else {
			sd.knobs.setOne = nil
		}
		point := []float64{1}
		if c.best {
			point = []float64{}
		}
		ch, err := w.confirm(t.Context(), sd, "all", s.data.all(), point)
		if err != nil {
			t.Fatal(err)
		}
		if (ch.Point != nil) != c.taken || !strings.Contains(ch.Why, c.why) {
			t.Errorf("%+v: %+v", c, ch)
		}
	}
}

// A study in which nothing can be trained keeps the default, with words; so does one whose default is the best.
func TestChooseWithoutABest(t *testing.T) {
	w := new(tuning)
	for want, all := range map[string][]tune.Trial{
		"no settings can be trained": {{Number: 0, Values: []float64{tune.Failed}, Done: true}, {Number: 1, Point: []float64{1}, Values: []float64{3, tune.Failed}, Done: true}},
		"none better":                {{Number: 0, Values: []float64{3, 1}, Done: true}, {Number: 1, Point: []float64{1}, Values: []float64{1}, Done: true}},
	} {
		ch, err := w.choose(t.Context(), nil, "all", nil, all)
		if err != nil || ch.Point != nil || !strings.Contains(ch.Why, want) {
			t.Errorf("%s: %+v, %v", want, ch, err)
		}
	}
}

// The curve and the costs are tuned by themselves, and each choice changes its own side only.
func TestSidesAreTunedApart(t *testing.T) {
	r, s := simulated(t, "svd+knn")
	w, err := newTuning(r, s, TuneOptions{Variant: "svd+knn", Trials: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(w.sides) != 2 || w.sides[0].shares != nil || w.sides[1].shares == nil {
		t.Fatalf("sides %+v", w.sides)
	}
	for k, sd := range w.sides {
		for _, p := range sd.knobs.Space {
			if strings.HasPrefix(p.Name, "cost.") != (k == 1) {
				t.Errorf("%s is a setting of the side %s", p.Name, sd.name)
			}
		}
	}
	base := plainJSON(t, w.variant)
	none := &choice{}
	if v, changed := w.combined([]*choice{none, none}); changed || !reflect.DeepEqual(plainJSON(t, v), base) {
		t.Errorf("no choice changed the variant: %+v", v)
	}
	v, changed := w.combined([]*choice{{Point: w.sides[0].knobs.Start}, none})
	if !changed || v.Representation.Components != 6 || v.Cost.GBDT != nil {
		t.Errorf("the curve's choice gives %+v", v)
	}
	v, changed = w.combined([]*choice{none, {Point: w.sides[1].knobs.Start}})
	if !changed || v.Representation.Components != 0 || v.Cost.GBDT == nil {
		t.Errorf("the costs' choice gives %+v", v)
	}
	if r, s = simulated(t, "{name: x, base: svd+knn, cost: local}"); len(newSides(s.data, r.config.Variants[0], s.targets)) != 1 {
		t.Error("a local model of costs has a side to tune")
	}
}

// With fewer groups than folds every group is a fold; one group alone cannot be split.
func TestSplitOfFewGroups(t *testing.T) {
	r, s := simulated(t, "svd+knn")
	w := &tuning{run: r, s: s}
	for n, want := range map[int]int{4: 4, 2: 2, 40: 10} {
		folds, err := w.split(s.data.all()[:n], confirmFolds, "x")
		if err != nil || foldCount(folds) != want {
			t.Errorf("%d groups: folds %v, %v", n, folds, err)
		}
	}
	if _, err := w.split(s.data.all()[:1], confirmFolds, "x"); !errors.Is(err, ErrEmptyFold) {
		t.Errorf("one group: %v", err)
	}
}
