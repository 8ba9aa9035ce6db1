package graph

import (
	"slices"
	"strconv"
	"strings"
)

// number is the literal of a whole number.
func number(k int) literal { return literal{kind: literalWord, text: strconv.Itoa(k)} }

// integer returns the whole number that a literal is.
func (l *literal) integer() (int, bool) {
	if l.kind > literalWord {
		return 0, false
	}
	k, err := strconv.Atoi(l.text)
	return k, err == nil
}

// readGenotype reads what DARTS prints: Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=[2, 3], reduce=...),
// or fields without a name around them.
func readGenotype(text string) (Raw, error) {
	if strings.HasPrefix(text, "normal") {
		text = "Genotype(" + text + ")"
	}
	l, err := readLiteral(text)
	if err != nil {
		return Raw{}, err
	}
	return l.genotype()
}

// concatSuffix is what follows a cell's name in the name of the list of vertices that its output concatenates.
const concatSuffix = "_concat"

func (l *literal) genotype() (Raw, error) {
	r := Raw{Form: Genotype}
	for i, name := range l.fields {
		if strings.HasSuffix(name, concatSuffix) {
			continue
		}
		if len(r.Cells) == maxCells {
			return r, bad("more than %d cells", maxCells)
		}
		c, err := genotypeCell(&l.list[i], l.field(name+concatSuffix))
		if err != nil {
			return r, bad("cell %s: %s", clip(name), err.(*Error).Reason)
		}
		c.Name = name
		r.Cells = append(r.Cells, c)
	}
	if len(r.Cells) == 0 {
		return r,
			bad("a genotype without a cell; want Genotype(normal=[('operation', vertex), ...], normal_concat=[...])")
	}
	return r, nil
}

// genotypeCell reads the pairs of operation and vertex of one cell: two for each vertex, or a list for each.
func genotypeCell(pairs, concat *literal) (RawCell, error) {
	c := RawCell{Inputs: 2, Ops: []string{"", ""}}
	if pairs.kind != literalList {
		return c, bad("want a list of (operation, vertex)")
	}
	v := 2
	for i := 0; i < len(pairs.list); v++ {
		group := pairs.list[i:min(i+2, len(pairs.list))]
		first := &pairs.list[i]
		if first.kind == literalList && len(first.list) > 0 && first.list[0].kind == literalList {
			group = first.list
			i++
		} else {
			i += 2
		}
		for j := range group {
			pair := &group[j]
			if pair.kind != literalList || len(pair.list) != 2 || pair.list[0].kind > literalWord {
				return c, bad("want (operation, vertex) at vertex %d", v)
			}
			from, ok := pair.list[1].integer()
			if !ok {
				return c, bad("%q is no number of a vertex", clip(pair.list[1].text))
			}
			if c.Edges = append(c.Edges, RawEdge{from, v, pair.list[0].text}); len(c.Edges) > maxEdges {
				return c, bad("more than %d edges", maxEdges)
			}
		}
		if v >= maxRead {
			return c, bad("more than %d vertices", maxRead)
		}
	}
	c.Ops = append(c.Ops, make([]string, v-1)...)
	return c, c.concat(concat)
}

// concat adds the edges into the output; without a list of them from every vertex that is no input.
func (c *RawCell) concat(list *literal) error {
	out := len(c.Ops) - 1
	if list == nil {
		for v := 2; v < out; v++ {
			c.Edges = append(c.Edges, RawEdge{From: v, To: out})
		}
		return nil
	}
	if list.kind != literalList {
		return bad("the vertices to concatenate are no list")
	}
	var seen []int
	for i := range list.list {
		v, ok := list.list[i].integer()
		if !ok || v < 0 || v >= out || slices.Contains(seen, v) {
			return bad("%q cannot be concatenated: the vertices are 0..%d, each once", clip(list.list[i].text), out-1)
		}
		seen = append(seen, v)
		c.Edges = append(c.Edges, RawEdge{From: v, To: out})
	}
	return nil
}
