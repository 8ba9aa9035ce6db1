package experiment

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"eahas/eval"
	"eahas/features"
	"eahas/pipeline/stage"
	"eahas/report"
	"eahas/trial/target"
)

// TestExplain: of simulated trials the total energy is a matter of the epochs and the error one of the learning rate
// and the optimizer (package simulate's formulas); fronts are fronts; the same bytes come out for any number of
// workers.
func TestExplain(t *testing.T) {
	table := simulatedTable(t, 150, 5)
	v := parseVariant(t, "{name: v, base: bezier+gbdt, regressor: {gbdt: {rounds: 20}}, cost: {gbdt: {rounds: 40}}}")
	ask := func(climbed string, workers int) *report.Explanation {
		p, _, err := NewPlan(Plan{Table: table, Seed: 3, Climbed: climbed, Workers: workers},
			[]target.Target{target.Curve, target.EnergyTotal})
		if err != nil {
			t.Fatal(err)
		}
		r := stage.Runner{Store: stage.Store{Dir: t.TempDir()}, Seed: 3, Workers: workers}
		frozen, err := p.Final(t.Context(), r, v)
		if err != nil {
			t.Fatal(err)
		}
		heads, err := thaw(frozen)
		if err != nil {
			t.Fatal(err)
		}
		final, err := Surrogate(table, heads, features.NewSupport(table.X))
		if err != nil {
			t.Fatal(err)
		}
		e, err := p.Explain(t.Context(), r, v, final)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	e := ask("v", 1)
	first := func(k int) string { return e.Importance[k].Axes[0].Axis }
	if len(e.Importance) < 2 || !slices.Contains([]string{"lr", "optimizer"}, first(0)) || first(1) != "epochs" {
		t.Errorf("importance %+v", e.Importance)
	}
	for _, d := range e.Dependence {
		if d.Axis != "epochs" {
			continue
		}
		energy := d.Targets[1]
		if !slices.IsSorted(energy.Mean) || energy.Target != target.EnergyTotal || len(d.Values) != 3 {
			t.Errorf("energy by epochs %v: %+v", d.Values, energy)
		}
	}
	if e.Drawn != explainDrawn || e.Inside == 0 || len(e.Front.Predicted) != e.Inside || len(e.Best) != 2*explainBest {
		t.Errorf("%d drawn, %d inside, %d predicted, best %+v", e.Drawn, e.Inside, len(e.Front.Predicted), e.Best)
	}
	for _, points := range [][]report.FrontPoint{e.Front.Logged, e.Front.Predicted} {
		var xs, ys []float64
		for _, p := range points {
			xs, ys = append(xs, p.Cost), append(ys, p.Value)
		}
		front := eval.Front(xs, ys)
		for i, p := range points {
			if p.Front != slices.Contains(front, i) {
				t.Errorf("%+v: on the front?", p)
			}
		}
	}
	if e.Best[0].Predicted || !e.Best[explainBest].Predicted || !strings.Contains(e.Best[0].Config, "lr=") ||
		e.Best[0].Value > e.Best[1].Value {
		t.Errorf("best %+v", e.Best)
	}
	want, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]*report.Explanation{"three workers": ask("v", 3),
		"heads trained again": ask("another", 1)} {
		if got, err := json.Marshal(other); err != nil || string(got) != string(want) {
			t.Errorf("%s: other bytes (%v)", name, err)
		}
	}
}
