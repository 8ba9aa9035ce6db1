package graph

import (
	"net/url"
	"strconv"
	"strings"
)

// ReadRaw reads a graph that is written in any of the known ways: the canonical text, NAS-Bench-201's string, a DARTS
// genotype, or JSON with a matrix and operations. The error is an *Error.
func ReadRaw(text string) (Raw, error) { return readAs(text, "") }

// readAs reads a graph of a form; "" finds the form out. What a canonical text leaves open ("a~0/output~1") is taken
// for form nodes then.
func readAs(text string, form Form) (Raw, error) {
	text = strings.TrimSpace(text)
	switch {
	case len(text) > maxText:
		return Raw{}, bad("a text of %d bytes; at most %d are read", len(text), maxText)
	case text == "":
		return Raw{}, bad("an empty text")
	case strings.HasPrefix(text, "|"):
		return readNASBench201(text)
	case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
		return readJSON(text)
	case strings.Contains(text, "normal") && strings.ContainsAny(text, "[("):
		return readGenotype(text)
	}
	return readText(text, form)
}

// readText reads the canonical text (see the package's documentation).
func readText(text string, form Form) (Raw, error) {
	if form == "" {
		form = guessForm(text)
	}
	r := Raw{Form: form}
	for cell := range strings.SplitSeq(text, "@") {
		if len(r.Cells) == maxCells {
			return r, bad("more than %d cells", maxCells)
		}
		c, err := readCell(cell, form)
		if err != nil {
			return r, err
		}
		r.Cells = append(r.Cells, c)
	}
	return r, nil
}

// guessForm tells the form of a canonical text: only in form nodes do vertices that stand alone follow a "+", and only
// in the genotype does a vertex 1 that is listed nowhere feed the first one.
func guessForm(text string) Form {
	first, _, _ := strings.Cut(text, "@")
	parts := strings.Split(first, "/")
	last := parts[len(parts)-1]
	if !strings.HasPrefix(last, outputWord+"~") && last != "-" {
		return Edges
	}
	highest := 0
	for part := range strings.SplitSeq(first, "/") {
		for term := range strings.SplitSeq(part, "+") {
			_, from, has := strings.Cut(term, "~")
			if !has {
				if part != last {
					return Nodes
				}
				from = term
			}
			if k, err := strconv.Atoi(from); err == nil {
				highest = max(highest, k)
			}
		}
	}
	if strings.Contains(text, "@") || highest >= len(parts) {
		return Genotype // vertices 0 and 1 are inputs, so the last one before the output is number len(parts)
	}
	return Nodes
}

// readCell reads one cell of a canonical text.
func readCell(text string, form Form) (RawCell, error) {
	c := RawCell{Inputs: 1}
	if form == Genotype {
		c.Inputs = 2
	}
	n := c.Inputs + 1 + strings.Count(text, "/")
	if n > maxRead {
		return c, bad("more than %d vertices", maxRead)
	}
	c.Ops = make([]string, n)
	c.Edges = make([]RawEdge, 0, 2+strings.Count(text, "~")+strings.Count(text, "+"))
	v := c.Inputs
	for part := range strings.SplitSeq(text, "/") {
		if err := c.readVertex(part, v, form); err != nil {
			return c, err
		}
		v++
	}
	return c, nil
}

// readVertex reads what feeds vertex v.
func (c *RawCell) readVertex(part string, v int, form Form) error {
	if part == "-" {
		return nil
	}
	last := v == len(c.Ops)-1
	name, onVertex := "", form == Nodes || form == Genotype && last
	if onVertex {
		op, rest, has := strings.Cut(part, "~")
		if !has {
			op, rest = part, ""
		}
		var err error
		if name, err = unescape(op); err != nil {
			return err
		}
		if last != (name == outputWord) {
			return bad("vertex %d of %d is %q; the last one and no other is %s, and the inputs are not listed", v,
				len(c.Ops), name, outputWord)
		}
		if !last {
			c.Ops[v] = name
		}
		if part = rest; part == "" {
			return nil
		}
	}
	for term := range strings.SplitSeq(part, "+") {
		e := RawEdge{To: v}
		from := term
		if !onVertex {
			op, at, has := strings.Cut(term, "~")
			if !has {
				return bad("%q at vertex %d: want OPERATION~VERTEX", clip(term), v)
			}
			var err error
			if e.Op, err = unescape(op); err != nil {
				return err
			}
			from = at
		}
		k, err := strconv.Atoi(from)
		if err != nil {
			return bad("%q at vertex %d is no number of a vertex", clip(from), v)
		}
		e.From = k
		if c.Edges = append(c.Edges, e); len(c.Edges) > maxEdges {
			return bad("more than %d edges", maxEdges)
		}
	}
	return nil
}

// readNASBench201 reads |op~0|+|op~0|op~1|+..., one group in bars for each vertex after the input.
func readNASBench201(text string) (Raw, error) {
	c := RawCell{Inputs: 1, Ops: []string{""}}
	for group := range strings.SplitSeq(text, "+") {
		group = strings.TrimSpace(group)
		if len(group) < 2 || group[0] != '|' || group[len(group)-1] != '|' {
			return Raw{}, bad("%q: want |operation~vertex|operation~vertex|, groups joined by +", clip(group))
		}
		v := len(c.Ops)
		if v == maxRead {
			return Raw{}, bad("more than %d vertices", maxRead)
		}
		c.Ops = append(c.Ops, "")
		for term := range strings.SplitSeq(group[1:len(group)-1], "|") {
			op, from, _ := strings.Cut(term, "~")
			k, err := strconv.Atoi(strings.TrimSpace(from))
			if err != nil || op == "" {
				return Raw{}, bad("%q: want operation~vertex", clip(term))
			}
			if c.Edges = append(c.Edges, RawEdge{k, v, op}); len(c.Edges) > maxEdges {
				return Raw{}, bad("more than %d edges", maxEdges)
			}
		}
	}
	return Raw{Form: Edges, Cells: []RawCell{c}}, nil
}

// unescape undoes %XX in the name of an operation.
func unescape(s string) (string, error) {
	if !strings.Contains(s, "%") {
		return s, nil
	}
	out, err := url.PathUnescape(s)
	if err != nil {
		return "", bad("operation %q: %% is followed by two hexadecimal digits", clip(s))
	}
	return out, nil
}

// clip shortens a text for a message.
func clip(s string) string {
	const most = 60
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
