package graph

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Encoder writes graphs of a Spec as numbers in 0..1, the same number of them for each graph. It is immutable and safe
// for concurrent use.
type Encoder struct {
	spec  Spec
	names []string
	ways  []string // of each column
	cells []cellColumns
	first int              // first column of what the network counts; -1 without
	paths []map[string]int // per cell: column of a path, by its code
	flow  []flowGroup
}

// cellColumns says where the columns of one cell begin; -1 where the encoding has none.
type cellColumns struct {
	counts, shape, flow, paths, edges int
	labels                            int // operations
}

// NewEncoder compiles a Spec, which must be valid.
func NewEncoder(s Spec) *Encoder {
	e := &Encoder{spec: s, first: -1, flow: s.flowGroups()}
	for i := range s.cells() {
		e.cell(i)
	}
	if s.Encodes(EncodeNetwork) {
		e.first = len(e.names)
		e.names = append(e.names, "log_params", "log_macs", "log_acts", "pooled")
	}
	e.saw(EncodeNetwork)
	return e
}

// saw says in which way the columns that were added last are encoded.
func (e *Encoder) saw(way string) {
	for len(e.ways) < len(e.names) {
		e.ways = append(e.ways, way)
	}
}

// Ways returns the way of encoding that each column belongs to.
func (e *Encoder) Ways() []string { return e.ways }

// Names returns the names of the columns, each of which begins with the cell's where cells have names.
func (e *Encoder) Names() []string { return e.names }

// shapeNames are what a cell's shape is described by: numbers of vertices and edges, the longest and the shortest path
// from an input to the output in edges, the most vertices at one distance (by the longest path) from the inputs, how
// many edges leave the inputs, how many enter the output, and whether an edge joins an input to the output.
var shapeNames = []string{"vertices", "edges", "depth", "least_depth", "width", "from_input", "into_output", "direct"}

// cell adds the columns of one cell.
func (e *Encoder) cell(i int) {
	s, prefix := &e.spec, ""
	if len(s.Cells) > 0 {
		prefix = escape(s.Cells[i]) + "."
	}
	add := func(format string, args ...any) { e.names = append(e.names, prefix+fmt.Sprintf(format, args...)) }
	at := func(way string) int {
		if s.Encodes(way) {
			return len(e.names)
		}
		return -1
	}
	labels := s.escaped()
	c := cellColumns{labels: len(labels)}
	if c.counts = at(EncodeCounts); c.counts >= 0 {
		for _, op := range labels {
			add("count.%s", op)
		}
	}
	e.saw(EncodeCounts)
	if c.shape = at(EncodeShape); c.shape >= 0 {
		for _, name := range shapeNames {
			add("%s", name)
		}
	}
	e.saw(EncodeShape)
	if c.flow = at(EncodeFlow); c.flow >= 0 {
		for _, g := range e.flow {
			for _, name := range flowNames[:s.flowWidth()] {
				add("flow.%s.%s", name, g.name)
			}
		}
	}
	e.saw(EncodeFlow)
	index := map[string]int{}
	if c.paths = at(EncodePaths); c.paths >= 0 {
		for _, p := range s.Paths {
			code, _ := s.readPath(p)
			index[code] = len(index)
			add("path.%s", p)
		}
		add("path.others")
	}
	e.paths = append(e.paths, index)
	e.saw(EncodePaths)
	if c.edges = at(EncodeEdges); c.edges >= 0 {
		e.edgeNames(add, labels)
	}
	e.saw(EncodeEdges)
	e.cells = append(e.cells, c)
}

// edgeNames names the columns of edges and operations. A vertex has its canonical number, the output the last one.
func (e *Encoder) edgeNames(add func(string, ...any), labels []string) {
	s := &e.spec
	for from := range s.Vertices {
		for to := max(from+1, s.inputs()); to < s.Vertices; to++ {
			if s.Form == Nodes || s.Form == Genotype && to == s.Vertices-1 {
				add("edge.%d-%d", from, to)
				continue
			}
			for _, op := range labels {
				add("edge.%d-%d.%s", from, to, op)
			}
		}
	}
	if s.Form == Nodes {
		for v := 1; v < s.Vertices-1; v++ {
			for _, op := range labels {
				add("op.%d.%s", v, op)
			}
		}
	}
}

