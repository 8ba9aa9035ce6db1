package search

import (
	"math"
	"math/rand/v2"

	"eahas/features"
	"eahas/features/graph"
)

// gene is what a mutation changes: an axis, or a graph, which is an axis of its own for each of its operations and
// edges.
type gene struct {
	name  string // of the space's axis
	first int    // its first axis in the domain
	n     int    // how many it has
	graph *graphGene
}

// graphGene is an axis of graphs.
type graphGene struct {
	spec   *graph.Spec
	coords []graph.Coordinate
	axis   []int // per coordinate: its axis among those of the gene; -1 where it has one value only
}

// appendAxes adds the free axes of an axis of a space, and the gene that they make.
func appendAxes(axes []Axis, genes []gene, p *features.Param) ([]Axis, []gene) {
	g := gene{name: p.Name, first: len(axes), n: 1}
	if p.Kind != features.Graph {
		return append(axes, newAxis(p)), append(genes, g)
	}
	g.graph = &graphGene{spec: p.Graph, coords: p.Graph.Coordinates()}
	g.n = 0
	for _, c := range g.graph.coords {
		if len(c.Choices) < 2 {
			g.graph.axis = append(g.graph.axis, -1)
			continue
		}
		a := Axis{Name: p.Name + "." + c.Name}
		for _, word := range c.Choices {
			a.Values = append(a.Values, features.Text(word))
		}
		axes = append(axes, a)
		g.graph.axis = append(g.graph.axis, g.n)
		g.n++
	}
	return axes, append(genes, g)
}

// geneOf returns the gene that an axis belongs to.
func geneOf(genes []gene, axis int) *gene {
	for i := range genes {
		if g := &genes[i]; axis < g.first+g.n {
			return g
		}
	}
	panic("search: an axis without a gene")
}

// unitOf writes the coordinates of c. What a graph lacks is NaN.
func unitOf(dst []float64, axes []Axis, genes []gene, c features.Config) []float64 {
	if dst == nil {
		dst = make([]float64, len(axes))
	}
	for i := range genes {
		g := &genes[i]
		if g.graph == nil {
			dst[g.first] = axes[g.first].Unit(c[g.name])
			continue
		}
		g.graph.unit(dst[g.first:g.first+g.n], c[g.name])
	}
	return dst
}

func (g *graphGene) unit(dst []float64, v features.Value) {
	for i := range dst {
		dst[i] = math.NaN()
	}
	it, ok := g.read(v)
	if !ok {
		return
	}
	at := make([]int, len(g.coords))
	g.spec.Locate(at, g.coords, it)
	for i, k := range at {
		if j := g.axis[i]; j >= 0 && k >= 0 {
			dst[j] = float64(k)
		}
	}
}

func (g *graphGene) read(v features.Value) (graph.Graph, bool) {
	text, ok := v.Str()
	if !ok {
		return nil, false
	}
	it, err := g.spec.Read(text)
	return it, err == nil
}

// place makes the graph at unit coordinates; the missing value where there is none.
func (g *graphGene) place(u []float64) features.Value {
	at := make([]int, len(g.coords))
	known := false
	for i := range g.coords {
		j := g.axis[i]
		switch {
		case j < 0:
			at[i] = 0
		case u[j] == u[j]:
			at[i] = min(len(g.coords[i].Choices)-1, max(0, int(u[j])))
			known = true
		default:
			at[i] = -1
		}
	}
	it, err := g.spec.Place(g.coords, at)
	if err != nil || !known {
		return features.Value{}
	}
	return features.Text(g.spec.Text(it))
}

// mutate draws a neighbour of a graph.
func (g *graphGene) mutate(rng *rand.Rand, v features.Value) features.Value {
	it, ok := g.read(v)
	if !ok {
		return v
	}
	return features.Text(g.spec.Text(g.spec.Mutate(rng, it)))
}

// neighbours lists the neighbours of a graph.
func (g *graphGene) neighbours(v features.Value) []features.Value {
	it, ok := g.read(v)
	if !ok {
		return nil
	}
	var out []features.Value
	for _, n := range g.spec.Neighbours(it) {
		out = append(out, features.Text(g.spec.Text(n)))
	}
	return out
}
