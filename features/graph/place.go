package graph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
)

// Coordinate is one of the choices that a graph is made of, for programs that know no graphs: which operation, whether
// there is an edge, where it comes from.
type Coordinate struct {
	Name    string   // unique within the graph, such as op.1, edge.0-2, normal.3.0.from
	Choices []string // its values
	cell    int
	kind    coordinateKind
	a, b    int // vertices, or a vertex and the number of an edge into it
}

type coordinateKind uint8

const (
	vertexOp  coordinateKind = iota // operation of vertex a
	hasEdge                         // 0 or 1: the edge from a to b
	edgeOp                          // operation of the edge from a to b
	inputFrom                       // source of edge b into vertex a
	inputOp                         // its operation
)

// Coordinates lists the choices of the graphs of a Spec. Every graph has values of them (Locate), and most values give
// a graph (Place); vertices that a smaller cell lacks have none.
func (s *Spec) Coordinates() []Coordinate {
	var out []Coordinate
	ops := s.labels()
	for i := range s.cells() {
		prefix := ""
		if len(s.Cells) > 0 {
			prefix = s.Cells[i] + "."
		}
		add := func(kind coordinateKind, a, b int, choices []string, format string, args ...any) {
			out = append(out, Coordinate{prefix + fmt.Sprintf(format, args...), choices, i, kind, a, b})
		}
		bit := []string{"0", "1"}
		last := s.Vertices - 1
		switch s.Form {
		case Nodes:
			for v := 1; v < last; v++ {
				add(vertexOp, v, 0, ops, "op.%d", v)
			}
			s.pairs(func(from, to int) { add(hasEdge, from, to, bit, "edge.%d-%d", from, to) })
		case Edges:
			s.pairs(func(from, to int) { add(edgeOp, from, to, s.Operations, "edge.%d-%d", from, to) })
		case Genotype:
			for v := 2; v < last; v++ {
				for k := range s.degree() {
					add(inputFrom, v, k, numbersTo(v), "%d.%d.from", v, k)
					add(inputOp, v, k, ops, "%d.%d.op", v, k)
				}
				if s.Partial {
					add(hasEdge, v, last, bit, "%d.out", v)
				}
			}
		}
	}
	return out
}

// pairs calls each for every pair of vertices that an edge may join.
func (s *Spec) pairs(each func(from, to int)) {
	for from := range s.Vertices {
		for to := from + 1; to < s.Vertices; to++ {
			each(from, to)
		}
	}
}

func numbersTo(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strconv.Itoa(i)
	}
	return out
}

// Locate writes the values of the coordinates of a canonical graph into dst, by their number among the choices; -1
// where the graph lacks the vertex.
func (s *Spec) Locate(dst []int, coords []Coordinate, g Graph) {
	labels := s.labels()
	for i := range coords {
		dst[i] = s.locate(&coords[i], &g[coords[i].cell], labels)
	}
}

func (s *Spec) locate(q *Coordinate, c *Cell, labels []string) int {
	at := func(v int) int { // the cell's number of a vertex; the output is the last one
		switch {
		case v == s.Vertices-1:
			return c.output()
		case v >= c.output():
			return noLabel
		}
		return v
	}
	switch q.kind {
	case vertexOp:
		if v := at(q.a); v >= 0 {
			return c.Labels[v]
		}
		return noLabel
	case hasEdge:
		if c.edge(at(q.a), at(q.b)) {
			return 1
		}
		return 0
	case edgeOp:
		op := None
		for _, e := range c.Edges {
			if e.From == at(q.a) && e.To == at(q.b) {
				op = labels[e.Op]
			}
		}
		return slices.Index(s.Operations, op)
	}
	k := 0
	for _, e := range c.Edges {
		if e.To != at(q.a) {
			continue
		}
		if k == q.b {
			if q.kind == inputFrom {
				return e.From
			}
			return e.Op
		}
		k++
	}
	return noLabel
}

// Place makes the graph of values of the coordinates, or says why there is none; the error is an *Error. A vertex
// without an operation does not exist.
func (s *Spec) Place(coords []Coordinate, values []int) (Graph, error) {
	raw := make([]Cell, s.cells())
	for i := range raw {
		raw[i] = Cell{Inputs: s.inputs(), Labels: slices.Repeat([]int{noLabel}, s.Vertices)}
	}
	for i := range coords { // operations of vertices before edges: an edge needs both of its ends
		if q := &coords[i]; q.kind == vertexOp {
			raw[q.cell].Labels[q.a] = values[i]
		}
	}
	for i := range coords {
		q := &coords[i]
		c := &raw[q.cell]
		switch k := values[i]; q.kind {
		case hasEdge:
			if k == 1 && s.exists(c, q.a) && s.exists(c, q.b) {
				c.Edges = append(c.Edges, Edge{q.a, q.b, noLabel})
			}
		case edgeOp:
			if k >= 0 && s.Operations[k] != None {
				c.Edges = append(c.Edges, Edge{q.a, q.b, s.operation(s.Operations[k])})
			}
		case inputOp: // its source stands before it
			if k >= 0 && values[i-1] >= 0 {
				c.Edges = append(c.Edges, Edge{values[i-1], q.a, k})
			}
		}
	}
	out := make(Graph, len(raw))
	for i := range raw {
		c := &raw[i]
		if s.Form == Genotype && !s.Partial {
			for v := 2; v < s.Vertices-1; v++ {
				c.Edges = append(c.Edges, Edge{v, s.Vertices - 1, noLabel})
			}
		}
		done, err := s.finish(s.compact(c))
		if err != nil {
			return nil, err
		}
		out[i] = done
	}
	return out, nil
}

// exists reports whether a vertex of a cell being made has an operation or needs none.
func (s *Spec) exists(c *Cell, v int) bool {
	return s.Form != Nodes || v == 0 || v == s.Vertices-1 || c.Labels[v] != noLabel
}

// compact leaves out the vertices that do not exist.
func (s *Spec) compact(c *Cell) Cell {
	to, n := make([]int, len(c.Labels)), 0
	for v := range to {
		to[v] = noLabel
		if s.exists(c, v) {
			to[v] = n
			n++
		}
	}
	return c.renumbered(to, n)
}

// sampleTries is how often Sample draws before it gives up.
const sampleTries = 10_000

// Sample draws a valid graph: every operation and every possible edge with equal chances (edges with fewer where few
// are allowed, as in NAS-Bench-101), drawn again until the graph is valid. ok is false where none was found.
func (s *Spec) Sample(rng *rand.Rand) (g Graph, ok bool) {
	coords := s.Coordinates()
	values := make([]int, len(coords))
	chance := 0.5
	if pairs := s.Vertices * (s.Vertices - 1) / 2; s.Edges > 0 && 2*s.Edges < pairs {
		chance = float64(s.Edges) / float64(pairs)
	}
	for range sampleTries {
		for i := range coords {
			values[i] = rng.IntN(len(coords[i].Choices))
			if coords[i].kind == hasEdge {
				values[i] = 0
				if rng.Float64() < chance {
					values[i] = 1
				}
			}
		}
		if g, err := s.Place(coords, values); err == nil {
			return g, true
		}
	}
	return nil, false
}