// Encode writes the columns of a canonical graph into dst, whose length is that of Names.
func (e *Encoder) Encode(dst []float64, g Graph) {
	clear(dst)
	for i := range g {
		c, at := &g[i], &e.cells[i]
		if at.counts >= 0 {
			e.counts(dst[at.counts:at.counts+at.labels], c)
		}
		if at.shape >= 0 {
			e.shape(dst[at.shape:at.shape+len(shapeNames)], c)
		}
		if at.flow >= 0 {
			width := e.spec.flowWidth()
			for i, g := range e.flow {
				f := flow{c, g.holds, float64(e.spec.Vertices)}
				f.columns(dst[at.flow+i*width : at.flow+(i+1)*width])
			}
		}
		if at.paths >= 0 {
			walk := pathWalk{cell: c, index: e.paths[i], dst: dst[at.paths : at.paths+len(e.spec.Paths)+1]}
			walk.all()
		}
		if at.edges >= 0 {
			e.edges(dst[at.edges:], c)
		}
	}
	if e.first >= 0 {
		e.network(dst[e.first:], g)
	}
}

// share maps a count to 0..1 without a bound: 0, 1/2, 2/3, 3/4, ...
func share(n float64) float64 { return n / (n + 1) }

// counts writes how often each operation occurs.
func (e *Encoder) counts(dst []float64, c *Cell) {
	for _, l := range c.Labels {
		if l != noLabel {
			dst[l]++
		}
	}
	for _, edge := range c.Edges {
		if edge.Op != noLabel {
			dst[edge.Op]++
		}
	}
	for i := range dst {
		dst[i] = share(dst[i])
	}
}

// shape writes the numbers of shapeNames.
func (e *Encoder) shape(dst []float64, c *Cell) {
	n := len(c.Labels)
	var longest, shortest, level [maxRead]int
	const far = math.MaxInt32
	for v := c.Inputs; v < n; v++ {
		shortest[v] = far
		longest[v] = -far
	}
	var from, into, direct float64
	for _, edge := range c.Edges {
		longest[edge.To] = max(longest[edge.To], longest[edge.From]+1)
		shortest[edge.To] = min(shortest[edge.To], shortest[edge.From]+1)
		if edge.From < c.Inputs {
			from++
		}
		if edge.To == n-1 {
			into++
		}
		if edge.From < c.Inputs && edge.To == n-1 {
			direct = 1
		}
	}
	width := 0
	for v := range n {
		if k := longest[v]; k >= 0 {
			level[k]++
			width = max(width, level[k])
		}
	}
	most := float64(e.spec.Vertices)
	dst[0] = float64(n) / most
	dst[1] = share(float64(len(c.Edges)))
	if longest[n-1] > 0 {
		dst[2], dst[3] = float64(longest[n-1])/most, float64(shortest[n-1])/most
	}
	dst[4] = float64(width) / most
	dst[5], dst[6], dst[7] = share(from), share(into), direct
}

// edges writes which edges exist, and the operations.
func (e *Encoder) edges(dst []float64, c *Cell) {
	s, k, last := &e.spec, e.cells[0].labels, len(c.Labels)-1
	at := func(v int) int { // the output is the last one
		if v == last {
			return s.Vertices - 1
		}
		return v
	}
	start := 0
	for from := range s.Vertices {
		for to := max(from+1, s.inputs()); to < s.Vertices; to++ {
			width := k
			if s.Form == Nodes || s.Form == Genotype && to == s.Vertices-1 {
				width = 1
			}
			for _, edge := range c.Edges {
				if at(edge.From) == from && at(edge.To) == to {
					dst[start+max(edge.Op, 0)] = 1
				}
			}
			start += width
		}
	}
	if s.Form == Nodes {
		for v := 1; v < last; v++ {
			dst[start+(v-1)*k+c.Labels[v]] = 1
		}
	}
}

