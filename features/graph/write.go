package graph

import (
	"fmt"
	"strconv"
	"strings"
)

// Text writes the canonical text of a graph of the Spec. It contains neither blanks nor characters that a shell takes
// for its own.
func (s *Spec) Text(g Graph) string {
	b := make([]byte, 0, 96)
	labels := s.escaped()
	for i := range g {
		if i > 0 {
			b = append(b, '@')
		}
		b = g[i].append(b, labels)
	}
	return string(b)
}

// escaped returns the operations that are not none as they are written.
func (s *Spec) escaped() []string {
	out := s.labels()
	for i, op := range out {
		out[i] = escape(op)
	}
	return out
}

func (c *Cell) append(b []byte, labels []string) []byte {
	at := 0
	for v := c.Inputs; v < len(c.Labels); v++ {
		if v > c.Inputs {
			b = append(b, '/')
		}
		start := len(b)
		switch from := at; {
		case c.Labels[v] != noLabel:
			b = append(b, labels[c.Labels[v]]...)
		case v == c.output() && from < len(c.Edges) && c.Edges[from].Op == noLabel:
			b = append(b, outputWord...)
		}
		for named := len(b) > start; at < len(c.Edges) && c.Edges[at].To == v; at++ {
			e := c.Edges[at]
			switch {
			case e.Op != noLabel:
				if len(b) > start {
					b = append(b, '+')
				}
				b = append(append(b, labels[e.Op]...), '~')
			case named:
				b, named = append(b, '~'), false
			default:
				b = append(b, '+')
			}
			b = strconv.AppendInt(b, int64(e.From), 10)
		}
		if len(b) == start {
			b = append(b, '-')
		}
	}
	return b
}

// escape writes an operation so that it holds letters, digits, "_", "-" and "." alone.
func escape(op string) string {
	plain := func(b byte) bool {
		return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '-' || b == '.'
	}
	var out strings.Builder
	for i := range len(op) {
		if plain(op[i]) {
			out.WriteByte(op[i])
		} else {
			fmt.Fprintf(&out, "%%%02X", op[i])
		}
	}
	return out.String()
}
