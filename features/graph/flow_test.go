package graph

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// flowOf returns the columns of flow of a cell that need not be canonical, by name.
func flowOf(s Spec, c *Cell) map[string]float64 {
	out := map[string]float64{}
	row := make([]float64, s.flowWidth())
	for _, g := range s.flowGroups() {
		f := flow{c, g.holds, float64(s.Vertices)}
		f.columns(row)
		for i, x := range row {
			out[flowNames[i]+" "+g.name] = x
		}
	}
	return out
}

// A cell that was reckoned by hand: 1 conv3x3 of 0, 2 maxpool3x3 of 0 and 1, 3 conv1x1 of 1, the output of 0, 2 and 3.
func TestFlowByHand(t *testing.T) {
	s := specs["nodes"]
	g, err := s.Read(`{"matrix": [[0,1,1,0,1],[0,0,1,1,0],[0,0,0,0,1],[0,0,0,0,1],[0,0,0,0,0]], ` +
		`"operations": ["input", "conv3x3", "maxpool3x3", "conv1x1", "output"]}`)
	if err != nil {
		t.Fatal(err)
	}
	got := flowOf(s, &g[0])
	for name, want := range map[string]float64{
		"mean conv3x3": (0.5 + 1) / 2 / 7, "least conv3x3": (0. + 1) / 2 / 7, "most conv3x3": 1. / 7,
		"mean maxpool3x3": 1. / 2 / 7, "mean (conv)": (0.5 + 2) / 2 / 7, "most (all)": 2. / 7, "least (all)": 1.5 / 7,
		"in maxpool3x3": 2. / 3, "out conv3x3": 2. / 3, "in (all)": 4. / 5, "out (all)": 4. / 5,
		"from_input conv3x3": 1. / 2, "from_input conv1x1": 0, "from_input (all)": 2. / 3,
		"last conv1x1": 1. / 2, "last conv3x3": 0, "last (conv)": 1. / 2,
		"channels conv3x3": 0.5 / 1.5, "channels (all)": 1.5 / 2.5,
	} {
		if x, there := got[name]; !there || math.Abs(x-want) > 1e-15 {
			t.Errorf("%s: %v, wanted %v", name, x, want)
		}
	}
}

// Renumberings have the same numbers, but for the order in which means are summed.
func TestFlowOfRenumberings(t *testing.T) {
	for _, name := range names() {
		s := specs[name]
		rng := rand.New(rand.NewPCG(5, 6))
		moved := 0
		for range 300 {
			g, _ := s.Sample(rng)
			other := shuffled(rng, &g[0])
			if slices.ContainsFunc(other.Edges, func(e Edge) bool { return e.From >= e.To }) {
				continue
			}
			moved++
			want := flowOf(s, &g[0])
			for column, x := range flowOf(s, &other) {
				if !(math.Abs(x-want[column]) <= 1e-12) || x < 0 || x > 1 {
					t.Fatalf("%s: %s: %s is %v, of a renumbering %v", name, s.Text(g), column, want[column], x)
				}
			}
		}
		if moved < 20 {
			t.Errorf("%s: %d renumberings only", name, moved)
		}
	}
}

// Bundles that say nothing of how graphs are encoded are read as they were written, and new ones say it.
func TestEncodingsThatNothingIsSaidOf(t *testing.T) {
	for _, name := range names() {
		s := specs[name]
		if e := NewEncoder(s); slices.Contains(e.Ways(), EncodeFlow) || len(e.Ways()) != len(e.Names()) {
			t.Errorf("%s: %v of %d columns", name, e.Ways(), len(e.Names()))
		}
		s.Complete()
		e := NewEncoder(s)
		for i, column := range e.Names() {
			if (e.Ways()[i] == EncodeFlow) != strings.Contains(column, "flow.") {
				t.Errorf("%s: %s is of %s", name, column, e.Ways()[i])
			}
		}
		if why := s.Validate(); why != "" || s.Encodes(EncodeNetwork) != (s.Network != "") ||
			s.Encodes(EncodeEdges) != (s.Form != Genotype) {
			t.Errorf("%s: %v %s", name, s.Encode, why)
		}
	}
}
