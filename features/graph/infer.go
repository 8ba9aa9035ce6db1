package graph

import (
	"slices"
	"strings"
)

// Looks reports whether a text is written like a graph: by its signs alone, so that words of a setting are none.
func Looks(text string) bool {
	if !strings.ContainsAny(text, "~[({") {
		return false
	}
	_, err := ReadRaw(text)
	return err == nil
}

// Infer describes the graphs that a log has: the least Spec that allows all of the texts. why says what speaks against
// one; then there is none.
func Infer(texts []string) (s Spec, why string) {
	if len(texts) == 0 {
		return s, "no graph"
	}
	raws := make([]Raw, len(texts))
	for i, text := range texts {
		raw, err := readAs(text, s.Form)
		if err != nil {
			return s, err.Error() + ", in " + clip(text)
		}
		if i == 0 {
			s.Form = raw.Form
		}
		if raw.Form != s.Form || len(raw.Cells) != len(raws[0].Cells) && i > 0 {
			return s, "graphs of several forms, such as " + clip(text)
		}
		raws[i] = raw
	}
	s.look(raws)
	if why := s.Validate(); why != "" {
		return s, why
	}
	edges := 0
	for i, raw := range raws {
		g, err := s.Make(raw)
		if err != nil && !s.Disconnected {
			s.Disconnected = true
			g, err = s.Make(raw)
		}
		if err != nil {
			return s, err.Error() + ", in " + clip(texts[i])
		}
		for j := range g {
			edges = max(edges, len(g[j].Edges))
		}
	}
	if s.Form == Nodes {
		s.Edges = edges
	}
	return s, ""
}

// look takes the operations, the cells and the sizes from graphs.
func (s *Spec) look(raws []Raw) {
	seen := map[string]bool{}
	least := MaxVertices + 1
	for _, c := range raws[0].Cells {
		if c.Name != "" {
			s.Cells = append(s.Cells, c.Name)
		}
	}
	if n := len(raws[0].Cells); n > 1 && len(s.Cells) == 0 {
		s.Cells = []string{"normal", "reduce", "third", "fourth"}[:min(n, maxCells)]
	}
	for _, raw := range raws {
		for i := range raw.Cells {
			c := &raw.Cells[i]
			s.Vertices, least = max(s.Vertices, len(c.Ops)), min(least, len(c.Ops))
			s.lookInto(c, seen)
		}
	}
	for op := range seen {
		s.Operations = append(s.Operations, op)
	}
	slices.Sort(s.Operations)
	if s.Form == Nodes && !slices.ContainsFunc(s.Operations, func(op string) bool { return kernel(op) < 0 }) {
		// NAS-Bench-101's own order, so that the canonical forms are those of its data
		slices.SortFunc(s.Operations, func(a, b string) int { return nasBenchRank(a) - nasBenchRank(b) })
		s.Network = networkNASBench101
	}
	if s.Form == Edges && least < s.Vertices {
		s.Unused = Prune
	}
}

// nasBenchRank is the place of an operation in the lists of NAS-Bench-101's data: 3x3, 1x1, pooling.
func nasBenchRank(op string) int {
	if k := kernel(op); k > 0 {
		return 3 - k
	}
	return 3
}

// lookInto notes the operations of one cell, and what is special about its edges.
func (s *Spec) lookInto(c *RawCell, seen map[string]bool) {
	last := len(c.Ops) - 1
	for v := c.Inputs; v < last; v++ {
		if s.Form == Nodes {
			seen[c.Ops[v]] = true
		}
	}
	pairs := map[[2]int]bool{}
	into := make([]int, len(c.Ops))
	for _, e := range c.Edges {
		if s.Form == Edges || s.Form == Genotype && e.To != last {
			seen[e.Op] = true
		}
		if e.From >= 0 && e.To >= 0 && e.To <= last {
			pairs[[2]int{e.From, e.To}] = true
			into[e.To]++
		}
	}
	if n := len(c.Ops); s.Form == Edges && len(pairs) < n*(n-1)/2 {
		seen[None] = true
	}
	if s.Form == Genotype && last > c.Inputs {
		s.Degree = max(s.Degree, into[c.Inputs])
		s.Partial = s.Partial || into[last] != last-c.Inputs
	}
}
