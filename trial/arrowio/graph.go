package arrowio

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"eahas/trial"
)

// setGraphs checks the mapping's graphs and has its files put their columns together.
func (p *plan) setGraphs() error {
	for _, name := range slices.Sorted(maps.Keys(p.Graphs)) {
		g := p.Graphs[name]
		if _, twice := p.Params[name]; twice {
			return fmt.Errorf("graphs.%s: params has the axis, too; leave one of them out", name)
		}
		if g.Matrix == "" || g.Operations == "" {
			return fmt.Errorf("graphs.%s: matrix and operations are needed; a graph that stands in one column is an "+
				"axis under params", name)
		}
		for _, pattern := range []string{g.Matrix, g.Operations} {
			if _, err := compileCells(pattern); err != nil {
				return fmt.Errorf("graphs.%s: %w", name, err)
			}
		}
		for i := range p.files {
			p.files[i].graphs = append(p.files[i].graphs, g)
		}
	}
	return nil
}

// maxGraphCells bounds the columns of one graph.
const maxGraphCells = 32 * 32

// graphPart is the matrix or the operations of a graph: one column, or one of each entry.
type graphPart struct {
	one   int // the leaf, or -1
	cells []graphCell
	rows  int // with cells: one more than the greatest number of a vertex
	first int // with cells: least number of a vertex
}

// graphCell is the leaf of one entry.
type graphCell struct{ i, j, leaf int }

// compileCells makes the expression of a pattern of columns; nil for the name of one column.
func compileCells(pattern string) (*regexp.Regexp, error) {
	i, j := strings.Count(pattern, "{i}"), strings.Count(pattern, "{j}")
	switch {
	case i == 0 && j == 0:
		return nil, nil
	case i != 1 || j > 1:
		return nil, fmt.Errorf("pattern %q: want {i} once, and {j} at most once", pattern)
	}
	digits := `(\d{1,2})`
	if strings.Contains(pattern, "{i}{j}") || strings.Contains(pattern, "{j}{i}") {
		digits = `(\d)` // nothing between them: one digit each
	}
	text := regexp.QuoteMeta(pattern)
	for _, place := range []string{"i", "j"} {
		text = strings.Replace(text, `\{`+place+`\}`, "(?P<"+place+">"+digits[1:], 1)
	}
	return regexp.Compile("^" + text + "$")
}

// findPart finds the columns of a part; ok is false where the file has none of them.
func findPart(ls []*leaf, pattern string) (p graphPart, ok bool, err error) {
	p = graphPart{one: slices.IndexFunc(ls, func(l *leaf) bool { return l.name == pattern })}
	if p.one >= 0 {
		if l := ls[p.one]; l.use != nil && !l.deep {
			return p, false, fmt.Errorf("column %q: %w", pattern, l.use)
		}
		return p, true, nil
	}
	re, err := compileCells(pattern)
	if re == nil || err != nil {
		return p, false, err
	}
	p.first = maxGraphCells
	at := func(m []string, place string) int {
		if k := re.SubexpIndex(place); k > 0 {
			n, _ := strconv.Atoi(m[k])
			p.first, p.rows = min(p.first, n), max(p.rows, n+1)
			return n
		}
		return 0
	}
	for k, l := range ls {
		if m := re.FindStringSubmatch(l.name); m != nil && l.use == nil && !l.list {
			if p.cells = append(p.cells, graphCell{at(m, "i"), at(m, "j"), k}); len(p.cells) > maxGraphCells {
				return p, false, fmt.Errorf("%q: more than %d columns", pattern, maxGraphCells)
			}
		}
	}
	slices.SortFunc(p.cells, func(a, b graphCell) int { return (a.i-b.i)*maxGraphCells + a.j - b.j })
	return p, len(p.cells) > 0, nil
}

// leaves lists the leaves that the part is made of.
func (p *graphPart) leaves() []int {
	if p.one >= 0 {
		return []int{p.one}
	}
	out := make([]int, len(p.cells))
	for i, c := range p.cells {
		out[i] = c.leaf
	}
	return out
}

// graphed is a source with a column more for each graph: the text of JSON that package graph reads.
type graphed struct {
	source
	ls     []*leaf
	graphs [][2]graphPart // matrix and operations
}

