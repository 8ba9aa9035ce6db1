package graph

import (
	"math/rand/v2"
	"slices"
)

// change is one step from a cell to a neighbour.
type change struct {
	what changeKind
	cell int
	a, b int // vertices, or the number of an edge in a
	op   int // the new operation
}

type changeKind uint8

const (
	relabel  changeKind = iota // vertex a gets the operation op
	toggle                     // the edge from a to b comes or goes
	insert                     // a vertex of operation op is put into edge a
	reassign                   // edge a gets the operation op
	rewire                     // edge a comes from vertex b
)

// changes lists the steps from a graph; not all of them lead to a valid one.
func (s *Spec) changes(g Graph) []change {
	var out []change
	labels := len(s.labels())
	for i := range g {
		c := &g[i]
		switch s.Form {
		case Nodes:
			out = s.nodeChanges(out, c, i, labels)
		case Edges:
			for from := range c.output() {
				for to := from + 1; to <= c.output(); to++ {
					for op := noLabel; op < labels; op++ {
						out = append(out, change{reassign, i, from, to, op})
					}
				}
			}
		case Genotype:
			out = s.genotypeChanges(out, c, i, labels)
		}
	}
	return out
}

// nodeChanges lists the steps of form nodes: another operation, an edge more or less, a vertex in an edge.
func (s *Spec) nodeChanges(out []change, c *Cell, i, labels int) []change {
	last := c.output()
	for v := range last {
		for op := range labels {
			if c.Labels[v] != noLabel && op != c.Labels[v] {
				out = append(out, change{relabel, i, v, 0, op})
			}
		}
		for w := 1; w <= last; w++ {
			if v != w {
				out = append(out, change{toggle, i, v, w, 0})
			}
		}
	}
	if last+1 < s.Vertices {
		for e := range c.Edges {
			for op := range labels {
				out = append(out, change{insert, i, e, 0, op})
			}
		}
	}
	return out
}

// genotypeChanges lists the steps of form genotype: another operation or another source of an edge, and with Partial a
// vertex more or less that the output concatenates.
func (s *Spec) genotypeChanges(out []change, c *Cell, i, labels int) []change {
	for k, e := range c.Edges {
		if e.Op == noLabel {
			continue
		}
		for op := range labels {
			if op != e.Op {
				out = append(out, change{rewire, i, k, e.From, op})
			}
		}
		for from := range e.To {
			if from != e.From {
				out = append(out, change{rewire, i, k, from, e.Op})
			}
		}
	}
	for v := c.Inputs; v < c.output() && s.Partial; v++ {
		out = append(out, change{toggle, i, v, c.output(), 0})
	}
	return out
}

// apply makes the changed graph; ok is false where it is not valid, or the same.
func (s *Spec) apply(g Graph, t change) (out Graph, ok bool) {
	old := &g[t.cell]
	c := Cell{Inputs: old.Inputs, Labels: slices.Clone(old.Labels), Edges: slices.Clone(old.Edges)}
	switch t.what {
	case relabel:
		c.Labels[t.a] = t.op
	case toggle:
		c.setEdge(t.a, t.b, !old.edge(t.a, t.b), noLabel)
	case reassign:
		if t.op == noLabel && !s.mayLack() {
			return nil, false
		}
		c.setEdge(t.a, t.b, false, 0)
		c.setEdge(t.a, t.b, t.op != noLabel, t.op)
	case rewire:
		c.Edges[t.a].From, c.Edges[t.a].Op = t.b, t.op
	case insert: // the new vertex takes the output's number, which moves up
		e := old.Edges[t.a]
		last := old.output()
		c.Labels = append(c.Labels, noLabel)
		c.Labels[last] = t.op
		for k := range c.Edges {
			if c.Edges[k].To == last {
				c.Edges[k].To++
			}
		}
		c.Edges[t.a].To = last
		to := e.To
		if to == last {
			to++
		}
		c.Edges = append(c.Edges, Edge{last, to, noLabel})
	}
	done, err := s.finish(c)
	if err != nil || done.equal(old) {
		return nil, false
	}
	out = slices.Clone(g)
	out[t.cell] = done
	return out, true
}

// setEdge adds or removes the edge from v to w.
func (c *Cell) setEdge(v, w int, there bool, op int) {
	c.Edges = slices.DeleteFunc(c.Edges, func(e Edge) bool { return e.From == v && e.To == w })
	if there {
		c.Edges = append(c.Edges, Edge{v, w, op})
	}
}

func (c *Cell) equal(d *Cell) bool {
	return slices.Equal(c.Labels, d.Labels) && slices.Equal(c.Edges, d.Edges)
}

// Mutate draws a neighbour of a canonical graph: one operation or one edge is another, or a vertex more stands in an
// edge. Each step that leads to a valid, different graph is as likely as any other; g itself where there is none.
func (s *Spec) Mutate(rng *rand.Rand, g Graph) Graph {
	all := s.changes(g)
	for n := len(all); n > 0; n-- {
		k := rng.IntN(n)
		if out, ok := s.apply(g, all[k]); ok {
			return out
		}
		all[k] = all[n-1]
	}
	return g
}

// Neighbours lists the different graphs that Mutate can give, in a fixed order.
func (s *Spec) Neighbours(g Graph) []Graph {
	var out []Graph
	seen := map[string]bool{}
	for _, t := range s.changes(g) {
		if n, ok := s.apply(g, t); ok {
			if text := s.Text(n); !seen[text] {
				seen[text] = true
				out = append(out, n)
			}
		}
	}
	return out
}
