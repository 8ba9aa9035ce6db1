package arrowio

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"eahas/features"
	"eahas/trial"
)

func textValue(s string) features.Value { return features.Text(s) }

// cell is a row of a table that tests write: any of its fields may be left out.
type cell struct {
	id     any // string or nil
	lr     float64
	fold   float64
	curve  []float64
	epochs []float64
	energy float64
	time   float64
	length float64
	unit   string
}

func writeCells(t testing.TB, path string, cells []cell) {
	t.Helper()
	fields := []field[cell]{
		{name: "id", typ: arrow.BinaryTypes.String, append: func(b array.Builder, c cell) {
			if s, ok := c.id.(string); ok {
				b.(*array.StringBuilder).Append(s)
			} else {
				b.AppendNull()
			}
		}},
		float("lr", func(c cell) float64 { return c.lr }),
		float("fold", func(c cell) float64 { return c.fold }),
		floats("curve", func(c cell) []float64 { return c.curve }),
		floats("epochs", func(c cell) []float64 { return c.epochs }),
		float("energy", func(c cell) float64 { return c.energy }),
		float("time", func(c cell) float64 { return c.time }),
		float("length", func(c cell) float64 { return c.length }),
		text("unit", func(c cell) string { return c.unit }),
	}
	if err := writeTable(path, Format{"feather", "lz4"}, 8, fields, each(cells)); err != nil {
		t.Fatal(err)
	}
}

func cellMapping() trial.Mapping {
	return trial.Mapping{Path: trial.Strings{"c.feather"}, Layout: trial.Wide, ID: "id", Fold: "fold",
		Params: trial.Columns{"lr": "lr"},
		Curve:  &trial.CurveColumn{Column: "curve", Kind: "accuracy", Unit: "fraction"},
		Energy: &trial.EnergyColumn{Column: "energy", Unit: "kJ", Shape: trial.Total},
		Time:   &trial.TimeColumn{Column: "time", Unit: "min", Shape: trial.Total}}
}

var nan = math.NaN()

func good(id string) cell {
	return cell{id: id, lr: 0.1, curve: []float64{.1, .2, .3}, epochs: []float64{1, 2, 3}, energy: 60, time: 5,
		length: 3}
}

func TestBadRowsAreRejectedWithReasons(t *testing.T) {
	alter := func(f func(*cell)) cell { c := good("x"); f(&c); return c }
	nothing := func(c *cell) { c.energy, c.time = nan, nan }
	for name, c := range map[string]struct {
		cell          cell
		column, value string
		reason        string
		kept          bool
	}{
		"missing id": {alter(func(c *cell) { c.id = nil }), "id", "", "missing id", false},
		"empty id":   {alter(func(c *cell) { c.id = "" }), "id", "", "missing id", false},
		"duplicate":  {alter(func(c *cell) { c.id = "good0" }), "id", "good0", "duplicate trial", false},
		"infinite axis": {alter(func(c *cell) { c.lr = math.Inf(1) }), "lr", "+Inf", "axis lr is not finite",
			false},
		"broken fold": {alter(func(c *cell) { c.fold = 1.5 }), "fold", "1.5", "fold is not a whole number",
			false},
		"missing fold": {alter(func(c *cell) { c.fold = nan }), "fold", "", "missing fold", false},
		"two points": {alter(func(c *cell) { c.curve = c.curve[:2]; nothing(c) }), "curve", "2",
			"fewer than 3 points", false},
		"two points and cost": {alter(func(c *cell) { c.curve = c.curve[:2] }), "curve", "2", "fewer than 3 points",
			true},
		"all NaN": {alter(func(c *cell) { c.curve = []float64{nan, nan, nan}; nothing(c) }), "curve",
			"NaN", "no finite point", false},
		"one NaN": {alter(func(c *cell) { c.curve = []float64{.1, nan, .3} }), "curve", "NaN",
			"non-finite point", true},
		"above one": {alter(func(c *cell) { c.curve = []float64{10, 20, 30} }), "curve", "30",
			"a fraction above 1; mixed units?", true},
		"below zero": {alter(func(c *cell) { c.curve = []float64{-.1, .2, .3} }), "curve", "-0.1",
			"accuracy below 0", true},
		"negative energy": {alter(func(c *cell) { c.energy = -1 }), "energy", "-1",
			"energy is not a positive number", true},
		"zero energy": {alter(func(c *cell) { c.energy = 0 }), "energy", "0",
			"energy is not a positive number", true},
		"infinite time": {alter(func(c *cell) { c.time = math.Inf(1) }), "time", "+Inf",
			"time is not a positive number", true},
		"power beyond sane": {alter(func(c *cell) { c.energy = 1e12 }), "energy", "", "which no machine draws",
			true},
		"nothing to learn from": {alter(func(c *cell) { c.curve = nil; nothing(c) }), "", "", "neither curve nor cost",
			false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			cells := []cell{good("good0"), good("good1"), c.cell, good("good2")}
			writeCells(t, filepath.Join(dir, "c.feather"), cells)
			r, err := Ingest(context.Background(), []trial.Mapping{cellMapping()}, dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := 3
			if c.kept {
				want = 4
			}
			if len(r.Trials) != want || len(r.Rejections) != 1 {
				t.Fatalf("%d trials, rejections %+v", len(r.Trials), r.Rejections)
			}
			x := r.Rejections[0]
			if x.File != "c.feather" || x.Row != 2 || x.Column != c.column || c.value != "" && x.Value != c.value ||
				!strings.Contains(x.Reason, c.reason) {
				t.Errorf("%+v", x)
			}
			if c.kept && len(r.Notes) != 1 {
				t.Errorf("notes %v", r.Notes)
			}
			_, err = Ingest(context.Background(), []trial.Mapping{cellMapping()}, dir, Options{Strict: true})
			if !errors.Is(err, ErrRejected) || !strings.Contains(err.Error(), "row 2") {
				t.Errorf("strict: %v", err)
			}
		})
	}
}