// withGraphs adds the columns of graphs whose parts the file has.
func withGraphs(src source, graphs []trial.GraphColumns) (source, error) {
	if len(graphs) == 0 {
		return src, nil
	}
	ls := src.leaves()
	g := &graphed{source: src, ls: ls[:len(ls):len(ls)]}
	for _, columns := range graphs {
		matrix, has, err := findPart(ls, columns.Matrix)
		if err != nil {
			return nil, err
		}
		ops, hasOps, err := findPart(ls, columns.Operations)
		if err != nil {
			return nil, err
		}
		if has && hasOps {
			g.graphs = append(g.graphs, [2]graphPart{matrix, ops})
			g.ls = append(g.ls, &leaf{name: columns.Column(), typ: "graph", kind: kindText})
		}
	}
	return g, nil
}

func (g *graphed) leaves() []*leaf { return g.ls }

func (g *graphed) scan(ctx context.Context, want []int, each func(*batch) error) error {
	n := len(g.ls) - len(g.graphs)
	var inner []int
	place := map[int]int{} // leaf -> position in inner
	need := func(leaf int) {
		if _, has := place[leaf]; !has {
			place[leaf] = len(inner)
			inner = append(inner, leaf)
		}
	}
	made := make([]*column, len(want))
	for i, w := range want {
		if w < n {
			need(w)
			continue
		}
		made[i] = newColumn(g.ls[w])
		for _, part := range g.graphs[w-n] {
			for _, l := range part.leaves() {
				need(l)
			}
		}
	}
	return g.source.scan(ctx, inner, func(b *batch) error {
		out := *b
		out.cols = make([]*column, len(want))
		column := func(leaf int) *column { return b.cols[place[leaf]] }
		for i, w := range want {
			if w < n {
				out.cols[i] = column(w)
				continue
			}
			c, parts := made[i], &g.graphs[w-n]
			for c.reset(); c.n < b.n; c.n++ {
				matrix, ops := parts[0].matrix(column, c.n), parts[1].list(column, c.n)
				if matrix == "" || ops == "" {
					c.appendNull()
					continue
				}
				c.texts = append(c.texts, `{"matrix":`+matrix+`,"operations":`+ops+`}`)
			}
			out.cols[i] = c
		}
		return each(&out)
	})
}

// matrix writes the matrix of row r; "" where the row has none. A pattern's matrix ends at the last vertex of which the
// row says anything.
func (p *graphPart) matrix(column func(int) *column, r int) string {
	if p.one >= 0 {
		return column(p.one).json(r)
	}
	entries, last := map[[2]int]string{}, -1
	for _, cell := range p.cells {
		if c := column(cell.leaf); !c.empty(r) {
			entries[[2]int{cell.i, cell.j}] = c.json(r)
			last = max(last, cell.i, cell.j)
		}
	}
	if last < 0 {
		return ""
	}
	var rows []string
	for i := p.first; i <= last; i++ {
		var row []string
		for j := p.first; j <= last; j++ {
			e := entries[[2]int{i, j}]
			if e == "" {
				e = "0"
			}
			row = append(row, e)
		}
		rows = append(rows, "["+strings.Join(row, ",")+"]")
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// list writes the operations of row r; "" where the row has none. A pattern's end at the last one that the row has.
func (p *graphPart) list(column func(int) *column, r int) string {
	if p.one >= 0 {
		return column(p.one).json(r)
	}
	words, has := make([]string, 0, len(p.cells)), 0
	for _, cell := range p.cells {
		c := column(cell.leaf)
		if words = append(words, `""`); !c.empty(r) {
			has = len(words)
			if word := c.json(r); word != "" {
				words[has-1] = word
			}
		}
	}
	return "[" + strings.Join(words[:has], ",") + "]"
}

// json writes row r: a text in quotes, a list as one, what is no text as it is; "" for null.
func (c *column) json(r int) string {
	if c.deep {
		return c.texts[r]
	}
	if !c.list {
		return c.jsonElement(r)
	}
	if c.isAbsent(r) {
		return ""
	}
	var words []string
	for e, hi := c.span(r); e < hi; e++ {
		word := c.jsonElement(e)
		if word == "" {
			word = `""`
		}
		words = append(words, word)
	}
	return "[" + strings.Join(words, ",") + "]"
}

var quoting = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (c *column) jsonElement(e int) string {
	text, ok := c.text(e)
	switch {
	case !ok || c.kind == kindText && isNullText(trimCell(text)):
		return ""
	case c.kind == kindText:
		return `"` + quoting.Replace(text) + `"`
	}
	return text
}
