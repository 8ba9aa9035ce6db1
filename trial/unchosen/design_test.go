package unchosen

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"eahas/features"
)

// planned makes a table of configurations of three settings, each run reps times, with numbers that nobody chose.
func planned(reps int, seed uint64) (table map[string][]features.Value, again []features.Value) {
	r := rand.New(rand.NewPCG(seed, 3))
	table = map[string][]features.Value{}
	add := func(name string, v features.Value) { table[name] = append(table[name], v) }
	for cell := range 24 {
		for k := range reps {
			lr, net, zork := []float64{.1, .01, .001}[cell%3], []string{"a", "b"}[cell/3%2], float64(cell/6+1)
			add("lr", features.Number(lr))
			add("net", features.Text(net))
			add("zork", features.Number(zork))
			add("ended_at", features.Number(float64(5+r.IntN(9))))
			add("max_fall", features.Number(r.Float64()))
			add("well", features.Number(float64(r.IntN(2))))
			add("mood", features.Text([]string{"good", "bad"}[r.IntN(2)]))
			add("score1", features.Number(zork/10+r.Float64()))
			add("size", features.Number(zork*map[string]float64{"a": 100, "b": 250}[net]))
			add("rate", features.Number(lr+float64(len(net))))
			again = append(again, features.Number(float64(k)))
		}
	}
	return table, again
}

func TestBeyond(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		columns, chosen []string
		reps            int
		noSeed          bool
		drop            int // of the runs, the last ones
		want            []string
	}{
		// repetitions differ in what was measured, and in nothing else
		{columns: []string{"lr", "net", "zork", "ended_at", "well", "mood", "score1", "size"}, reps: 4,
			want: []string{"ended_at", "well", "mood", "score1"}},
		{columns: []string{"score1", "zork", "net", "lr"}, reps: 4, want: []string{"score1"}}, // in any order
		{columns: []string{"lr", "net", "zork", "well"}, chosen: []string{"well"}, reps: 4},
		// without the number of the repetition a column tells them apart
		{columns: []string{"lr", "net", "zork", "ended_at"}, reps: 4, noSeed: true},
		// every cell of a grid was run once; what follows from a part of the grid may have been worked out before
		{columns: []string{"lr", "net", "zork", "ended_at", "score1", "size"}, reps: 1, want: []string{"ended_at",
			"score1"}},
		{columns: []string{"lr", "net", "zork", "ended_at", "score1"}, reps: 1, drop: 1, want: []string{"ended_at",
			"score1"}},
		// a whole grid leaves no room, whatever the name
		{columns: []string{"lr", "max_fall", "net", "zork"}, reps: 1, want: []string{"max_fall"}},
		{columns: []string{"lr", "max_fall", "net", "zork"}, reps: 1, drop: 1},
		// a third of the grid says nothing
		{columns: []string{"lr", "net", "zork", "ended_at", "score1"}, reps: 1, drop: 16},
		{columns: []string{"lr", "net", "zork", "rate"}, reps: 1}, // another word for the learning rate
		{columns: []string{"lr"}, reps: 1},
		{reps: 1},
	} {
		table, again := planned(c.reps, 11)
		var in []Column
		for _, name := range c.columns {
			of := table[name]
			in = append(in, Column{Name: name, Of: of[:len(of)-c.drop], Chosen: slices.Contains(c.chosen, name)})
		}
		again = again[:len(again)-c.drop]
		if c.noSeed || c.reps == 1 {
			again = nil
		}
		var got []string
		for i, is := range Beyond(in, again) {
			if is {
				got = append(got, c.columns[i])
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%v, %d times, %d less: %v, wanted %v", c.columns, c.reps, c.drop, got, c.want)
		}
	}
}

// Settings that were drawn are kept, whether each was run with a seed of its own or with three; then what differs
// between the three was measured.
func TestBeyondKeepsWhatWasDrawn(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 4))
		for _, reps := range []int{1, 3} {
			columns := []Column{{Name: "x"}, {Name: "y"}, {Name: "batch_size"}, {Name: "flag"}, {Name: "kind"},
				{Name: "seen"}}
			var again []features.Value
			for run := range 60 {
				if run%reps == 0 {
					for i, v := range []features.Value{features.Number(r.Float64()), features.Number(r.Float64()),
						features.Number(float64(int(16) << r.IntN(3))), features.Number(float64(r.IntN(2))),
						features.Text([]string{"a", "b", "c"}[r.IntN(3)])} {
						for range reps {
							columns[i].Of = append(columns[i].Of, v)
						}
					}
				}
				again = append(again, features.Number(float64(run%3)))
			}
			for range again {
				columns[5].Of = append(columns[5].Of, features.Number(float64(r.IntN(9))))
			}
			if got := Beyond(columns, again); slices.Contains(got[:5], true) || got[5] != (reps > 1) {
				t.Errorf("seed %d, %d repetitions: %v", seed, reps, got)
			}
		}
	}
}