func TestBadMappingsAreErrors(t *testing.T) {
	dir := t.TempDir()
	writeCells(t, filepath.Join(dir, "c.feather"), []cell{good("a"), good("b"),
		{id: "c", curve: []float64{45, 50, 55}, lr: 1, energy: 1, time: 1}})
	if err := os.WriteFile(filepath.Join(dir, "readme.txt"), []byte("this is no log"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*trial.Mapping)
		is     error
		says   string
	}{
		"missing file": {func(m *trial.Mapping) { m.Path = trial.Strings{"nowhere.parquet"} }, ErrNoFiles,
			"nowhere.parquet"},
		"empty glob": {func(m *trial.Mapping) { m.Path = trial.Strings{"*.parquet"} }, ErrNoFiles,
			"*.parquet"},
		"no log": {func(m *trial.Mapping) { m.Path = trial.Strings{"readme.txt"} }, ErrFormat,
			`begins with "this is `},
		"no path":        {func(m *trial.Mapping) { m.Path = nil }, ErrMapping, "no path"},
		"no layout":      {func(m *trial.Mapping) { m.Layout = "" }, ErrMapping, "layout"},
		"unknown layout": {func(m *trial.Mapping) { m.Layout = "tall" }, ErrMapping, `"tall"`},
		"unknown join":   {func(m *trial.Mapping) { m.Join = "name" }, ErrMapping, `"name"`},
		"no such column": {func(m *trial.Mapping) { m.Curve.Column = "Curv" }, ErrColumn, "the file has curve"},
		"text for a number": {func(m *trial.Mapping) { m.Energy.Column = "id" }, ErrType,
			`c.feather: column "id": wrong column type: 3 of 3 texts are not what energy needs, such as "a"`},
		"scalar for a list": {func(m *trial.Mapping) { m.Curve.Column = "lr" }, ErrType,
			"curve needs a list of numbers"},
		"list for a scalar": {func(m *trial.Mapping) { m.Params["lr"] = "curve" }, ErrType,
			"params.lr needs one value"},
		"list for a total": {func(m *trial.Mapping) { m.Energy.Column, m.Energy.Shape = "curve", trial.Total }, ErrType,
			"energy needs one number a row; of a list of numbers say shape: per_epoch"},
		"unknown energy unit": {func(m *trial.Mapping) { m.Energy.Unit = "kwh" }, ErrUnit,
			`"kwh"; want one of GJ, GWh, J,`},
		"unknown time unit": {func(m *trial.Mapping) { m.Time.Unit = "sec" }, ErrUnit, `"sec"`},
		"no curve unit":     {func(m *trial.Mapping) { m.Curve.Unit = "" }, ErrUnit, "fraction or percent"},
		"unknown kind":      {func(m *trial.Mapping) { m.Curve.Kind = "acc" }, ErrMapping, `"acc"`},
		"unknown shape":     {func(m *trial.Mapping) { m.Energy.Shape = "sum" }, ErrMapping, `"sum"`},
		"cap without value": {func(m *trial.Mapping) { m.Curve.Nonfinite = "cap" }, ErrMapping,
			"needs the value cap"},
		"power without time": {func(m *trial.Mapping) { m.Energy = &trial.EnergyColumn{Power: "lr"}; m.Time = nil },
			ErrMapping, "needs time"},
		"samples in wide": {func(m *trial.Mapping) { m.Samples = &trial.PowerColumns{Time: "time", Watts: "lr"} },
			ErrMapping, "belong together"},
		"long without epoch": {func(m *trial.Mapping) { m.Layout = trial.Long }, ErrMapping, "epochs.column"},
		"energy unit too big": {func(m *trial.Mapping) { m.Energy.Unit = "MWh"; m.Time.Unit = "ms" }, ErrUnit,
			"check the units of energy and time"},
	} {
		t.Run(name, func(t *testing.T) {
			m := cellMapping()
			c.change(&m)
			_, err := Ingest(context.Background(), []trial.Mapping{m}, dir, Options{})
			if !errors.Is(err, c.is) || !strings.Contains(fmt.Sprint(err), c.says) ||
				!strings.Contains(fmt.Sprint(err), "logs[0]") || strings.Count(fmt.Sprint(err), "c.feather") > 1 {
				t.Errorf("got %v, want %v that says %q", err, c.is, c.says)
			}
		})
	}
}