// network writes the decimal logarithms of parameters, multiply-adds and activations, a tenth of each, and which share
// of the activations poolings write.
func (e *Encoder) network(dst []float64, g Graph) {
	c := e.spec.Count(g)
	for i, x := range []float64{c.Params, c.MACs, c.Acts} {
		dst[i] = min(1, math.Log10(x)/12)
	}
	dst[3] = c.Pooled / c.Acts
}

// readPath reads a path of the Spec as the code by which the walk finds it: a byte for the input, then one for each
// operation.
func (s *Spec) readPath(text string) (code, why string) {
	var b []byte
	if s.Form == Genotype {
		input, rest, _ := strings.Cut(text, ":")
		if input != "0" && input != "1" {
			return "", "a path of a genotype begins with the number of its input, 0: or 1:"
		}
		b, text = append(b, input[0]-'0'), rest
	} else {
		b = append(b, 0)
	}
	if text == direct {
		return string(b), ""
	}
	for op := range strings.SplitSeq(text, ">") {
		name, err := unescape(op)
		if err != nil {
			return "", err.Error()
		}
		k := s.operation(name)
		if k == noLabel {
			return "", "operation " + op + " is not among graph.operations"
		}
		b = append(b, byte(k))
	}
	if len(b) > MaxVertices {
		return "", "longer than a cell can be"
	}
	return string(b), ""
}

// direct is the path without an operation.
const direct = "direct"

// pathText writes what readPath reads.
func (s *Spec) pathText(code string, labels []string) string {
	words := make([]string, 0, len(code))
	for _, k := range []byte(code[1:]) {
		words = append(words, labels[k])
	}
	text := strings.Join(words, ">")
	if text == "" {
		text = direct
	}
	if s.Form == Genotype {
		text = string('0'+rune(code[0])) + ":" + text
	}
	return text
}

// pathWalk counts the paths of a cell from its inputs to its output.
type pathWalk struct {
	cell  *Cell
	index map[string]int
	dst   []float64 // one for each path of the index, and one for all others
	seen  func(code string)
	code  [MaxVertices + 2]byte
}

func (w *pathWalk) all() {
	for v := range w.cell.Inputs {
		w.code[0] = byte(v)
		w.from(v, 1)
	}
	for i := range w.dst {
		w.dst[i] = share(w.dst[i])
	}
}

func (w *pathWalk) from(v, n int) {
	if v == w.cell.output() {
		w.end(w.code[:n])
		return
	}
	for _, e := range w.cell.Edges {
		if e.From != v {
			continue
		}
		m := n
		switch {
		case e.Op != noLabel:
			w.code[m] = byte(e.Op)
			m++
		case w.cell.Labels[e.To] != noLabel:
			w.code[m] = byte(w.cell.Labels[e.To])
			m++
		}
		w.from(e.To, m)
	}
}

func (w *pathWalk) end(code []byte) {
	if w.seen != nil {
		w.seen(string(code))
		return
	}
	k, known := w.index[string(code)]
	if !known {
		k = len(w.dst) - 1
	}
	w.dst[k]++
}

// defaultMaxPaths is how many paths have a column unless the Spec says otherwise.
const defaultMaxPaths = 64

// SeenPaths returns the paths of graphs, at most MaxPaths of them: those in most graphs first, of equally frequent ones
// the shorter first, then by the order of inputs and operations. The two cells of a genotype share the list.
func (s *Spec) SeenPaths(graphs []Graph) []string {
	counts := map[string]int{}
	for _, g := range graphs {
		here := map[string]bool{}
		for i := range g {
			walk := pathWalk{cell: &g[i], seen: func(code string) { here[code] = true }}
			walk.all()
		}
		for code := range here {
			counts[code]++
		}
	}
	codes := make([]string, 0, len(counts))
	for code := range counts {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b string) int {
		switch {
		case counts[a] != counts[b]:
			return counts[b] - counts[a]
		case len(a) != len(b):
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	most := s.MaxPaths
	if most == 0 {
		most = defaultMaxPaths
	}
	labels := s.escaped()
	out := make([]string, 0, most)
	for _, code := range codes[:min(most, len(codes))] {
		out = append(out, s.pathText(code, labels))
	}
	return out
}
