package search

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	gbdttrain "eahas/models/gbdt/train"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/tune"
)

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
		v := parseVariant(t, "{name: v, base: bezier+linear, cost: {kind: gbdt, gbdt: {rounds: 5}}}")
		s, err := newSearch(simulated(t), stage.Runner{Store: stage.Store{Dir: t.TempDir()}}, *v, Budget{Trials: 2})
		if err != nil {
			t.Fatal(err)
		}
		sd := s.sides[1]
		if sd.name != "costs" {
			t.Fatalf("the second side is %q", sd.name)
		}
		if !c.byDefault {
			s.variant.Cost.GBDT = untrainable
		}
		found := v.Clone()
		if !c.best {
			found.Cost.GBDT = untrainable
		}
		sd.at = func([]float64) recipe.Variant { return found }
		point := []float64{1}
		ch, err := s.confirm(t.Context(), sd, "all", s.plan.Table.All(), point)
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
	s := new(search)
	for want, all := range map[string][]tune.Trial{
		"no settings can be trained": {{Number: 0, Values: []float64{tune.Failed}, Done: true},
			{Number: 1, Point: []float64{1}, Values: []float64{3, tune.Failed}, Done: true}},
		"none better": {{Number: 0, Values: []float64{3, 1}, Done: true},
			{Number: 1, Point: []float64{1}, Values: []float64{1}, Done: true}},
	} {
		ch, err := s.choose(t.Context(), nil, "all", nil, all)
		if err != nil || ch.Point != nil || !strings.Contains(ch.Why, want) {
			t.Errorf("%s: %+v, %v", want, ch, err)
		}
	}
}

// The curve and the costs are tuned by themselves, and each choice changes its own side only.
func TestSidesAreTunedApart(t *testing.T) {
	plan := simulated(t)
	s, err := newSearch(plan, stage.Runner{}, *parseVariant(t, "svd+knn"), Budget{Trials: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.sides) != 2 || s.sides[0].shares != nil || s.sides[1].shares == nil {
		t.Fatalf("sides %+v", s.sides)
	}
	for k, sd := range s.sides {
		for _, p := range sd.space {
			if strings.HasPrefix(p.Name, "cost.") != (k == 1) {
				t.Errorf("%s is a setting of the side %s", p.Name, sd.name)
			}
		}
	}
	base := plainJSON(t, s.variant)
	none := &choice{}
	if v, changed := s.combined([]*choice{none, none}); changed || !reflect.DeepEqual(plainJSON(t, v), base) {
		t.Errorf("no choice changed the variant: %+v", v)
	}
	v, changed := s.combined([]*choice{{Point: s.sides[0].start}, none})
	if !changed || v.Representation.Components != 6 || v.Cost.GBDT != nil {
		t.Errorf("the curve's choice gives %+v", v)
	}
	v, changed = s.combined([]*choice{none, {Point: s.sides[1].start}})
	if !changed || v.Representation.Components != 0 || v.Cost.GBDT == nil {
		t.Errorf("the costs' choice gives %+v", v)
	}
	if got := newSides(plan, *parseVariant(t, "{name: x, base: svd+knn, cost: local}")); len(got) != 1 {
		t.Error("a local model of costs has a side to tune")
	}
}

// With fewer groups than folds every group is a fold; one group alone cannot be split.
func TestSplitOfFewGroups(t *testing.T) {
	s := &search{plan: simulated(t)}
	for n, want := range map[int]int{4: 4, 2: 2, 40: 10} {
		folds, err := s.split(s.plan.Table.All()[:n], confirmFolds, "x")
		if err != nil || foldCount(folds) != want {
			t.Errorf("%d groups: folds %v, %v", n, folds, err)
		}
	}
	if _, err := s.split(s.plan.Table.All()[:1], confirmFolds, "x"); !errors.Is(err, dataset.ErrEmptyFold) {
		t.Errorf("one group: %v", err)
	}
}

// plainJSON is what a variant says.
func plainJSON(t *testing.T, v recipe.Variant) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
