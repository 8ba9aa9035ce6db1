package recipe

import (
	"context"
	"slices"
	"strings"
	"testing"

	"eahas/features"
	"eahas/models"
	"eahas/models/auto"
	"eahas/models/grid"
	mlptrain "eahas/models/mlp/train"
)

func TestAutoOfAnEffort(t *testing.T) {
	for text, want := range map[string]string{
		"auto": "svd+linear svd+extratrees svd+gbdt svd+gp svd+mlp |  yes | linear extratrees gbdt gp mlp knn gbdt",
		"{name: a, base: auto, regressor: {auto: {effort: quick}}, cost: {auto: {effort: " +
			"quick}}}": "svd+linear svd+extratrees svd+gbdt svd+gp svd+mlp | no yes | linear extratrees gbdt gp mlp knn gbdt",
		"auto-quick": "svd+linear svd+extratrees svd+gbdt svd+gp svd+mlp | no yes | linear extratrees gbdt gp mlp knn gbdt",
		"{name: a, base: auto-best, cost: {auto: {effort: quick}}}": "svd+linear svd+extratrees svd+gbdt svd+gp " +
			"svd+mlp " +
			"svd+gbdt epoch+extratrees | yes yes | linear extratrees gbdt gp mlp knn gbdt",
		"{name: a, base: auto, regressor: {auto: {effort: best, failed: no}}, " +
			"cost: gp}": "svd+linear svd+extratrees svd+gbdt svd+gp svd+mlp svd+gbdt epoch+extratrees | yes no |",
		"{name: a, base: auto, regressor: {auto: {members: [grid+knn], guided: no}}, cost: {auto: {members: " +
			"[knn]}}}": "grid+knn | no yes | knn",
	} {
		v, err := parseVariant(t, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		names := func(r *Regressor) string {
			var out []string
			if r.Auto != nil {
				for i := range r.Auto.Members {
					out = append(out, r.Auto.Members[i].name())
				}
			}
			return strings.Join(out, " ")
		}
		a := v.Regressor.Auto
		got := strings.TrimSpace(names(&v.Regressor) + " | " + a.Guided + " " + a.Failed + " | " + names(&v.Cost))
		if got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// The effort quick trains a network where there are few rows, and leaves it out where there are many.
func TestQuickNetworkSeesFewRows(t *testing.T) {
	v, err := parseVariant(t, "auto-quick")
	if err != nil {
		t.Fatal(err)
	}
	for rows, want := range map[int]int{quickNetworkRows: 7, quickNetworkRows + 1: 6} {
		got, err := v.Cost.Trainer(Task{Log: true}, nil, models.Data{K: 1, X: features.Frame{N: rows}})
		if err != nil || len(got.(auto.Trainer).Members) != want {
			t.Errorf("%d rows: %v, %+v, want %d members", rows, err, got, want)
		}
	}
}

// Where there are few rows the network of the effort normal is one of L-BFGS; one whose settings are named is kept.
func TestNetworkOfFewRows(t *testing.T) {
	v, err := parseVariant(t, "{name: a, base: auto, cost: {auto: {members: ["+
		"{base: mlp, regressor: {mlp: {hidden: [8]}}}, {base: mlp, regressor: {mlp: {epochs: 30}}}]}}}")
	if err != nil {
		t.Fatal(err)
	}
	for rows, want := range map[int]string{fewRows - 1: mlptrain.LBFGS, fewRows: ""} {
		d := models.Data{K: 1, X: features.Frame{N: rows}}
		got, err := v.Cost.Trainer(Task{Log: true}, nil, d)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{want, ""} {
			m, err := got.(auto.Trainer).Members[i].Trainer(nil, &d)
			if err != nil || m.(mlptrain.Trainer).Params.Solver != want {
				t.Errorf("%d rows, member %d: %v, %+v", rows, i, err, m)
			}
		}
	}
}

// With the effort quick the processes of a curve share their length scales, but not where there are few rows; where a
// process' settings are named they are kept.
func TestProcessesOfFewRows(t *testing.T) {
	own, err := parseVariant(t, "auto-quick")
	if err != nil {
		t.Fatal(err)
	}
	named, err := parseVariant(t, "{name: a, base: auto-quick, regressor: {auto: {effort: quick, members: ["+
		"{base: svd+gp, regressor: {gp: {shared: true, tune_rows: 60}}}]}}}")
	if err != nil {
		t.Fatal(err)
	}
	at := func(v *Variant, rows int) (out []bool) {
		for _, m := range v.Regressor.Auto.seeing(rows) {
			if m.Regressor.GP != nil {
				out = append(out, m.Regressor.GP.Shared)
			}
		}
		return out
	}
	for _, c := range []struct {
		of   *Variant
		rows int
		want bool
	}{{own, fewRows - 1, false}, {own, fewRows, true}, {named, fewRows - 1, true}} {
		if got := at(c.of, c.rows); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s, %d rows: shared %v, want %v", c.of.Name, c.rows, got, c.want)
		}
	}
}

// Costs of few configurations are joined by the mean or the median with the effort quick, all others by the median, and
// numbers that are no logarithms by the mean. Costs are not shrunk.
func TestJoinOfCosts(t *testing.T) {
	type join struct{ median, either, relative bool }
	for _, c := range []struct {
		variant string
		configs int
		log     bool
		want    join
	}{
		{"auto-quick", eitherConfigs - 1, true, join{either: true, relative: true}},
		{"auto-quick", eitherConfigs, true, join{median: true}},
		{"auto", eitherConfigs - 1, true, join{median: true}},
		{"auto-quick", eitherConfigs - 1, false, join{}},
	} {
		v, err := parseVariant(t, c.variant)
		if err != nil {
			t.Fatal(err)
		}
		d := models.Data{K: 1, X: features.Frame{N: 3 * c.configs}}
		for i := range d.X.N {
			d.Groups = append(d.Groups, i%c.configs)
		}
		got, err := v.Cost.Trainer(Task{Log: c.log}, nil, d)
		if err != nil {
			t.Fatal(err)
		}
		a := got.(auto.Trainer)
		if (join{a.Median, a.Either, a.Relative}) != c.want || a.Unshrunk != c.log {
			t.Errorf("%+v: %v, %v, %v, unshrunk %v", c, a.Median, a.Either, a.Relative, a.Unshrunk)
		}
	}
}

func TestAutoRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"bezier+auto": "on a grid or on ranks",
		"{name: a, base: auto, regressor: {auto: {effort: huge}}}":             "not one of quick, normal, best",
		"{name: a, base: auto, regressor: {auto: {guided: perhaps}}}":          "not one of yes, no",
		"{name: a, base: auto, cost: {auto: {failed: yes}}}":                   "are for curves",
		"{name: a, base: auto, regressor: {auto: {members: [grid+auto]}}}":     `regressor "auto" is not one of`,
		"{name: a, base: auto, cost: {auto: {members: [{base: svd+linear}]}}}": "no representation",
	} {
		if _, err := parseVariant(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// The axis that figures are grouped by makes the groups of means, also inside, unless the settings name others.
func TestGroupBy(t *testing.T) {
	v, err := parseVariant(t,
		"{name: a, base: auto, regressor: {auto: {members: [grid+mean, grid+linear]}}, cost: {kind: auto, auto: {by: "+
			"[gpu]}}}")
	if err != nil {
		t.Fatal(err)
	}
	v.GroupBy("")
	if v.Regressor.Auto.By != nil {
		t.Errorf("no axis became %v", v.Regressor.Auto.By)
	}
	v.GroupBy("problem")
	if !slices.Equal(v.Regressor.Auto.By, []string{"problem"}) || !slices.Equal(v.Cost.Auto.By, []string{"gpu"}) ||
		!slices.Equal(v.Regressor.Auto.Members[0].Regressor.Mean.By, []string{"problem"}) {
		t.Errorf("groups by %v, %v, %+v", v.Regressor.Auto.By, v.Cost.Auto.By,
			v.Regressor.Auto.Members[0].Regressor.Mean)
	}
}

// The trainer of a small ensemble has the members, the guided one among them, on the times of the grid.
func TestAutoTrainer(t *testing.T) {
	v, err := parseVariant(t,
		"{name: a, base: auto, regressor: {auto: {members: [grid+linear, grid+linear, svd+knn]}}}")
	if err != nil {
		t.Fatal(err)
	}
	rep, err := grid.Fitter{Points: 7}.Fit([]models.Curve{{Epochs: []float64{1, 9}, Values: []float64{1, 2}}})
	if err != nil {
		t.Fatal(err)
	}
	d := models.Data{K: 7, X: features.Frame{N: fewRows}}
	got, err := v.Regressor.Trainer(Task{}, rep, d)
	if err != nil {
		t.Fatal(err)
	}
	a := got.(auto.Trainer)
	if len(a.Members) != 3 || a.Members[1].Name != "grid+linear 2" || len(a.Stacks) != 1 || !a.Stacks[0].Guided ||
		len(a.Times) != 7 || a.Failed == nil {
		t.Errorf("%d members, %q, %d stacks, %d times", len(a.Members), a.Members[1].Name, len(a.Stacks), len(a.Times))
	}
	if few, err := v.Regressor.Trainer(Task{}, rep, models.Data{K: 7, X: features.Frame{N: fewRows - 1}}); err != nil ||
		len(few.(auto.Trainer).Stacks) != 0 {
		t.Errorf("with few rows: %v, %+v", err, few)
	}
	costs, err := v.Cost.Trainer(Task{Log: true}, nil, d)
	if err != nil || len(costs.(auto.Trainer).Stacks) != 0 || costs.(auto.Trainer).Margin != costMargin ||
		costs.(auto.Trainer).Power != logPower {
		t.Errorf("costs: %v, %+v", err, costs)
	}
	if scores, err := v.Cost.Trainer(Task{}, nil, d); err != nil || scores.(auto.Trainer).Power != 0 {
		t.Errorf("numbers that are no logarithms: %v, %+v", err, scores)
	}
	if _, err := costs.Train(context.Background(), models.Data{K: 1}, models.Options{}); err == nil {
		t.Error("no rows were trained on")
	}
}