func TestDeclaredShareUnitIsCheckedAgainstAllCurves(t *testing.T) {
	dir := t.TempDir()
	percent := func(id string) cell { c := good(id); c.curve = []float64{10, 20, 30}; return c }
	writeCells(t, filepath.Join(dir, "c.feather"), []cell{percent("a"), percent("b"), good("c")})
	_, err := Ingest(context.Background(), []trial.Mapping{cellMapping()}, dir, Options{})
	if !errors.Is(err, ErrUnit) || !strings.Contains(err.Error(), "2 of 3 curves have values above 1") {
		t.Errorf("fraction: %v", err)
	}
	writeCells(t, filepath.Join(dir, "c.feather"), []cell{good("a"), good("b")})
	m := cellMapping()
	m.Curve.Unit = "percent"
	_, err = Ingest(context.Background(), []trial.Mapping{m}, dir, Options{})
	if !errors.Is(err, ErrUnit) || !strings.Contains(err.Error(), "is it a fraction?") {
		t.Errorf("percent: %v", err)
	}
	mixed := percent("b")
	mixed.unit = "pc"
	writeCells(t, filepath.Join(dir, "c.feather"), []cell{good("a"), mixed})
	m = cellMapping()
	m.Curve.UnitBy = &trial.UnitBy{Column: "unit", Values: map[string]string{"pc": "percent"}}
	r, err := Ingest(context.Background(), []trial.Mapping{m}, dir, Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "fraction", r.Trials[0].Curve.Values, []float64{10, 20, 30}, 1e-12)
	near(t, "percent", r.Trials[1].Curve.Values, []float64{10, 20, 30}, 1e-12)
}

func TestReadersReleaseWhatTheyAllocate(t *testing.T) {
	dir := t.TempDir()
	for _, f := range formats {
		w, err := WriteTrials(filepath.Join(dir, "x"), trial.Pycls, f, someTrials(50, 9), errorPercent)
		if err != nil {
			t.Fatal(err)
		}
		stop := errors.New("stop")
		for _, after := range []int{1, 1 << 30} { // stopped early, and read to the end
			mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
			src, err := open(w.Files[0], mem)
			if err != nil {
				t.Fatal(err)
			}
			var want []int
			for i := range src.leaves() {
				want = append(want, i)
			}
			n := 0
			err = src.scan(context.Background(), want, func(*batch) error {
				if n++; n == after {
					return stop
				}
				return nil
			})
			if err != nil && err != stop {
				t.Fatal(err)
			}
			src.close()
			// a Parquet chunk that is left in its middle leaves its page to the garbage collector
			if f.Kind != "parquet" || after > 1 {
				mem.AssertSize(t, 0)
			}
		}
	}
}

func TestCancelledIngestEndsSoon(t *testing.T) {
	dir := t.TempDir()
	writeCells(t, filepath.Join(dir, "c.feather"), []cell{good("a")})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Ingest(ctx, []trial.Mapping{cellMapping()}, dir, Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
