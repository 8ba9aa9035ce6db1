package graph

import (
	"fmt"
	"slices"
	"strings"
)

// Raw is a graph as it was written, before it is known whether it is one: operations by name, vertices numbered as
// they were.
type Raw struct {
	Form  Form // "" where the text does not say
	Cells []RawCell
}

// RawCell is one cell as it was written.
type RawCell struct {
	Name   string
	Inputs int
	Ops    []string // per vertex, the inputs' and the output's empty
	Edges  []RawEdge
}

// RawEdge is one edge as it was written.
type RawEdge struct {
	From, To int
	Op       string // empty where operations stand on vertices
}

// Words that stand for the ends of a cell.
const (
	inputWord  = "input"
	outputWord = "output"
)

// Error says why a text is no graph, or no graph of a Spec.
type Error struct{ Reason string }

// Error returns the reason.
func (e *Error) Error() string { return "graph: " + e.Reason }

func bad(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Read reads a graph that is written in any of the known ways, or says why it is not one of the Spec's; the error is an
// *Error. The graph is canonical.
func (s *Spec) Read(text string) (Graph, error) {
	raw, err := readAs(text, s.Form)
	if err != nil {
		return nil, err
	}
	return s.Make(raw)
}

// Make makes the canonical graph of what was written, or says why it is not one of the Spec's; the error is an *Error.
func (s *Spec) Make(raw Raw) (Graph, error) {
	if raw.Form != "" && raw.Form != s.Form {
		return nil, bad("it is written as one of form %s; the axis is of form %s", raw.Form, s.Form)
	}
	if len(raw.Cells) != s.cells() {
		return nil, bad("%d cells; the axis has %d", len(raw.Cells), s.cells())
	}
	out := make(Graph, len(raw.Cells))
	for i := range raw.Cells {
		at := i
		if name := raw.Cells[i].Name; name != "" && len(s.Cells) > 0 {
			if at = slices.Index(s.Cells, name); at < 0 || out[at].Labels != nil {
				return nil, bad("cell %s is not one of %s, or there twice", name, strings.Join(s.Cells, ", "))
			}
		}
		c, err := s.make(&raw.Cells[i])
		if err != nil {
			if len(s.Cells) > 0 {
				err = bad("cell %s: %s", s.Cells[at], err.(*Error).Reason)
			}
			return nil, err
		}
		out[at] = c
	}
	return out, nil
}

// make makes one canonical cell.
func (s *Spec) make(raw *RawCell) (Cell, error) {
	c, err := s.label(raw)
	if err != nil {
		return c, err
	}
	return s.finish(c)
}

// finish makes the canonical form of a cell whose vertices have any numbers between the inputs and the output.
func (s *Spec) finish(c Cell) (Cell, error) {
	c, err := c.sorted()
	if err != nil {
		return c, err
	}
	if !s.Disconnected && !c.Connected() {
		return c, bad("no path leads from the input to the output")
	}
	if s.prunes() {
		c = c.pruned()
	}
	if why := s.limits(&c); why != "" {
		return c, bad("%s", why)
	}
	return c.canonical(), nil
}

// label puts numbers in the place of operations and checks the ends of edges.
func (s *Spec) label(raw *RawCell) (Cell, error) {
	n := len(raw.Ops)
	c := Cell{Inputs: s.inputs(), Labels: make([]int, n), Edges: make([]Edge, 0, len(raw.Edges))}
	switch {
	case raw.Inputs != c.Inputs:
		return c, bad("%d inputs; form %s has %d", raw.Inputs, s.Form, c.Inputs)
	case n < c.Inputs+1:
		return c, bad("%d vertices; input and output alone are %d", n, c.Inputs+1)
	case n > maxRead || len(raw.Edges) > maxEdges:
		return c, bad("%d vertices and %d edges; at most %d and %d are read", n, len(raw.Edges), maxRead, maxEdges)
	}
	for v, op := range raw.Ops {
		c.Labels[v] = noLabel
		if s.Form != Nodes || v < c.Inputs || v == n-1 {
			continue
		}
		if c.Labels[v] = s.operation(op); c.Labels[v] == noLabel {
			return c, s.unknown(op, fmt.Sprintf("vertex %d", v))
		}
	}
	for _, e := range raw.Edges {
		edge := Edge{From: e.From, To: e.To, Op: noLabel}
		switch {
		case e.From < 0 || e.To < 0 || e.From >= n || e.To >= n:
			return c, bad("an edge from %d to %d, where the vertices are 0..%d", e.From, e.To, n-1)
		case e.To < c.Inputs:
			return c, bad("an edge leads from vertex %d into the input %d", e.From, e.To)
		case e.From == n-1:
			return c, bad("an edge leads out of the output to vertex %d", e.To)
		}
		if s.Form == Edges || s.Form == Genotype && e.To < n-1 {
			if s.named(e.Op) == None && s.Form == Edges && s.mayLack() {
				continue
			}
			if edge.Op = s.operation(e.Op); edge.Op == noLabel {
				return c, s.unknown(e.Op, fmt.Sprintf("edge %d to %d", e.From, e.To))
			}
		}
		c.Edges = append(c.Edges, edge)
	}
	return c, nil
}

// maxRead is how many vertices a cell may have before the unused ones are pruned.
const maxRead = 32

// operation returns the number of an operation among those that are not none, or noLabel.
func (s *Spec) operation(name string) int {
	name = s.named(name)
	k := 0
	for _, op := range s.Operations {
		if op == None {
			continue
		}
		if op == name {
			return k
		}
		k++
	}
	return noLabel
}

// named returns the operation that a word of the log stands for.
func (s *Spec) named(word string) string {
	if op, has := s.Names[word]; has {
		return op
	}
	return word
}

func (s *Spec) unknown(op, where string) error {
	if op == "" {
		return bad("%s has no operation; the operations are %s", where, strings.Join(s.Operations, ", "))
	}
	return bad("%s: operation %q is unknown; the operations are %s", where, op,
		strings.Join(s.Operations, ", "))
}

// sorted renumbers the cell so that edges lead upwards: among the vertices that may come next the lowest number comes
// first. A cycle is an error.
func (c *Cell) sorted() (Cell, error) {
	n := len(c.Labels)
	waits, to := make([]int, n), make([]int, n)
	upward := true
	for _, e := range c.Edges {
		waits[e.To]++
		upward = upward && e.From < e.To
	}
	if upward {
		slices.SortFunc(c.Edges, compareEdges)
		return *c, nil
	}
	for v := range to {
		to[v] = noLabel
	}
	for next := range n {
		v := slices.IndexFunc(to, func(w int) bool { return w == noLabel })
		for ; v < n && (to[v] != noLabel || waits[v] > 0 || v == n-1 && next < n-1); v++ {
		}
		if v == n {
			return *c, bad("a cycle: %s", c.cycle(to))
		}
		to[v] = next
		for _, e := range c.Edges {
			if e.From == v {
				waits[e.To]--
			}
		}
	}
	return c.renumbered(to, n), nil
}

// cycle writes a cycle among the vertices that have no number yet.
func (c *Cell) cycle(to []int) string {
	back := func(v int) int { // from which of them an edge leads into v; there is one for all that wait
		for _, e := range c.Edges {
			if e.To == v && to[e.From] == noLabel {
				return e.From
			}
		}
		return noLabel
	}
	v := slices.IndexFunc(c.Edges, func(e Edge) bool { return to[e.To] == noLabel && to[e.From] == noLabel })
	at := c.Edges[v].From
	var path []int
	for !slices.Contains(path, at) {
		path = append(path, at)
		if at = back(at); at == noLabel {
			return "its vertices wait for each other"
		}
	}
	path = append(path[slices.Index(path, at):], at)
	slices.Reverse(path)
	words := make([]string, len(path))
	for i, v := range path {
		words[i] = fmt.Sprint("vertex ", v)
	}
	return strings.Join(words, " leads to ")
}

// limits says what is wrong with the size of a sorted cell, and with repeated edges.
func (s *Spec) limits(c *Cell) string {
	n, exact := len(c.Labels), s.Form != Nodes && !s.prunes()
	switch {
	case n > s.Vertices:
		return fmt.Sprintf("%d vertices; at most %d are allowed", n, s.Vertices)
	case exact && n < s.Vertices:
		return fmt.Sprintf("%d vertices; the cells have %d", n, s.Vertices)
	case s.Edges > 0 && len(c.Edges) > s.Edges:
		return fmt.Sprintf("%d edges; at most %d are allowed", len(c.Edges), s.Edges)
	case s.Form == Edges && !s.mayLack() && !s.prunes() && len(c.Edges) < n*(n-1)/2:
		return fmt.Sprintf("%d edges; all %d pairs of vertices need one, for none is not among the operations",
			len(c.Edges), n*(n-1)/2)
	}
	var into [maxRead]int
	for i, e := range c.Edges {
		into[e.To]++
		if i > 0 && e.From == c.Edges[i-1].From && e.To == c.Edges[i-1].To && (e.Op == noLabel || s.Form != Genotype) {
			return fmt.Sprintf("two edges from vertex %d to vertex %d", e.From, e.To)
		}
	}
	if s.Form == Genotype {
		if why := s.genotypeLimits(c, into[:n]); why != "" {
			return why
		}
	}
	if k := c.countPaths(); k > mostPaths {
		return fmt.Sprintf("%d paths from the inputs to the output; at most %d are allowed", k, mostPaths)
	}
	return ""
}

// genotypeLimits says what is wrong with the numbers of edges into the vertices of a genotype's cell.
func (s *Spec) genotypeLimits(c *Cell, into []int) string {
	n := len(into)
	for v := c.Inputs; v < n-1; v++ {
		if into[v] != s.degree() {
			return fmt.Sprintf("%d edges into vertex %d; each vertex has %d", into[v], v, s.degree())
		}
	}
	if !s.Partial && into[n-1] != n-1-c.Inputs {
		return fmt.Sprintf("the output concatenates %d of the %d vertices; with graph.partial: true that is allowed",
			into[n-1], n-1-c.Inputs)
	}
	if c.edge(0, n-1) || c.edge(1, n-1) {
		return "the output concatenates an input"
	}
	return ""
}

// mostPaths is how many paths a cell may have.
const mostPaths = 4096

// countPaths counts the paths from the inputs to the output, up to some number above mostPaths.
func (c *Cell) countPaths() int {
	var k [maxRead]int
	for v := range c.Inputs {
		k[v] = 1
	}
	for _, e := range c.Edges {
		k[e.To] = min(k[e.To]+k[e.From], 2*mostPaths)
	}
	return k[c.output()]
}
