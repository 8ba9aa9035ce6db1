package pipeline

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"eahas/models/gbdt"
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
var untrainable = &gbdt.Params{Rounds: 5, Bins: 1}

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
		if !c.byDefault {
			w.variant.Cost.GBDT = untrainable
		}
		if !c.best {
			w.knobs.setOne[0] = func(v *Variant, _ float64) { v.Cost.GBDT = untrainable }
			w.knobs.setOne = w.knobs.setOne[:1]
		} else {
			w.knobs.setOne = nil
		}
		point := []float64{1}
		if c.best {
			point = []float64{}
		}
		ch, err := w.confirm(t.Context(), "all", s.data.all(), point)
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
		ch, err := w.choose(t.Context(), "all", nil, all)
		if err != nil || ch.Point != nil || !strings.Contains(ch.Why, want) {
			t.Errorf("%s: %+v, %v", want, ch, err)
		}
	}
}
