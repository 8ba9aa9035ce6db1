package graph

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Names of the two parts of a graph in a JSON object.
var (
	matrixWords    = []string{"matrix", "module_adjacency", "adjacency", "adjacency_matrix", "adj", "edges"}
	operationWords = []string{"operations", "module_operations", "ops", "labels", "nodes"}
)

// readJSON reads a matrix and operations: {"matrix": [[0,1],[0,0]], "operations": ["input","output"]}, or a list of the
// two. Each may be a text that holds it, or a list of rows, or flat.
func readJSON(text string) (Raw, error) {
	l, err := readLiteral(text)
	if err != nil {
		return Raw{}, err
	}
	if l.field("normal") != nil {
		return l.genotype()
	}
	matrix, ops := l.field(matrixWords...), l.field(operationWords...)
	if l.kind == literalList && len(l.list) == 2 {
		matrix, ops = &l.list[0], &l.list[1]
	}
	if matrix == nil || ops == nil {
		return Raw{}, bad(`want {"matrix": [[0, 1], [0, 0]], "operations": ["input", "output"]}, or a list of the two`)
	}
	return readMatrix(matrix, ops)
}

// readMatrix makes a graph of form nodes.
func readMatrix(matrix, ops *literal) (Raw, error) {
	labels, err := ops.words()
	if err != nil {
		return Raw{}, err
	}
	rows, err := matrix.bits(len(labels))
	if err != nil {
		return Raw{}, err
	}
	n := len(rows)
	switch {
	case n < 2 || n > maxRead:
		return Raw{}, bad("a matrix of %d rows; allowed are 2..%d", n, maxRead)
	case len(labels) == n-2:
	case len(labels) != n:
		return Raw{}, bad("%d operations for a matrix of %d rows", len(labels), n)
	case !isEnd(labels[0], inputWord, "in", "-1") || !isEnd(labels[n-1], outputWord, "out", "-2"):
		return Raw{}, bad("the first operation is %q and the last one %q; they are the input and the output, "+
			"or are left out", clip(labels[0]), clip(labels[n-1]))
	default:
		labels = labels[1 : n-1]
	}
	c := RawCell{Inputs: 1, Ops: append(append(make([]string, 1, n), labels...), "")}
	for i, row := range rows {
		if len(row) != n {
			return Raw{}, bad("the matrix is not square: row %d of %d has %d entries", i, n, len(row))
		}
		for j, has := range row {
			if !has {
				continue
			}
			if c.Edges = append(c.Edges, RawEdge{From: i, To: j}); len(c.Edges) > maxEdges {
				return Raw{}, bad("more than %d edges", maxEdges)
			}
		}
	}
	return Raw{Form: Nodes, Cells: []RawCell{c.withoutHoles()}}, nil
}

func isEnd(op string, words ...string) bool {
	return slices.Contains(words, strings.ToLower(op))
}

// withoutHoles leaves out vertices without an operation and without edges: matrices of one size hold smaller cells so.
func (c *RawCell) withoutHoles() RawCell {
	out := RawCell{Inputs: c.Inputs}
	to := make([]int, len(c.Ops))
	for v, op := range c.Ops {
		inside := v >= c.Inputs && v < len(c.Ops)-1
		if inside && isHole(op) && !slices.ContainsFunc(c.Edges,
			func(e RawEdge) bool { return e.From == v || e.To == v }) {
			continue
		}
		to[v] = len(out.Ops)
		if inside && isHole(op) {
			op = ""
		}
		out.Ops = append(out.Ops, op)
	}
	for _, e := range c.Edges {
		out.Edges = append(out.Edges, RawEdge{to[e.From], to[e.To], e.Op})
	}
	return out
}

// isHole reports whether a word says that there is no operation.
func isHole(op string) bool { return op == "" || isEnd(op, "none", "null", "nan", "na") }

