package unchosen

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"eahas/features"
)

// draw makes a table of n runs: settings of few values, a number drawn at random, and numbers that follow them.
func draw(n int, seed uint64) map[string][]features.Value {
	r := rand.New(rand.NewPCG(seed, 1))
	out := map[string][]features.Value{}
	add := func(name string, v features.Value) { out[name] = append(out[name], v) }
	for i := range n {
		width, opt := float64(8*(i%3+1)), []string{"sgd", "adam"}[i/3%2]
		drawn := r.Float64()
		result := width/10 + r.Float64()
		add("width", features.Number(width))
		add("opt", features.Text(opt))
		add("drawn", features.Number(drawn))
		add("lr", features.Number(r.Float64()))
		add("zork", features.Number(result))
		add("twin", features.Number(result+.1*r.Float64()))
		add("noisy", features.Number(r.Float64()))
		add("rounded", features.Number(float64(int(10*result))/10))
		add("count", features.Number(float64(int(1e4*result))))
	}
	return out
}

func TestAmong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		columns []string
		chosen  []string
		want    []string
		early   bool
	}{
		{columns: []string{"width", "opt", "zork", "drawn"}, early: true},
		{columns: []string{"opt", "zork", "twin"}, want: []string{"zork", "twin"}, early: true},
		{columns: []string{"width", "opt", "zork", "drawn"}, want: []string{"zork"}},
		{columns: []string{"opt", "zork", "twin"}, want: []string{"zork", "twin"}}, // one follows the other
		// a random search may have drawn both
		{columns: []string{"width", "zork", "lr"}},
		{columns: []string{"width", "zork", "lr"}, chosen: []string{"lr"}, want: []string{"zork"}},
		{columns: []string{"width", "zork"}, chosen: []string{"zork"}},
		{columns: []string{"width", "opt", "noisy", "rounded", "count"}}, // whole and round numbers may be chosen
		{columns: []string{"zork"}},
		{},
	} {
		for _, n := range []int{30, 5000} {
			table := draw(n, 7)
			var in []Column
			for _, name := range c.columns {
				d := Column{Name: name, Of: table[name], Early: c.early}
				for _, k := range c.chosen {
					d.Chosen = d.Chosen || k == name
				}
				in = append(in, d)
			}
			var got []string
			for i, is := range Among(in) {
				if is {
					got = append(got, c.columns[i])
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%v of %d runs, chosen %v: %v, want %v", c.columns, n, c.chosen, got, c.want)
			}
		}
	}
}

// What was drawn for each run is marked by chance in hardly any table.
func TestDrawnIsKept(t *testing.T) {
	t.Parallel()
	wrong := 0
	for seed := range uint64(500) {
		table := draw(20, seed)
		for i, is := range Among([]Column{{Name: "width", Of: table["width"]}, {Name: "opt", Of: table["opt"]},
			{Name: "drawn", Of: table["drawn"]}, {Name: "noisy", Of: table["noisy"]}}) {
			if is {
				wrong++
				t.Logf("seed %d: column %d", seed, i)
			}
		}
	}
	if wrong > 5 {
		t.Errorf("%d of 1000 drawn columns were taken for results", wrong)
	}
}

// Settings that a search narrowed down move together and stay settings; sorted by a result, results are still told.
func TestNarrowedSearchIsKept(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 2))
		columns := make([]Column, 6)
		for j := range columns {
			columns[j].Name = fmt.Sprint("x", j)
			best := r.Float64()
			for i := range 200 {
				x := r.Float64()
				if i >= 50 {
					x = best + .3*float64(200-i)/200*r.NormFloat64()
				}
				columns[j].Of = append(columns[j].Of, features.Number(x))
			}
		}
		if got := Among(columns); slices.Contains(got, true) {
			t.Errorf("seed %d: %v", seed, got)
		}
	}
	var results []Column
	for _, name := range []string{"zork", "twin"} {
		results = append(results, Column{Name: name})
	}
	table := draw(200, 1)
	order := make([]int, 200)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		x, _ := table["zork"][a].Float()
		y, _ := table["zork"][b].Float()
		return cmp.Compare(x, y)
	})
	for _, i := range order {
		for k := range results {
			results[k].Of = append(results[k].Of, table[results[k].Name][i])
		}
	}
	if got := Among(results); !slices.Equal(got, []bool{true, true}) {
		t.Errorf("sorted: %v", got)
	}
}

// The test between groups is that of Kruskal and Wallis with F for chi squared. Expected from scipy 1.17.1:
// f_oneway(*[rankdata(y)[groups == g] for g in (0, 1, 2)]) gives F = 27, p = 0.0010.
func TestBetween(t *testing.T) {
	t.Parallel()
	y := []float64{1.2, 1.9, 3.3, 4.1, 4.0, 6.2, 9.5, 7.7, 8.8}
	groups := []int{0, 0, 0, 1, 1, 1, 2, 2, 2}
	ranks(y)
	if got := stat.Mean(y, nil); got != 4 {
		t.Errorf("mean rank %g", got)
	}
	if !between(y, groups, 3, .0011) || between(y, groups, 3, .0009) {
		t.Error("p is not 0.0010")
	}
}
