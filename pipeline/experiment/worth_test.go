package experiment

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"eahas/pipeline/stage"
	"eahas/trial/target"
)

// TestWorth: the optimum of a climb is worth less by a surrogate of other trials, the same bytes come out for any
// number of workers and when the evaluation kept no heads, and too few trials are said.
func TestWorth(t *testing.T) {
	table := simulatedTable(t, 150, 5)
	v := parseVariant(t, "{name: v, base: bezier+gbdt, regressor: {gbdt: {rounds: 30}}}")
	ask := func(climbed string, workers int) *Worth {
		p, _, err := NewPlan(Plan{Table: table, Seed: 3, Climbed: climbed},
			[]target.Target{target.Curve, target.EnergyPerEpoch})
		if err != nil {
			t.Fatal(err)
		}
		w, err := p.Worth(t.Context(), stage.Runner{Store: stage.Store{Dir: t.TempDir()}, Seed: 3, Workers: workers}, v)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	w := ask("v", 1)
	if w.Unknown != "" || w.Climbs != worthClimbs || !(w.Judged > w.Found) || !(w.Doubt.BestDecile > 0) ||
		w.Config["lr"].IsMissing() {
		t.Errorf("%+v", w)
	}
	for name, other := range map[string]*Worth{"three workers": ask("v", 3), "heads trained again": ask("another", 1)} {
		if !reflect.DeepEqual(other, w) {
			t.Errorf("%s: %+v, not %+v", name, other, w)
		}
	}
	few := simulated(t)
	w, err := few.Worth(t.Context(), stage.Runner{Store: stage.Store{Dir: t.TempDir()}, Seed: 3}, v)
	if err != nil ||
		!strings.Contains(w.Unknown, "needs 40") {
		t.Errorf("few trials: %+v, %v", w, err)
	}
}

// TestBestDecile: of twenty held-out curves the two are taken whose last value is predicted to be best.
func TestBestDecile(t *testing.T) {
	p := simulated(t)
	out := &Predictions{Cost: stage.Map[target.Target, []float64]{}}
	for i := range 20 {
		c := p.Table.Trials[i].Curve
		pred := append([]float64(nil), c.Values...)
		pred[len(pred)-1] = c.Values[len(pred)-1] + 3
		if i < 2 {
			pred[len(pred)-1] = -float64(i + 1)
		}
		out.Rows, out.Curve = append(out.Rows, i), append(out.Curve, pred)
	}
	one := func(i int) float64 { v := p.Table.Trials[i].Curve.Values; return v[len(v)-1] }
	p.GroupBy = "optimizer" // the test's trials in one group
	for i := range p.Table.Trials {
		one := &p.Table.Trials[i]
		one.Config = one.Config.With("optimizer", p.Table.Trials[0].Config.Get("optimizer"))
	}
	s := Scored{Plan: p, Competitors: []Competitor{{"v", []*Predictions{out}}}}
	b := s.BestDecile(0)
	if want := (Best{2, -1.5, (one(0) + one(1)) / 2, (one(0) + 1 + one(1) + 2) / 2}); math.Abs(b.MAE-want.MAE) > 1e-9 ||
		b.Trials != 2 ||
		b.Predicted != want.Predicted || math.Abs(b.True-want.True) > 1e-9 {
		t.Errorf("%+v, not %+v", b, want)
	}
}