// words returns the texts of a list, or of a text that holds one.
func (l *literal) words() ([]string, error) {
	if l.kind == literalText {
		text := strings.TrimSpace(l.text)
		if !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "(") {
			text = "[" + text + "]" // input,conv3x3,output
		}
		inner, err := readLiteral(text)
		if err != nil {
			return nil, err
		}
		l = &inner
	}
	if l.kind != literalList {
		return nil, bad("the operations are no list")
	}
	out := make([]string, len(l.list))
	for i, e := range l.list {
		if e.kind > literalWord {
			return nil, bad("operation %d is a list, no text", i)
		}
		if out[i] = e.text; e.kind == literalWord {
			if x, err := strconv.ParseFloat(e.text, 64); err == nil && x == math.Trunc(x) && math.Abs(x) < 1e6 {
				out[i] = strconv.Itoa(int(x)) // 2.0 is 2
			}
		}
	}
	return out, nil
}

// bits returns the rows of a matrix of 0 and 1: a list of rows, a flat list, or a text that holds one of these or the
// digits alone. A flat one is a square, or the part above the diagonal of one for the number of operations.
func (l *literal) bits(operations int) ([][]bool, error) {
	if l.kind == literalText {
		text := strings.TrimSpace(l.text)
		if !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "(") && !strings.HasPrefix(text, "array") {
			text = "[" + text + "]"
		}
		inner, err := readLiteral(text)
		if err != nil {
			return nil, err
		}
		l = &inner
	}
	if l.kind != literalList {
		return nil, bad("the matrix is no list")
	}
	if len(l.list) > 0 && (l.list[0].kind == literalList || len(l.list) > 1 && len(l.list[0].text) == len(l.list) &&
		isBits(l.list[0].text)) {
		rows := make([][]bool, len(l.list))
		for i := range l.list {
			row, err := l.list[i].flat()
			if err != nil {
				return nil, err
			}
			rows[i] = row
		}
		return rows, nil
	}
	flat, err := l.flat()
	if err != nil {
		return nil, err
	}
	return square(flat, operations)
}

func isBits(s string) bool { return s != "" && strings.Trim(s, "01") == "" }

// flat returns the entries of a row, or of a flat matrix.
func (l *literal) flat() ([]bool, error) {
	list := l.list
	if l.kind != literalList {
		list = []literal{*l}
	}
	var out []bool
	for _, e := range list {
		switch x, err := strconv.ParseFloat(e.text, 64); {
		case e.kind > literalWord:
			return nil, bad("an entry of the matrix is a list")
		case isBits(e.text):
			for _, b := range e.text {
				out = append(out, b == '1')
			}
		case err == nil && (x == 0 || x == 1):
			out = append(out, x == 1)
		case isEnd(e.text, "true", "false"):
			out = append(out, strings.EqualFold(e.text, "true"))
		case isHole(e.text):
			out = append(out, false)
		default:
			return nil, bad("%q is an entry of the matrix; allowed are 0 and 1", clip(e.text))
		}
		if len(out) > maxRead*maxRead {
			return nil, bad("more than %d entries in the matrix", maxRead*maxRead)
		}
	}
	return out, nil
}

// square makes rows of a flat matrix.
func square(flat []bool, operations int) ([][]bool, error) {
	if n := int(math.Round(math.Sqrt(float64(len(flat))))); n*n == len(flat) && (operations == n || operations == n-2) {
		rows := make([][]bool, n)
		for i := range rows {
			rows[i] = flat[i*n : (i+1)*n]
		}
		return rows, nil
	}
	for _, n := range []int{operations, operations + 2} {
		if n*(n-1)/2 != len(flat) {
			continue
		}
		rows, at := make([][]bool, n), 0
		for i := range rows {
			rows[i] = make([]bool, n)
			at += copy(rows[i][i+1:], flat[at:])
		}
		return rows, nil
	}
	return nil, bad("the matrix is not square: %d entries for %d operations; allowed are n x n, or n(n-1)/2 above the "+
		"diagonal, of the n operations with input and output", len(flat), operations)
}
