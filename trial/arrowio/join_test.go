package arrowio

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"eahas/trial"
)

func run(t *testing.T, dir string, m ...trial.Mapping) *Result {
	t.Helper()
	r, err := Ingest(context.Background(), m, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func curvesOnly(id string, lr float64) cell {
	c := good(id)
	c.lr, c.energy, c.time = lr, nan, nan
	return c
}

func costsOnly(id string, lr, energy float64) cell {
	c := good(id)
	c.lr, c.energy, c.curve, c.time = lr, energy, nil, nan
	return c
}

// twoLogs writes curves and costs to two files and returns their mappings.
func twoLogs(t *testing.T, join trial.Join, curves, costs []cell) (string, []trial.Mapping) {
	dir := t.TempDir()
	writeCells(t, filepath.Join(dir, "a.feather"), curves)
	writeCells(t, filepath.Join(dir, "b.feather"), costs)
	a, b := cellMapping(), cellMapping()
	a.Path, a.Energy, a.Time = trial.Strings{"a.feather"}, nil, nil
	b.Path, b.Curve, b.Join = trial.Strings{"b.feather"}, nil, join
	return dir, []trial.Mapping{a, b}
}

func TestMappingsStaySeparateWithoutJoin(t *testing.T) {
	dir, m := twoLogs(t, trial.JoinNone, []cell{curvesOnly("a", 1)}, []cell{costsOnly("a", 1, 5), costsOnly("b", 1, 6)})
	r := run(t, dir, m...)
	if len(r.Trials) != 3 || r.Trials[1].ID != "a#2" || notes(r)[NoteRenamed] != 1 || r.Joined != 0 {
		t.Errorf("%d trials, %v, notes %v", len(r.Trials), r.Trials[1].ID, r.Notes)
	}
}

func TestJoinByID(t *testing.T) {
	dir, m := twoLogs(t, trial.JoinID,
		[]cell{curvesOnly("a", 1), curvesOnly("b", 2), curvesOnly("c", 3)},
		[]cell{costsOnly("c", 3, 7), costsOnly("a", 1, 5), costsOnly("b", 9, 6), costsOnly("d", 4, 8)})
	r := run(t, dir, m...)
	if len(r.Trials) != 4 || r.Joined != 2 {
		t.Fatalf("%d trials, %d joined, %+v", len(r.Trials), r.Joined, r.Rejections)
	}
	for i, want := range []float64{5000, nan, 7000, 8000} {
		if got := r.Trials[i].TrainEnergy.Total; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%s: %v J, want %v", r.Trials[i].ID, got, want)
		}
	}
	if len(r.Rejections) != 1 || r.Rejections[0].ID != "b" || r.Rejections[0].Column != "lr" ||
		!strings.Contains(r.Rejections[0].Reason, "the trial to join has lr = 2") {
		t.Errorf("%+v", r.Rejections)
	}
	if notes(r)[NoteNoPartner] != 1 {
		t.Errorf("%v", r.Notes)
	}
}

func TestJoinByConfiguration(t *testing.T) {
	dir, m := twoLogs(t, trial.JoinConfig,
		[]cell{curvesOnly("a", 1), curvesOnly("b", 1), curvesOnly("c", 2), curvesOnly("d", 2)},
		[]cell{costsOnly("p", 1, 5), costsOnly("q", 2, 6), costsOnly("r", 2, 7)})
	r := run(t, dir, m...)
	if len(r.Trials) != 4 || len(r.Rejections) != 0 {
		t.Fatalf("%d trials, %+v", len(r.Trials), r.Rejections)
	}
	// one record serves both repeats; two records pair up with two
	for i, want := range []float64{5000, 5000, 6000, 7000} {
		if got := r.Trials[i].TrainEnergy.Total; got != want {
			t.Errorf("%s: %v J, want %v", r.Trials[i].ID, got, want)
		}
	}
}

// longCell is a row of a long log.
type longCell struct {
	id           any
	epoch, value float64
	lr           float64
	energy       float64
}

func writeLong(t *testing.T, path string, cells ...longCell) {
	t.Helper()
	fields := []field[longCell]{
		{name: "id", typ: arrow.BinaryTypes.String, append: func(b array.Builder, c longCell) {
			if s, ok := c.id.(string); ok {
				b.(*array.StringBuilder).Append(s)
			} else {
				b.AppendNull()
			}
		}},
		float("epoch", func(c longCell) float64 { return c.epoch }),
		float("value", func(c longCell) float64 { return c.value }),
		float("lr", func(c longCell) float64 { return c.lr }),
		float("energy", func(c longCell) float64 { return c.energy }),
	}
	if err := writeTable(path, Format{}, 1, fields, each(cells)); err != nil {
		t.Fatal(err)
	}
}

func longMapping() trial.Mapping {
	return trial.Mapping{Path: trial.Strings{"*.parquet"}, Layout: trial.Long, ID: "id",
		Params: trial.Columns{"lr": "lr"},
		Curve:  &trial.CurveColumn{Column: "value", Kind: "loss", Epochs: trial.EpochsSpec{Column: "epoch"}},
		Energy: &trial.EnergyColumn{Column: "energy", Unit: "Wh", Shape: trial.PerEpoch, SkipFirst: 1}}
}

func TestLongRowsOfOneTrialMayLieAnywhere(t *testing.T) {
	dir := t.TempDir()
	writeLong(t, filepath.Join(dir, "1.parquet"),
		longCell{"a", 3, .3, 1, 30}, longCell{"b", 1, .1, 2, 10}, longCell{"a", 1, .1, 1, 10},
		longCell{"b", 2, .2, 2, 20})
	writeLong(t, filepath.Join(dir, "2.parquet"),
		longCell{"b", 3, .3, 2, 30}, longCell{"a", 2, .2, 1, 20}, longCell{"a", 3, .9, 1, 90},
		longCell{nil, 1, 1, 1, 1},
		longCell{"a", nan, 1, 1, 1}, longCell{"c", 1, .1, 3, 1}, longCell{"c", 2, .1, 4, 1}, longCell{"c", 3, .1, 3, 1})
	r := run(t, dir, longMapping())
	if len(r.Trials) != 2 {
		t.Fatalf("%d trials, %+v", len(r.Trials), r.Rejections)
	}
	for _, x := range r.Trials {
		near(t, "epochs", x.Curve.Epochs, []float64{1, 2, 3}, 0)
		near(t, "values", x.Curve.Values, []float64{.1, .2, .3}, 0)
		near(t, "energy", x.TrainEnergy.PerEpoch, []float64{36000, 72000, 108000}, 0)
		if x.TrainEnergy.Mean != 90000 || x.TrainEnergy.Total != 216000 {
			t.Errorf("%+v", x.TrainEnergy)
		}
	}
	type bad struct {
		file   string
		row    int64
		id     string
		reason string
	}
	var got []bad
	for _, x := range r.Rejections {
		got = append(got, bad{x.File, x.Row, x.ID, x.Reason})
	}
	want := []bad{
		{"2.parquet", 3, "", "missing id"},
		{"2.parquet", 4, "a", "row without an epoch"},
		{"2.parquet", 6, "c", "axis lr changes within the trial, it was 3; the trial is left out"},
		{"2.parquet", 2, "a", "the trial has this epoch already"},
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("rejection %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	if notes(r)[NoteUnsorted] != 1 {
		t.Errorf("%v", r.Notes)
	}
}

func TestNonFinitePolicies(t *testing.T) {
	inf := math.Inf(1)
	values := []float64{nan, 1, 5e17, inf, 2, nan}
	for policy, want := range map[string]struct{ epochs, values []float64 }{
		"cap":    {[]float64{1, 2, 3, 4, 5, 6}, []float64{9, 1, 9, 9, 2, 9}},
		"hold":   {[]float64{2, 3, 4, 5, 6}, []float64{1, 5e17, 5e17, 2, 2}},
		"drop":   {[]float64{2, 3, 5}, []float64{1, 5e17, 2}},
		"reject": {nil, nil},
	} {
		c := trial.CurveColumn{Column: "v", Kind: "loss", Nonfinite: policy}
		if policy == "cap" {
			nine := 9.0
			c.Cap = &nine
		}
		p, err := newCurvePlan(c)
		if err != nil {
			t.Fatal(err)
		}
		got, _, bad := p.build([]float64{1, 2, 3, 4, 5, 6}, append([]float64(nil), values...), 1, &tally{})
		if (bad != nil) != (policy == "reject") {
			t.Errorf("%s: %v", policy, bad)
		}
		near(t, policy, got.Epochs, want.epochs, 0)
		near(t, policy, got.Values, want.values, 0)
		all, notes, bad := p.build([]float64{1, 2, 3}, []float64{nan, nan, inf}, 1, &tally{})
		if policy == "cap" {
			near(t, "all capped", all.Values, []float64{9, 9, 9}, 0)
			if notes[len(notes)-1].Kind != NoteAllCapped {
				t.Error(notes)
			}
		} else if bad == nil || len(all.Values) > 0 || bad.value != "NaN" {
			t.Errorf("%s: %v, %v", policy, all, bad)
		}
	}
}

func TestEpochsMustIncrease(t *testing.T) {
	dir := t.TempDir()
	c := good("a")
	c.epochs = []float64{1, 3, 2}
	short := good("b")
	short.epochs = []float64{1, 2}
	writeCells(t, filepath.Join(dir, "c.feather"), []cell{c, short})
	m := cellMapping()
	m.Curve.Epochs.Column = "epochs"
	r := run(t, dir, m)
	if len(r.Rejections) != 2 || !strings.Contains(r.Rejections[0].Reason,
		"epochs must increase, point 2 has 2 after 3") || !strings.Contains(r.Rejections[1].Reason,
		"2 epochs for 3 values") {
		t.Errorf("%+v", r.Rejections)
	}
	if len(r.Trials) != 2 || len(r.Trials[0].Curve.Values) != 0 { // they stay for their costs
		t.Errorf("%+v", r.Trials)
	}
}
