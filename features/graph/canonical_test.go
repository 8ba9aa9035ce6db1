package graph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

var specs = map[string]Spec{
	"nodes": {Form: Nodes, Operations: []string{"conv3x3", "conv1x1", "maxpool3x3"}, Vertices: 7, Edges: 9,
		Network: "nasbench101"},
	"nodes kept": {Form: Nodes, Operations: []string{"a", "b"}, Vertices: 7, Unused: Keep},
	"edges": {Form: Edges, Operations: []string{"none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"},
		Vertices: 4, Disconnected: true},
	"edges pruned": {Form: Edges, Operations: []string{"none", "a", "b"}, Vertices: 5, Unused: Prune},
	"genotype": {Form: Genotype, Operations: []string{"sep", "dil", "skip"}, Vertices: 7,
		Cells: []string{"normal", "reduce"}},
	"genotype partial": {Form: Genotype, Operations: []string{"sep", "skip"}, Vertices: 6, Degree: 1, Partial: true,
		Cells: []string{"normal"}},
}

func names() []string {
	out := make([]string, 0, len(specs))
	for name := range specs {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// bruteCode is the slow twin of canonical: of all renumberings that keep inputs and output and in which edges lead
// upwards, the least code, written as a text of fixed width a field.
func bruteCode(c *Cell) string {
	n := len(c.Labels)
	inner := make([]int, 0, n)
	for v := c.Inputs; v < n-1; v++ {
		inner = append(inner, v)
	}
	best := ""
	permute(inner, 0, func(order []int) {
		place := make([]int, n)
		for v := range c.Inputs {
			place[v] = v
		}
		place[n-1] = n - 1
		for k, v := range order {
			place[v] = c.Inputs + k
		}
		count := make([][]int, n)
		for i := range count {
			count[i] = make([]int, n)
		}
		var ops []string
		for _, e := range c.Edges {
			from, to := place[e.From], place[e.To]
			if from >= to {
				return
			}
			count[from][to]++
			ops = append(ops, fmt.Sprintf("%02d%02d:%02d;", to, from, e.Op+1))
		}
		slices.Sort(ops)
		code := ""
		for to := n - 1; to >= 0; to-- {
			for from := to - 1; from >= 0; from-- {
				code += fmt.Sprintf("%02d", count[from][to])
			}
		}
		for _, op := range ops {
			code += op[5:]
		}
		labels := make([]int, n)
		for v, k := range place {
			labels[k] = c.Labels[v]
		}
		for _, l := range labels {
			code += fmt.Sprintf("%02d", l+1)
		}
		if best == "" || code < best {
			best = code
		}
	})
	return best
}

func permute(v []int, at int, each func([]int)) {
	if at == len(v) {
		each(v)
		return
	}
	for i := at; i < len(v); i++ {
		v[at], v[i] = v[i], v[at]
		permute(v, at+1, each)
		v[at], v[i] = v[i], v[at]
	}
}

// shuffled renumbers the vertices between inputs and output at random.
func shuffled(rng *rand.Rand, c *Cell) Cell {
	n := len(c.Labels)
	to := make([]int, n)
	for v := range to {
		to[v] = v
	}
	inner := to[c.Inputs : n-1]
	rng.Shuffle(len(inner), func(i, j int) { inner[i], inner[j] = inner[j], inner[i] })
	return c.renumbered(to, n)
}

func TestCanonicalIsLeastOfAllNumberings(t *testing.T) {
	for _, name := range names() {
		s := specs[name]
		rng := rand.New(rand.NewPCG(1, 2))
		for range 300 {
			g, ok := s.Sample(rng)
			if !ok {
				t.Fatalf("%s: no graph was drawn", name)
			}
			for i := range g {
				want := bruteCode(&g[i])
				other := shuffled(rng, &g[i])
				back, err := s.finish(other)
				if err != nil {
					t.Fatalf("%s: a renumbering of %s: %v", name, s.Text(g), err)
				}
				if !back.equal(&g[i]) {
					t.Fatalf("%s: %s has another canonical form than its renumbering %s", name, s.Text(g),
						s.Text(Graph{back}))
				}
				identity := make([]int, len(back.Labels))
				for v := range identity {
					identity[v] = v
				}
				if got := codeText(back.code(nil, identity), &back); got != want {
					t.Fatalf("%s: %s: code %s, the least one is %s", name, s.Text(g), got, want)
				}
			}
		}
	}
}

// codeText writes a code as bruteCode does.
func codeText(code []int, c *Cell) string {
	pairs := len(c.Labels) * (len(c.Labels) - 1) / 2
	out := ""
	for i, x := range code {
		if i >= pairs {
			x++
		}
		out += fmt.Sprintf("%02d", x)
		if i >= pairs && i < len(code)-len(c.Labels) {
			out += ";"
		}
	}
	if len(code) == pairs+len(c.Labels) { // edges without operations: the twin writes them as 00
		head, tail := out[:2*pairs], out[2*pairs:]
		for range c.Edges {
			head += "00;"
		}
		out = head + tail
	}
	return out
}

// Two graphs have one text only if some renumbering makes them equal: counted against the brute force.
func TestTextsTellGraphsApart(t *testing.T) {
	s := Spec{Form: Nodes, Operations: []string{"a", "b"}, Vertices: 5}
	rng := rand.New(rand.NewPCG(3, 4))
	texts, codes := map[string]string{}, map[string]string{}
	for range 5000 {
		g, _ := s.Sample(rng)
		text, code := s.Text(g), bruteCode(&g[0])
		if was, seen := texts[text]; seen && was != code {
			t.Fatalf("%s stands for two graphs", text)
		}
		if was, seen := codes[code]; seen && was != text {
			t.Fatalf("one graph has the texts %s and %s", was, text)
		}
		texts[text], codes[code] = code, text
	}
	if len(texts) < 100 {
		t.Fatalf("%d graphs only", len(texts))
	}
}

func BenchmarkReadAndEncode(b *testing.B) {
	for _, name := range names() {
		s := specs[name]
		g, _ := s.Sample(rand.New(rand.NewPCG(5, 6)))
		s.Paths = s.SeenPaths([]Graph{g})
		e := NewEncoder(s)
		dst := make([]float64, len(e.Names()))
		text := s.Text(g)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				g, err := s.Read(text)
				if err != nil {
					b.Fatal(err)
				}
				e.Encode(dst, g)
			}
		})
	}
}
