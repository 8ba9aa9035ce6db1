package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/eval"
	"eahas/internal/nullable"
	"eahas/pipeline/stage"
	"eahas/trial/target"
)

// TestCellsAreMeasuredOnce: a line each, read again and not measured again; the summary is of the whole file.
func TestCellsAreMeasuredOnce(t *testing.T) {
	dir := t.TempDir()
	config, file := filepath.Join(dir, "small.yaml"), filepath.Join(dir, "cells.jsonl")
	write(t, config, smallConfig)
	var first string
	for turn, want := range []int{2, 0} {
		var stdout, stderr bytes.Buffer
		if err := run(t.Context(), &stdout, &stderr, []string{"-config", config, "-cells", file, "-sizes", "30,all",
			"-draws", "1"}); err != nil {
			t.Fatalf("%v\n%s", err, &stderr)
		}
		if n := strings.Count(stderr.String(), " targets, "); n != want {
			t.Errorf("turn %d measured %d draws, want %d:\n%s", turn, n, want, &stderr)
		}
		if turn == 0 {
			first = stdout.String()
		} else if stdout.String() != first {
			t.Errorf("summary\n%s\nand again\n%s", first, &stdout)
		}
	}
	cells, err := readCells(file)
	if err != nil || len(cells) != 2 || cells[0].N != 30 || cells[1].N != 60 || cells[0].Error["ours"] == nil ||
		cells[0].Error["trivial: mean"] == nil {
		t.Errorf("%v, %+v", err, cells)
	}
	if err := os.WriteFile(file, []byte("{\"set\": \"x\"}\n{\"se"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readCells(file); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a broken line: %v", err)
	}
}

// TestCellsTakeTheErrorOfTheScale: relative where a target is learnt as logarithms, in its unit elsewhere.
func TestCellsTakeTheErrorOfTheScale(t *testing.T) {
	var rows []eval.Row
	for of, metrics := range map[target.Target][]string{
		target.Curve:       {eval.MetricRMSE, eval.MetricRunRMSE, eval.MetricPlaceTau},
		target.EnergyTotal: {eval.MetricRMSE, eval.MetricMAPE, eval.MetricTau, eval.MetricLogR2},
		"score":            {eval.MetricMAE, eval.MetricRMSE, eval.MetricTau},
	} {
		for i, m := range metrics {
			rows = append(rows, eval.Row{Variant: "a", Target: of, Group: eval.GroupAll, Metric: m,
				Value: float64(i % 3)}) // of the logarithms, 0
		}
	}
	cells := cellsOf(Cell{}, rows, 1)
	if len(cells) != 3 {
		t.Fatalf("%d cells", len(cells))
	}
	for _, c := range cells {
		if got, rank := nullable.Value(c.Error["a"]), nullable.Value(c.Rank["a"]); got != 1 || rank != 2 {
			t.Errorf("%s: error %g, rank %g, want the metrics of number 1 and 2", c.Target, got, rank)
		}
		logs := byLogs([]*Cell{&c})
		if want := 1.; len(logs) != 1 || logs[0].of("a") != want || c.Relative != (len(c.Logs) == 1) {
			t.Errorf("%s: by logarithms %+v, want %g", c.Target, logs, want)
		}
	}
}

// TestTableAndFigure: of two draws of one target the table has a line, whose best of ours leaves peers, the default and
// trivial answers out; the figure is XML with a line a competitor, the best first.
func TestTableAndFigure(t *testing.T) {
	numbers := func(auto, a, b, peer, mean float64) map[string]*float64 {
		return map[string]*float64{"auto": nullable.Pointer(auto), "a": nullable.Pointer(a), "b": nullable.Pointer(b),
			"svd6+knn": nullable.Pointer(peer), "trivial: mean": nullable.Pointer(mean)}
	}
	cell := func(draw int, errors, ranks map[string]*float64) Cell {
		return Cell{Set: "set", Split: "random", Runs: 50, Draw: draw, Target: target.EnergyTotal, Relative: true,
			Error: errors, Rank: ranks, Peers: []string{"svd6+knn"},
			Seconds: map[string]float64{"auto": 1.5 + float64(draw)}}
	}
	cells := []Cell{cell(0, numbers(.1, .3, .2, .05, .9), numbers(.8, .5, .4, .9, 0)),
		cell(1, numbers(.3, .2, .4, .25, .7), numbers(.1, .9, .4, .9, 0))}
	var b bytes.Buffer
	if err := writeTable(&b, cells); err != nil {
		t.Fatal(err)
	}
	// best of ours: .2 and .2; recommended: auto (.1), then a (.2)
	want := "| set, random, 50 | energy_total | 2 | 20.0 % | 20.0 % | 15.0 % | 15.0 % | 80.0 % | 2.0 |"
	if !strings.Contains(b.String(), want) {
		t.Errorf("want %s in\n%s", want, &b)
	}
	b.Reset()
	writeBeside(&b, []Cell{cells[0], cell(2, numbers(.1, 1, 1, .3, 1), nil), cell(3, numbers(.1, 1, 1, .099, 1), nil)},
		[]string{"auto"}, []string{"svd6+knn"})
	// .1 against .05, .3 and .099: better than the peer once, over 2 % worse once
	if want := "| random 50 | `auto` | 3 | 1 | 1 | 1 |"; !strings.Contains(b.String(), want) {
		t.Errorf("want %s in\n%s", want, &b)
	}
	b.Reset()
	if err := writeFigure(&b, cells); err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(b.Bytes(), new(struct{})); err != nil {
		t.Error(err)
	}
	var order []int
	for _, name := range []string{"svd6+knn", "auto", "a", "b", "trivial: mean"} {
		order = append(order, strings.Index(b.String(), ">"+name+"</text>"))
	}
	if !slices.IsSorted(order) || order[0] < 0 {
		t.Errorf("places %v in\n%s", order, &b)
	}
}

// TestFewConfigurations: cells with few of them stand apart, and those of which nobody counted them do not.
func TestFewConfigurations(t *testing.T) {
	var names []string
	for _, p := range partsOf([]Cell{{Split: "random", Runs: 50}, {Split: "random", Runs: 50, Configs: 29, N: 50},
		{Split: "random", Runs: 50, Configs: 30, N: 50}, {Split: "random", Runs: 50, Configs: 50, N: 5}}) {
		names = append(names, fmt.Sprintf("%s: %d", p.name, len(p.cells)))
	}
	if got, want := strings.Join(names, "; "), "random 50: 2; random 50, under 30 configurations: 2"; got != want {
		t.Errorf("parts %s, want %s", got, want)
	}
}

// TestStopwatch: seconds are those of folds, by competitor.
func TestStopwatch(t *testing.T) {
	for text, want := range map[string]string{"evaluate auto fold 0": "auto", "peer svd6+knn fold 3": "svd6+knn",
		"evaluate a fold b fold 1": "a fold b",
		"trivial: mean fold 0":     "", "final auto": "", "evaluate trivial: mean fold 0": ""} {
		if name, ok := competitorOf(text); name != want || ok != (want != "") {
			t.Errorf("%s: %q, %v", text, name, ok)
		}
	}
	w := newStopwatch()
	for fold := range 2 {
		name := fmt.Sprintf("evaluate auto fold %d", fold)
		w.see(stage.Event{Stage: name, Kind: stage.Started})
		w.see(stage.Event{Stage: name, Kind: stage.Finished})
	}
	if got := w.folds(); len(got) != 1 || !(got["auto"] >= 0) || w.count["auto"] != 2 {
		t.Errorf("%v, %v", got, w.count)
	}
}

func TestRegretOf(t *testing.T) {
	numbers := func(auto, a, b, mean float64) map[string]*float64 {
		return map[string]*float64{"auto": nullable.Pointer(auto), "a": nullable.Pointer(a), "b": nullable.Pointer(b),
			"trivial: mean": nullable.Pointer(mean)}
	}
	cells := []*Cell{
		{Error: numbers(1, 2, 1.25, 0.5), Rank: numbers(0.5, 0.7, 0.6, math.NaN())},
		{Error: numbers(3, 2, 9, 4), Rank: numbers(0.5, 0.4, 0.3, math.NaN())},
		{Error: numbers(math.NaN(), 2, 9, 4), Rank: numbers(0.5, 0.4, 0.3, math.NaN())},
	}
	// 1 to 1.25 is -20 %, 3 to 2 is +50 %; ranks .7 - .5 and .4 - .5; worse than the mean in the first alone.
	got := regretOf(cells, "auto")
	want := loss{cells: 2, worse: 1, mean: 15, p90: 50, worst: 50, rank: 0.05}
	if got.cells != 2 || got.worse != 1 || math.Abs(got.mean-want.mean) > 1e-9 || math.Abs(got.p90-50) > 1e-9 ||
		math.Abs(got.worst-50) > 1e-9 || math.Abs(got.rank-want.rank) > 1e-9 {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestSizesOf(t *testing.T) {
	if got, err := sizesOf("50,all"); err != nil || len(got) != 2 || got[0] != 50 || got[1] != 0 {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"", "5", "many"} {
		if _, err := sizesOf(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

// TestOverDraws: of two draws of a target the means, without what one of them lacks; the best in hindsight is the best
// over both, not of each.
func TestOverDraws(t *testing.T) {
	cell := func(draw int, a, b float64) *Cell {
		return &Cell{Set: "set", Split: "random", Runs: 50, Draw: draw, Target: "x", Error: map[string]*float64{
			"a": nullable.Pointer(a), "b": nullable.Pointer(b), "trivial: mean": nullable.Pointer(9.)}}
	}
	one, two, other := cell(0, 1, 2), cell(1, 3, 1), cell(0, 5, 5)
	two.Error["c"], other.Target = nullable.Pointer(0.), "y"
	got := overDraws([]*Cell{one, two, other})
	if len(got) != 2 || got[0].of("a") != 2 || got[0].of("b") != 1.5 || !math.IsNaN(got[0].of("c")) || got[1].of("a") != 5 {
		t.Errorf("means %v", got)
	}
	each, both := regretOf([]*Cell{one, two}, "b"), regretOf(got[:1], "b")
	if each.mean <= 0 || both.mean != 0 {
		t.Errorf("b loses %g %% of each draw and %g %% over both, want more than 0 and 0", each.mean, both.mean)
	}
	exact := cell(0, .004, .001)
	exact.Relative = true
	if r := regretOf([]*Cell{exact}, "a"); r.mean != 0 {
		t.Errorf("an error of .4 %% loses %g %% beside one of .1 %%, want nothing", r.mean)
	}
	if _, err := splitsOf("random,all"); err == nil {
		t.Error("an unknown split is taken")
	}
}
