package experiment

import (
	"context"
	"math"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/pipeline/dataset"
	"eahas/trial"
	"eahas/trial/target"
)

// What the other models see of a training row was foretold by models that had not seen its group: of a number that
// nothing foretells, and that its regressor learns by heart, nothing gets through.
func TestPredictedFirstByOthersThanItsOwnGroup(t *testing.T) {
	const groups, repeats, none = 60, 3, 10
	r := stream.New(1, "luck")
	d := &dataset.Table{X: features.Frame{Columns: []features.Column{{Name: "x", Param: "x", Group: -1}}},
		Own: target.Own{{Name: "luck", Span: target.PerRun, Direction: target.Lower, Scale: target.Linear,
			Known: target.KnownPredict}, {Name: "score", Span: target.PerRun, Direction: target.Lower,
			Scale: target.Linear}}}
	var err error
	space := features.Space{Name: "one", Params: []features.Param{{Name: "x", Kind: features.Linear, Low: 0, High: 1}}}
	if d.Encoder, err = features.NewEncoder(space); err != nil {
		t.Fatal(err)
	}
	luck := make([]float64, groups)
	for g := range luck {
		luck[g] = r.Float64()
		for range repeats {
			one := trial.Trial{Numbers: []trial.Number{{Target: "score", Value: float64(g)}}}
			if g >= none {
				one.Numbers = append(one.Numbers, trial.Number{Target: "luck", Value: luck[g]})
			}
			d.Trials, d.Group = append(d.Trials, one), append(d.Group, g)
			d.X.Data, d.X.N = append(d.X.Data, float64(g)/groups), d.X.N+1
		}
	}
	v := parseVariant(t, "{name: heart, base: bezier+gbdt, cost: {kind: knn, knn: {neighbours: 1}}}")
	p := Plan{Table: d, Heads: []target.Target{"luck", "score"}}
	wide, heads, err := p.first(context.Background(), v, d.All(), models.Options{Seed: 1})
	if err != nil || len(heads) != 1 {
		t.Fatal(heads, err)
	}
	if len(d.X.Columns) != 1 || len(wide.Table.X.Columns) != 2 {
		t.Fatalf("%v, wide %v", d.X.Columns, wide.Table.X.Columns)
	}
	for i := range d.Trials {
		g, seen := d.Group[i], wide.Table.X.Row(i)[1]
		if whole := p.fed(&heads[0], i); g >= none && math.Abs(whole-luck[g]) > 1e-6 {
			t.Errorf("group %d: its own model says %g, not %g by heart", g, whole, luck[g])
		} else if g < none && seen != whole {
			t.Errorf("group %d has no number: %g, all others say %g", g, seen, whole)
		}
		if g >= none && math.Abs(seen-luck[g]) < 1e-9 {
			t.Errorf("group %d: %g is its own number", g, seen)
		}
		if i%repeats > 0 && seen != wide.Table.X.Row(i - 1)[1] {
			t.Errorf("group %d: repeats were foretold by unlike models", g)
		}
	}
	trained, err := p.Train(context.Background(), v, d.All(), models.Options{Seed: 1})
	if err != nil || len(trained) != 2 || trained[0].Target != "luck" || trained[1].Target != "score" {
		t.Fatalf("%v, %v", trained, err)
	}
}
