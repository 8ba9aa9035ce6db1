package search

import (
	"errors"
	"math"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
)

// gridRows is a table of 3 optimizers x 5 rates, each measured twice.
func gridRows() []TableRow {
	var rows []TableRow
	for i, opt := range []string{"a", "b", "c"} {
		for j := range 5 {
			for repeat := range 2 {
				final := 10 + 3*float64(i) + math.Pow(float64(j)-2, 2) + 0.5*float64(repeat)
				rows = append(rows, TableRow{
					Config: features.Config{"opt": features.Text(opt),
						"lr": features.Number(math.Pow(10, -float64(j)))},
					Epochs: []float64{1, 2, 4}, Values: []float64{60, 40, final},
					Joules: []float64{100, 200, 400 + float64(10*j)}, Where: "rows.csv row 7",
				})
			}
		}
	}
	return rows
}

var errorMetric = artifacts.Metric{Name: "error", Kind: artifacts.Error, Unit: "percent"}

func TestTable(t *testing.T) {
	task, dropped, err := NewTable(gridRows(), TableOptions{Name: "grid", Metric: errorMetric})
	if err != nil || dropped != 0 {
		t.Fatal(dropped, err)
	}
	b, err := FindBounds(t.Context(), task, BoundsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !b.Exact || b.Looked != 15 || b.Best != 10.25 || b.Worst != 60 || math.Abs(b.Mean-420) > 1e-9 {
		t.Errorf("%+v", b)
	}
	repeats := map[float64]bool{}
	for seed := range uint64(20) {
		r, err := task.Asker().Ask(b.BestAt, seed, true)
		if err != nil {
			t.Fatal(err)
		}
		repeats[r.Values[2]] = true
		if r.Truth[2] != 10.25 {
			t.Errorf("truth %g is not the mean of the repeats", r.Truth[2])
		}
	}
	if !repeats[10] || !repeats[10.5] || len(repeats) != 2 {
		t.Errorf("the repeats %v", repeats)
	}
	if _, err := task.Asker().Ask(features.Config{"opt": features.Text("a"), "lr": features.Number(0.5)}, 0,
		true); !errors.Is(err, ErrConfig) {
		t.Errorf("a configuration that was not measured: %v", err)
	}
	for _, name := range Names() {
		tr, _ := played(t, task, name, nil, Accounts{Budget: 420 * 40, Noise: true, Seed: 1})
		last := tr.Events[len(tr.Events)-1]
		if tr.Events[last.Inc].Final > 13.5 { // the second of the three optimizers' best
			t.Errorf("%s ends at %g with 40 trainings of 15 configurations", name, tr.Events[last.Inc].Final)
		}
	}
}

// TestRowsDomain: mutants differ on one axis where a row does, and every neighbour is a row.
func TestRowsDomain(t *testing.T) {
	task, _, err := NewTable(gridRows(), TableOptions{Name: "grid", Metric: errorMetric})
	if err != nil {
		t.Fatal(err)
	}
	d, rng := task.Domain(), stream.New(1)
	for range 200 {
		c := d.Sample(rng)
		m := d.Mutate(rng, c)
		if differ := (c["opt"] != m["opt"]) != (c["lr"] != m["lr"]); !differ {
			t.Fatalf("%s becomes %s", c.Key(), m.Key())
		}
		for _, n := range d.Neighbours(rng, c) {
			if _, err := task.Asker().Ask(n, 0, false); err != nil {
				t.Fatal(err)
			}
		}
		if p, ok := d.Place(d.Unit(nil, c)); !ok || p.Key() != c.Key() {
			t.Fatalf("%s is placed at %s", c.Key(), p.Key())
		}
	}
}

func TestBadTables(t *testing.T) {
	metric := TableOptions{Name: "grid", Metric: errorMetric}
	with := func(change func(*TableRow)) []TableRow {
		rows := gridRows()
		change(&rows[3])
		return rows
	}
	for name, c := range map[string]struct {
		rows []TableRow
		o    TableOptions
		want error
		text string
	}{
		"no energy": {with(func(r *TableRow) { r.Joules = nil }), metric, ErrMissing, "column joules"},
		"no value": {with(func(r *TableRow) { r.Values = nil }), metric, ErrMissing,
			"rows.csv row 7, column values"},
		"a missing joule": {with(func(r *TableRow) { r.Joules = []float64{1, math.NaN(), 3} }), metric, ErrMissing,
			"entry 1"},
		"falling joules": {with(func(r *TableRow) { r.Joules = []float64{5, 4, 6} }), metric, ErrMissing,
			"not fall"},
		"no second": {gridRows(), TableOptions{Metric: errorMetric, Second: "latency"}, ErrMissing,
			"column latency"},
		"no such fixed row": {gridRows(), TableOptions{Metric: errorMetric,
			Fixed: features.Config{"opt": features.Text("z")}}, ErrTask, "opt=z"},
		"a wrong cost": {gridRows(), TableOptions{Metric: errorMetric, Cost: "euros"}, ErrTask,
			"joules, seconds, epochs"},
		"no seconds": {gridRows(), TableOptions{Metric: errorMetric, Cost: Seconds}, ErrMissing,
			"column seconds"},
	} {
		if _, _, err := NewTable(c.rows, c.o); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := metric
	o.Drop = true
	if _, dropped, err := NewTable(with(func(r *TableRow) { r.Joules = nil }), o); err != nil || dropped != 1 {
		t.Errorf("with missing: drop, %d are left out, %v", dropped, err)
	}
}
