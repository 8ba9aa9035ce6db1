package recipe

import (
	"context"
	"math"
	"strings"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/stack"
)

func TestStacksAreAFewLines(t *testing.T) {
	v, err := parseVariant(t,
		`{name: best, base: grid+stack, regressor: {stack: {members: [bernstein+mlp, grid+local, {base: svd+gp, regressor: {gp: {components: 1}}}], folds: 4}}, cost: {kind: stack, stack: {members: [gp, gbdt], join: median}}}`)
	if err != nil {
		t.Fatal(err)
	}
	m := v.Regressor.Stack.Members
	if v.Regressor.Kind != "stack" || len(m) != 3 || m[0].Representation.Degree != 5 || m[0].Regressor.Kind != "mlp" ||
		m[1].name() != "grid+local" || m[2].Regressor.GP.Components != 1 || m[2].Regressor.Kind != "gp" {
		t.Errorf("members %+v", m)
	}
	if c := v.Cost.Stack; c.Members[1].name() != "gbdt" || c.Join != "median" {
		t.Errorf("cost %+v", c)
	}
}

func TestGuidedIsAStackWithGaussianProcesses(t *testing.T) {
	v, err := parseVariant(t, "guided")
	if err != nil {
		t.Fatal(err)
	}
	if v.Name != "guided" || v.Representation.Kind != "grid" || !v.Regressor.Stack.Guided || v.Cost.Kind != "gp" {
		t.Errorf("%+v", v)
	}
	if v, err = parseVariant(t, "{name: mine, base: guided, cost: gbdt}"); err != nil || v.Cost.Kind != "gbdt" ||
		v.Regressor.Kind != "stack" {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestTwoPartHasDefaults(t *testing.T) {
	v, err := parseVariant(t, "{name: two, base: grid+twopart, regressor: {twopart: {alive: mlp}}}")
	if err != nil {
		t.Fatal(err)
	}
	if p := v.Regressor.TwoPart; p.Gate.Kind != "extratrees" || p.Alive.Kind != "mlp" || p.Failed.Kind != "knn" ||
		p.Failed.KNN.Neighbours != 1 {
		t.Errorf("%+v", p)
	}
}

func TestBadStacksAreRefused(t *testing.T) {
	for variant, want := range map[string]string{
		"grid+stack": "needs members",
		"{name: a, base: bezier+stack, regressor: {stack: {members: [bernstein+mlp]}}}": "on a grid or on ranks",
		"{name: a, base: grid+stack, regressor: {stack: {members: [mlp]}}}":             `representation ""`,
		"{name: a, base: grid+stack, regressor: {stack: {members: " +
			"[grid+stack]}}}": `regressor "stack" is not one of`,
		"{name: a, base: grid+stack, regressor: {stack: {members: [grid+gp], join: vote}}}": "mean, median",
		"{name: a, base: grid+stack, regressor: {stack: {members: [grid+gp], folds: 1}}}":   "folds",
		"{name: a, base: grid+stack, regressor: {stack: {members: [grid+gp], fold: 4}}}":    "fold",
		"{name: a, base: grid+gp, cost: {kind: stack, stack: {members: [grid+gp]}}}":        "no representation",
		"{name: a, base: svd+twopart}":                                                           "twopart needs",
		"{name: a, base: grid+gp, cost: twopart}":                                                "twopart needs",
		"{name: a, base: grid+twopart, regressor: {twopart: {gate: {kind: stack}}}}":             "stack joins",
		"{name: a, base: grid+twopart, regressor: {twopart: {alive: {kind: stack, stack: {}}}}}": "needs members",
		"{name: a, base: grid+twopart, regressor: {twopart: {failed: " +
			"twopart}}}": `regressor "twopart" is not one of`,
		"{name: a, base: grid+stack, regressor: {stack: {members: [{base: grid+gp, kernel: rbf}]}}}": "kernel",
	} {
		if _, err := parseVariant(t, variant); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", variant, err, want)
		}
	}
}

// A stack's members meet on the variant's points, whatever their own representation, also as ranks.
func TestStackTrainerJoinsOnThePoints(t *testing.T) {
	for _, kind := range []string{"grid", "ranks"} {
		v, err := parseVariant(t,
			"{name: s, base: "+kind+"+stack, representation: {points: 8}, regressor: {stack: {members: "+
				"[bernstein+linear, svd+linear, grid+local], guided: true}}}")
		if err != nil {
			t.Fatal(err)
		}
		curves := []models.Curve{}
		d := models.Data{X: features.Frame{Columns: []features.Column{{Name: "x", Group: -1}}}}
		for i := range 20 {
			x := float64(i) / 20
			c := models.Curve{}
			for e := range 30 {
				c.Epochs = append(c.Epochs, float64(e))
				c.Values = append(c.Values, 10+80*x*(1-math.Exp(-float64(e)/5)))
			}
			curves = append(curves, c)
			d.X.N++
			d.X.Data = append(d.X.Data, x)
		}
		f, err := v.Representation.Fitter()
		if err != nil {
			t.Fatal(err)
		}
		rep, err := f.Fit(curves)
		if err != nil {
			t.Fatal(err)
		}
		d.K = rep.Width()
		for _, c := range curves {
			y, err := rep.Encode(nil, c.Epochs, c.Values)
			if err != nil {
				t.Fatal(err)
			}
			d.Y = append(d.Y, y...)
		}
		trainer, err := v.Regressor.Trainer(Task{}, rep, d)
		if err != nil {
			t.Fatal(err)
		}
		p, err := trainer.Train(context.Background(), d, models.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(p.(*stack.Model).Members()); n != 3 {
			t.Errorf("%s: %d members", kind, n)
		}
		x := 0.512
		got := rep.Decode(nil, p.Predict(nil, []float64{x}), []float64{29}, 0, 29)[0]
		if want := 10 + 80*x*(1-math.Exp(-29./5)); !(math.Abs(got-want) < 1) {
			t.Errorf("%s: the curve ends at %v, want %v", kind, got, want)
		}
	}
}

func TestEndToEndNeedsALinearRepresentation(t *testing.T) {
	for kind, linear := range map[string]bool{"bernstein": true, "whitened": true, "bezier": false, "svd": false} {
		v, err := parseVariant(t,
			"{name: e, base: "+kind+"+mlp, representation: {degree: 4}, regressor: {kind: mlp, end_to_end: true}}")
		if err != nil {
			t.Fatal(err)
		}
		f, err := v.Representation.Fitter()
		if err != nil {
			t.Fatal(err)
		}
		rep, err := f.Fit([]models.Curve{{Epochs: []float64{0, 1, 2}, Values: []float64{1, 3, 4}},
			{Epochs: []float64{0, 1, 2}, Values: []float64{5, 3, 9}}})
		if err != nil {
			t.Fatal(err)
		}
		b, err := basis(rep)
		if (err == nil) != linear {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if !linear {
			continue
		}
		v3, err := rep.Encode(nil, []float64{0, 1, 2}, []float64{1, 3, 4})
		if err != nil {
			t.Fatal(err)
		}
		end := 0.0
		for j, c := range v3 {
			end += b[len(b)-len(v3)+j] * c
		}
		if math.Abs(end-4) > 1e-9 {
			t.Errorf("%s: the basis ends at %v, want 4", kind, end)
		}
	}
}
