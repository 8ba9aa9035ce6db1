package experiment

import (
	"testing"

	"eahas/eval"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/trial/target"
)

// The first training seed is the run's own, under the stage keys of a run that knows of no other.
func TestTheFirstSeedIsTheRunsOwn(t *testing.T) {
	if got := trainingSeed(7, 0); got != 7 {
		t.Errorf("the first seed is %d", got)
	}
	if a, b := trainingSeed(7, 1), trainingSeed(7, 2); a == 7 || b == 7 || a == b || a == trainingSeed(8, 1) {
		t.Errorf("further seeds %d and %d", a, b)
	}
	p, v := Plan{Seed: 7}, &recipe.Variant{Name: "v"}
	key := func(seed int) stage.Key {
		k, err := p.FoldPiece(v, 3, seed).Key()
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	was, err := stage.KeyOf("evaluate v fold 3", p.Key, v, []string(nil), 3, p.Seed)
	if err != nil || key(0) != was || key(1) == was || key(1) == key(2) {
		t.Errorf("keys %v, %v, %v; without seeds %v (%v)", key(0), key(1), key(2), was, err)
	}
	for seeds, want := range map[int]int{0: 1, 1: 1, 5: 5} {
		if got := (Scoring{Seeds: seeds}).Trainings(); got != want {
			t.Errorf("seeds: %d means %d trainings", seeds, got)
		}
	}
}

func TestMeanRowsDecideOnSeveralSeeds(t *testing.T) {
	s := Scored{Plan: Plan{Table: &dataset.Table{}}, Rows: []eval.Row{row("a", "curve", eval.MetricRunRMSE, 2),
		row("a", "curve", eval.MetricMAE, 1)}}
	if got := s.meanRows(); got[0].Value != 2 || s.SeedScores() != nil {
		t.Errorf("one seed: %+v", got)
	}
	s.bySeed = map[figure][]float64{{"a", target.Curve, eval.GroupAll, eval.MetricRunRMSE}: {2, 4},
		{"a", target.Curve, eval.GroupAll, eval.MetricMAE}: {1, 1}}
	if got := s.meanRows(); got[0].Value != 3 || got[1].Value != 1 || s.Rows[0].Value != 2 {
		t.Errorf("two seeds: %+v of %+v", got, s.Rows)
	}
	if got := s.SeedScores(); len(got) != 1 || got[0].Metric != eval.MetricRunRMSE || got[0].Mean != 3 {
		t.Errorf("main figures: %+v", got)
	}
}
