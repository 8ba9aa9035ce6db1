package graph

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

var (
	nb101 = Spec{Form: Nodes, Operations: []string{"conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"}, Vertices: 7,
		Edges: 9}
	nb201 = specs["edges"]
	darts = Spec{Form: Genotype, Vertices: 7, Cells: []string{"normal", "reduce"}, Operations: []string{"max_pool_3x3",
		"avg_pool_3x3", "skip_connect", "sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5"}}
)

// The cells are those that the papers' repositories print: the example of google-research/nasbench's README, an
// architecture of NAS-Bench-201 (D-X-Y/NAS-Bench-201, README) and DARTS_V2 (quark0/darts, cnn/genotypes.py).
func TestReadsWhatOthersWrite(t *testing.T) {
	const example = "conv1x1-bn-relu~0/conv3x3-bn-relu~1/conv3x3-bn-relu~2/conv3x3-bn-relu~3/maxpool3x3~4/output~0+5"
	inception := `{"module_adjacency": [[0,1,1,1,0,1,0],[0,0,0,0,0,0,1],[0,0,0,0,0,0,1],[0,0,0,0,1,0,0],[0,0,0,0,0,0,1],` +
		`[0,0,0,0,0,0,1],[0,0,0,0,0,0,0]], "module_operations": ["input","conv1x1-bn-relu","conv3x3-bn-relu",` +
		`"conv3x3-bn-relu","conv3x3-bn-relu","maxpool3x3","output"]}`
	for _, c := range []struct {
		spec       *Spec
		text, want string
	}{
		{&nb101, inception,
			"conv3x3-bn-relu~0/conv3x3-bn-relu~0/conv3x3-bn-relu~1/conv1x1-bn-relu~0/maxpool3x3~0/output~2+3+4+5"},
		{&nb101, example, example},
		{&nb101, `{"matrix": "0100100010000", "operations": "a"}`, "!not square"},
		{&nb101, `[[[0,1],[0,0]],["input","output"]]`, "output~0"},
		{&nb101, `{"matrix":"[[0 1 0]\n [0 0 1]\n [0 0 0]]","operations":"['input', 'maxpool3x3', 'output']"}`,
			"maxpool3x3~0/output~1"},
		{&nb101, `{"matrix":"010001000","operations":"maxpool3x3"}`, "maxpool3x3~0/output~1"},
		{&nb101, `{"matrix":"1 0 1","operations":"maxpool3x3"}`, "maxpool3x3~0/output~1"},
		{&nb101, `{"matrix":["010","001","000"],"operations":["maxpool3x3"]}`, "maxpool3x3~0/output~1"},
		{&nb201, "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|",
			"avg_pool_3x3~0/nor_conv_1x1~0+skip_connect~1/nor_conv_1x1~0+skip_connect~1+skip_connect~2"},
		{&nb201, "|none~0|+|none~0|none~1|+|none~0|none~1|skip_connect~2|", "-/-/skip_connect~2"},
		{&darts,
			"Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), " +
				"('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], " +
				"reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), " +
				"('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=range(2, 6))",
			"sep_conv_3x3~0+sep_conv_3x3~1/skip_connect~0+dil_conv_3x3~2/skip_connect~0+sep_conv_3x3~1/" +
				"sep_conv_3x3~0+sep_conv_3x3~1/output~2+3+4+5@max_pool_3x3~0+max_pool_3x3~1/max_pool_3x3~0+skip_connect~2/" +
				"max_pool_3x3~1+skip_connect~2/max_pool_3x3~1+skip_connect~2/output~2+3+4+5"},
	} {
		g, err := c.spec.Read(c.text)
		if want, refused := strings.CutPrefix(c.want, "!"); refused {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", c.text, err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		got := c.spec.Text(g)
		if again, err := c.spec.Read(got); err != nil || c.spec.Text(again) != got {
			t.Errorf("%s does not read as itself: %v", got, err)
		}
		if want, err := c.spec.Read(c.want); err != nil || c.spec.Text(want) != got {
			t.Errorf("%s\n is %s\nwant %s (%v)", c.text, got, c.want, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	all := nb201
	all.Operations, all.Disconnected = all.Operations[1:], false
	kept := specs["nodes kept"]
	for _, c := range []struct {
		spec       *Spec
		text, want string
	}{
		{&nb101, "", "empty text"},
		{&nb101, "conv7x7~0/output~1", `vertex 1: operation "conv7x7" is unknown`},
		{&nb101, "maxpool3x3~0/maxpool3x3~1", "the last one and no other is output"},
		{&nb101, "maxpool3x3~0/output", "no path leads"},
		{&nb101, "maxpool3x3~2/maxpool3x3~1/output~2+0", "a cycle: vertex 2 leads to vertex 1 leads to vertex 2"},
		{&nb101, "maxpool3x3~0/output~9", "an edge from 9 to 2, where the vertices are 0..2"},
		{&nb101, "maxpool3x3~0+0/output~1", "two edges from vertex 0 to vertex 1"},
		{&nb101, "maxpool3x3~0/maxpool3x3~1/maxpool3x3~2/maxpool3x3~3/maxpool3x3~4/maxpool3x3~5/output~6",
			"8 vertices; at most 7 are allowed"},
		{&nb101, "maxpool3x3~0/maxpool3x3~0+1/maxpool3x3~0+1+2/maxpool3x3~0+1+2+3/output~4",
			"11 edges; at most 9 are allowed"},
		{&nb101, `{"matrix":[[0,1,0],[0,0,1],[0,0]],"operations":["maxpool3x3"]}`, "row 2 of 3 has 2 entries"},
		{&nb101, `{"matrix":[[0,1,0],[0,0,1],[1,0,0]],"operations":["maxpool3x3"]}`, "from vertex 2 into the input 0"},
		{&nb101, `{"matrix":[[0,1,0],[0,1,1],[0,0,0]],"operations":["maxpool3x3"]}`,
			"a cycle: vertex 1 leads to vertex 1"},
		{&nb101, `{"matrix":[[0,1,0],[0,0,2],[0,0,0]],"operations":["maxpool3x3"]}`, `"2" is an entry of the matrix`},
		{&nb101, `{"matrix":[[0,1,0],[0,0,1],[0,0,0]],"operations":["input","maxpool3x3"]}`,
			"2 operations for a matrix of 3"},
		{&nb101, `{"matrix":[[0,1],[0,0]],"operations":["conv","output"]}`, `the first operation is "conv"`},
		{&nb101, `{"matrix":[[0,1,0],[0,0,1],[0,0,0]],"operations":["none"]}`, "vertex 1 has no operation"},
		{&nb101, `{"matrix":[[0,1]`, "a list does not end"},
		{&nb101, "|nor_conv_1x1~0|", "form edges; the axis is of form nodes"},
		{&all, "|avg_pool_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|skip_connect~2|",
			`operation "none" is unknown`},
		{&all, "skip_connect~0/skip_connect~0/skip_connect~0", "3 edges; all 6 pairs of vertices need one"},
		{&nb201, "|a~0|+b", "want |operation~vertex|"},
		{&nb201, "skip_connect~0/skip_connect~0", "3 vertices; the cells have 4"},
		{&darts, "Genotype(normal=[('skip_connect', 0), ('skip_connect', 1)])", "1 cells; the axis has 2"},
		{&darts, "sep_conv_3x3~0/output~2@sep_conv_3x3~0/output~2", "cell normal: 4 vertices"},
		{&kept, "a~0/a~0/output~1+3", "edge leads out of the output"},
	} {
		_, err := c.spec.Read(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestUnusedVertices(t *testing.T) {
	const text = "maxpool3x3~0/conv3x3-bn-relu~0/output~1" // nothing leads out of vertex 2
	g, err := nb101.Read(text)
	if err != nil || nb101.Text(g) != "maxpool3x3~0/output~1" {
		t.Errorf("%v, %v", g, err)
	}
	keep := nb101
	keep.Unused = Keep
	if g, err = keep.Read(text); err != nil || len(g[0].Labels) != 4 {
		t.Errorf("%v, %v", g, err)
	}
}

func TestNamesOfOperations(t *testing.T) {
	s := Spec{Form: Nodes, Operations: []string{"conv 3x3/ü~", "b"}, Vertices: 3, Names: map[string]string{"0": "b"}}
	g, err := s.Read(`[[[0,1,0],[0,0,1],[0,0,0]],[-1,"conv 3x3/ü~",-2]]`)
	if err != nil || s.Text(g) != "conv%203x3%2F%C3%BC%7E~0/output~1" {
		t.Fatalf("%v, %v", s.Text(g), err)
	}
	if again, err := s.Read(s.Text(g)); err != nil || s.Text(again) != s.Text(g) {
		t.Errorf("%v", err)
	}
	if g, err = s.Read(`[[[0,1,0],[0,0,1],[0,0,0]],[-1,0,-2]]`); err != nil || s.Text(g) != "b~0/output~1" {
		t.Errorf("%v, %v", g, err)
	}
}

func TestSampleMutateNeighboursAndPlacesAreValid(t *testing.T) {
	for _, name := range names() {
		s := specs[name]
		if why := s.Validate(); why != "" {
			t.Fatalf("%s: %s", name, why)
		}
		rng := rand.New(rand.NewPCG(7, 8))
		coords := s.Coordinates()
		values := make([]int, len(coords))
		for range 60 {
			g, ok := s.Sample(rng)
			if !ok {
				t.Fatalf("%s: none was drawn", name)
			}
			check := func(h Graph, what string) {
				t.Helper()
				back, err := s.Read(s.Text(h))
				if err != nil || s.Text(back) != s.Text(h) {
					t.Fatalf("%s: %s gives %s: %v", name, what, s.Text(h), err)
				}
			}
			check(g, "Sample")
			s.Locate(values, coords, g)
			for i, k := range values {
				if k < -1 || k >= len(coords[i].Choices) {
					t.Fatalf("%s: %s of %s is %d", name, coords[i].Name, s.Text(g), k)
				}
			}
			if back, err := s.Place(coords, values); err != nil || s.Text(back) != s.Text(g) {
				t.Fatalf("%s: the place of %s is %s: %v", name, s.Text(g), s.Text(back), err)
			}
			near := s.Neighbours(g)
			texts := make([]string, len(near))
			for i, h := range near {
				texts[i] = s.Text(h)
				check(h, "Neighbours")
			}
			m := s.Mutate(rng, g)
			if check(m, "Mutate"); s.Text(m) == s.Text(g) || !slices.Contains(texts, s.Text(m)) {
				t.Fatalf("%s: %s mutates to %s, which is none of its neighbours", name, s.Text(g), s.Text(m))
			}
		}
	}
}

// Every cell of NAS-Bench-101's kind can be reached by mutations: 4 vertices, counted from the least cell.
func TestMutationsReachAll(t *testing.T) {
	s := Spec{Form: Nodes, Operations: []string{"a", "b"}, Vertices: 4}
	start, _ := s.Read("output~0")
	seen, queue := map[string]bool{s.Text(start): true}, []Graph{start}
	for len(queue) > 0 {
		g := queue[0]
		queue = queue[1:]
		for _, h := range s.Neighbours(g) {
			if !seen[s.Text(h)] {
				seen[s.Text(h)] = true
				queue = append(queue, h)
			}
		}
	}
	all := map[string]bool{}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 3000 {
		g, _ := s.Sample(rng)
		all[s.Text(g)] = true
	}
	for text := range all {
		if !seen[text] {
			t.Errorf("%s is not reached", text)
		}
	}
	if len(all) != len(seen) || len(all) < 20 {
		t.Errorf("%d drawn, %d reached", len(all), len(seen))
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"conv3x3-bn-relu~0/maxpool3x3~0+1/output~2",
		"|skip_connect~0|+|none~0|nor_conv_1x1~1|",
		`{"matrix":[[0,1],[0,0]],"operations":["input","output"]}`, `[[[0,1],[0,0]],[-1,-2]]`,
		"Genotype(normal=[('sep_conv_3x3', 0), ('skip_connect', 1)], normal_concat=range(2, 3))", "a~0@b~1",
		"%41~0/output~1",
		`{"matrix":"array([[0, 1], [0, 0]], dtype=int8)","operations":"input,output"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range []*Spec{&nb101, &nb201, &darts} {
			g, err := s.Read(text)
			if err != nil {
				continue
			}
			again, err := s.Read(s.Text(g))
			if err != nil || s.Text(again) != s.Text(g) {
				t.Fatalf("%q reads as %s, and that as %s (%v)", text, s.Text(g), s.Text(again), err)
			}
		}
		if raw, err := ReadRaw(text); err == nil {
			for _, c := range raw.Cells {
				if len(c.Ops) > maxRead || len(c.Edges) > maxEdges {
					t.Fatalf("%q: %d vertices, %d edges", text, len(c.Ops), len(c.Edges))
				}
			}
		}
	})
}
