package graph

import (
	"cmp"
	"slices"
)

// canonical returns the cell in its canonical numbering: of all numberings in which edges lead upwards and inputs and
// output keep their places, the one with the least code. The code is that by which NAS-Bench-101 lists its graphs
// (google-research/nasbench, generate_graphs.py): whether there is an edge into the last vertex from the one before it,
// from the one before that, ...; then into the vertex before the last, and so on, an edge counting more than none; ties
// are broken by the operations of edges in their order, then of vertices in theirs. So the canonical form of a graph of
// NAS-Bench-101 is the one that its data hold, and numbers that depend on the numbering (how channels are split) are
// those of the data.
//
// The search is exact. Vertices are placed from the last number down; of vertices with the same edges in and out only
// the one of the greatest operation is tried, for exchanging them changes nothing else.
func (c *Cell) canonical() Cell {
	n := len(c.Labels)
	if n-c.Inputs <= 2 { // at most one vertex between: there is nothing to choose
		return *c
	}
	s := numbering{cell: c, n: n, place: make([]int, n), best: nil}
	for v := range n {
		s.place[v] = noLabel
	}
	for v := range c.Inputs {
		s.place[v] = v
	}
	s.place[n-1] = n - 1
	s.prepare()
	s.search(n - 2)
	return c.renumbered(s.best, n)
}

// numbering is the search for the canonical numbering.
type numbering struct {
	cell   *Cell
	n      int
	place  []int // of each vertex; noLabel: not yet placed
	degree []int // edges from each vertex to vertices that are not yet placed
	twin   []int // the same number for vertices with the same edges in and out
	best   []int
	code   []int // of best
	spare  []int
}

// prepare counts the edges and finds the twins.
func (s *numbering) prepare() {
	c := s.cell
	s.degree = make([]int, s.n)
	for _, e := range c.Edges {
		if e.To != s.n-1 {
			s.degree[e.From]++
		}
	}
	s.twin = make([]int, s.n)
	for v := range s.n {
		s.twin[v] = v
		for w := range v {
			if s.twin[w] == w && w >= c.Inputs && c.alike(v, w) {
				s.twin[v] = w
				break
			}
		}
	}
}

// alike reports whether v and w have the same edges, in and out.
func (c *Cell) alike(v, w int) bool {
	touch := 0
	for _, e := range c.Edges {
		if e.From == w || e.To == w {
			touch--
		}
		twin := e
		switch v {
		case e.From:
			twin.From = w
		case e.To:
			twin.To = w
		default:
			continue
		}
		if touch++; c.count(e) != c.count(twin) {
			return false
		}
	}
	return touch == 0
}

// count returns how often an edge occurs.
func (c *Cell) count(e Edge) (n int) {
	for _, f := range c.Edges {
		if e == f {
			n++
		}
	}
	return n
}

// search gives the number at, and all below it, in every way that can be the least.
func (s *numbering) search(at int) {
	if at < s.cell.Inputs {
		s.consider()
		return
	}
	for v := s.cell.Inputs; v < s.n-1; v++ {
		if s.place[v] != noLabel || s.degree[v] > 0 || !s.first(v) {
			continue
		}
		s.place[v] = at
		s.release(v, -1)
		if !s.worse(at) {
			s.search(at - 1)
		}
		s.release(v, 1)
		s.place[v] = noLabel
	}
}

// release counts the edges into v out of (-1) or back into (+1) the degrees of the vertices that they come from.
func (s *numbering) release(v, by int) {
	for _, e := range s.cell.Edges {
		if e.To == v {
			s.degree[e.From] += by
		}
	}
}

// first reports whether v is to be tried before its twins that are not placed yet: it has the greatest operation, of
// equal ones the lowest number.
func (s *numbering) first(v int) bool {
	for w := s.cell.Inputs; w < s.n-1; w++ {
		if w == v || s.twin[w] != s.twin[v] || s.place[w] != noLabel {
			continue
		}
		if d := cmp.Compare(s.cell.Labels[w], s.cell.Labels[v]); d > 0 || d == 0 && w < v {
			return false
		}
	}
	return true
}

// worse reports whether the edges into the output from the numbers >= at already make the code greater than the best.
func (s *numbering) worse(at int) bool {
	if s.best == nil {
		return false
	}
	for k := s.n - 2; k >= at; k-- {
		v := slices.Index(s.place, k)
		if d := cmp.Compare(s.edges(v, s.n-1), s.code[s.n-2-k]); d != 0 {
			return d > 0
		}
	}
	return false
}

// edges returns how many edges lead from v to w.
func (s *numbering) edges(v, w int) (n int) {
	for _, e := range s.cell.Edges {
		if e.From == v && e.To == w {
			n++
		}
	}
	return n
}

// consider compares a whole numbering with the best one.
func (s *numbering) consider() {
	code := s.cell.code(s.spare[:0], s.place)
	if s.best == nil || slices.Compare(code, s.code) < 0 {
		s.best = append(s.best[:0], s.place...)
		s.code, s.spare = code, s.code
		return
	}
	s.spare = code
}

// code writes the code of a numbering into dst: the numbers of edges by to and from, downwards, then the operations of
// edges, then those of vertices.
func (c *Cell) code(dst, place []int) []int {
	n := len(place)
	counts := dst[:0]
	for range n * (n - 1) / 2 {
		counts = append(counts, 0)
	}
	var ops [maxEdges][3]int
	for i, e := range c.Edges {
		x, y := place[e.From], place[e.To]
		counts[len(counts)-1-(x+y*(y-1)/2)]++
		ops[i] = [3]int{y, x, e.Op}
	}
	if slices.ContainsFunc(c.Edges, func(e Edge) bool { return e.Op != noLabel }) {
		sorted := ops[:len(c.Edges)]
		slices.SortFunc(sorted, func(a, b [3]int) int { return slices.Compare(a[:], b[:]) })
		for _, o := range sorted {
			counts = append(counts, o[2])
		}
	}
	at := len(counts)
	counts = append(counts, place...)
	for v, k := range place {
		counts[at+k] = c.Labels[v]
	}
	return counts
}
