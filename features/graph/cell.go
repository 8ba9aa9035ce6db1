package graph

import (
	"cmp"
	"slices"
)

// Graph is one cell or, where the Spec names cells, one for each name. It is canonical when a Spec's Read, Sample or
// Mutate made it: isomorphic graphs are then equal.
type Graph []Cell

// Cell is a directed acyclic graph whose edges lead from lower to higher numbers: vertices 0..Inputs-1 are the inputs,
// the last one is the output.
type Cell struct {
	Inputs int
	Labels []int  // per vertex: number of its operation among the Spec's without none; -1 where it has none
	Edges  []Edge // sorted by To, then From, then Op
}

// Edge is one edge of a cell.
type Edge struct {
	From, To int
	Op       int // number of its operation among the Spec's without none; -1 where the form has operations on vertices
}

// noLabel is the Op of an edge and the label of a vertex without an operation.
const noLabel = -1

func (c *Cell) output() int { return len(c.Labels) - 1 }

func compareEdges(a, b Edge) int {
	return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.From, b.From), cmp.Compare(a.Op, b.Op))
}

// renumbered returns the cell whose vertex v is called to[v]. Vertices with to[v] < 0 are left out, with their edges;
// the others must get the numbers 0..n-1.
func (c *Cell) renumbered(to []int, n int) Cell {
	out := Cell{Inputs: c.Inputs, Labels: make([]int, n), Edges: make([]Edge, 0, len(c.Edges))}
	for v, w := range to {
		if w >= 0 {
			out.Labels[w] = c.Labels[v]
		}
	}
	for _, e := range c.Edges {
		if to[e.From] >= 0 && to[e.To] >= 0 {
			out.Edges = append(out.Edges, Edge{to[e.From], to[e.To], e.Op})
		}
	}
	slices.SortFunc(out.Edges, compareEdges)
	return out
}

// used reports for each vertex whether it lies on a path from an input to the output.
func (c *Cell) used() []bool {
	n := len(c.Labels)
	down, up := make([]bool, n), make([]bool, n)
	for v := range c.Inputs {
		down[v] = true
	}
	for _, e := range c.Edges { // by To: all edges into From have been seen
		down[e.To] = down[e.To] || down[e.From]
	}
	up[n-1] = true
	for _, e := range slices.Backward(c.Edges) {
		up[e.From] = up[e.From] || up[e.To]
	}
	for v := range down {
		down[v] = down[v] && up[v]
	}
	return down
}

// Connected reports whether some input reaches the output.
func (c *Cell) Connected() bool { return c.used()[c.output()] }

// pruned leaves out the vertices on no path from an input to the output; inputs and output stay.
func (c *Cell) pruned() Cell {
	to, n := make([]int, len(c.Labels)), 0
	for v, used := range c.used() {
		to[v] = noLabel
		if used || v < c.Inputs || v == c.output() {
			to[v] = n
			n++
		}
	}
	return c.renumbered(to, n)
}
