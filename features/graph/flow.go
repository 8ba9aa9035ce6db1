package graph

// flowNames are what the encoding flow says of an operation. Isomorphic cells have the same numbers whatever their
// numbering, and cells that differ little differ little in them:
//
//	mean, least, most   how many of them lie between the inputs and what feeds the output: at each vertex the mean,
//	                    the least and the most of what feeds it, and of these the mean over what feeds the output
//	in, out             how many edges lead into them, and how many away from them
//	from_input          how many edges lead from the inputs to them
//	last                their share of the operations that feed the output
//	channels            form nodes: the channels that they have together, of those of the output. These are divided
//	                    among the vertices that feed it; others have as many as the widest that they feed
//	                    (NAS-Bench-101)
//
// An edge without an operation from an input to the output feeds it with nothing.
var flowNames = []string{"mean", "least", "most", "in", "out", "from_input", "last", "channels"}

// flowGroup is a set of operations that flow has columns for.
type flowGroup struct {
	name  string
	holds []bool // by operation
}

// flowGroups are each operation, all of them and, around NAS-Bench-101's network, its convolutions.
func (s *Spec) flowGroups() []flowGroup {
	labels := s.labels()
	out := make([]flowGroup, 0, len(labels)+2)
	all, convs := make([]bool, len(labels)), make([]bool, len(labels))
	for k, name := range s.escaped() {
		one := make([]bool, len(labels))
		one[k], all[k], convs[k] = true, true, kernel(labels[k]) > 0
		out = append(out, flowGroup{name, one})
	}
	out = append(out, flowGroup{"(all)", all}) // no operation is written so
	if s.Network != "" {
		out = append(out, flowGroup{"(conv)", convs})
	}
	return out
}

// flowWidth is how many columns a group has.
func (s *Spec) flowWidth() int {
	if s.Form == Nodes {
		return len(flowNames)
	}
	return len(flowNames) - 1 // no channels
}

// flow finds the columns of one group of a cell.
type flow struct {
	cell  *Cell
	holds []bool
	most  float64 // vertices that a cell can have
}

// counts reports whether an operation is one of the group.
func (f *flow) counts(op int) bool { return op != noLabel && f.holds[op] }

// columns writes the columns of the group into dst, all of them or all but the last.
func (f *flow) columns(dst []float64) {
	var out [8]float64
	out[0], out[1], out[2] = f.between()
	in, away, first := f.degrees()
	out[3], out[4], out[5] = share(in), share(away), share(first)
	out[6] = f.last()
	out[7] = share(f.channels())
	copy(dst, out[:])
}

// passed is how many operations of the group lie before a vertex.
type passed struct{ mean, least, most, fed float64 }

// add takes one more edge that feeds the vertex, which brings what has passed before it and one of the group or none.
func (p *passed) add(from passed, own float64) {
	least, most := from.least+own, from.most+own
	if p.fed == 0 {
		p.least, p.most = least, most
	}
	p.mean += from.mean + own
	p.least, p.most = min(p.least, least), max(p.most, most)
	p.fed++
}

// between returns mean, least and most.
func (f *flow) between() (mean, least, most float64) {
	c := f.cell
	var at [maxRead]passed
	var ends passed // sums, not least and most, over what feeds the output
	v := 0
	for _, e := range c.Edges { // by To: all edges into From have been seen
		for ; v < e.To; v++ {
			f.leave(&at[v], c.Labels[v])
		}
		own := 0.0
		if f.counts(e.Op) {
			own = 1
		}
		if e.To < c.output() {
			at[e.To].add(at[e.From], own)
		} else if e.From >= c.Inputs || e.Op != noLabel {
			from := at[e.From]
			ends.mean += from.mean + own
			ends.least += from.least + own
			ends.most += from.most + own
			ends.fed++
		}
	}
	if ends.fed == 0 {
		return 0, 0, 0
	}
	return ends.mean / ends.fed / f.most, ends.least / ends.fed / f.most, ends.most / ends.fed / f.most
}

// leave ends what feeds a vertex with the vertex' own operation.
func (f *flow) leave(p *passed, label int) {
	if p.fed > 0 {
		p.mean /= p.fed
	}
	if f.counts(label) {
		p.mean++
		p.least++
		p.most++
	}
}

// degrees returns how many edges lead into the operations of the group, away from them, and from the inputs to them.
func (f *flow) degrees() (in, away, first float64) {
	c := f.cell
	var into, from [maxRead]float64
	for _, e := range c.Edges {
		into[e.To]++
		from[e.From]++
	}
	for v, label := range c.Labels {
		if f.counts(label) {
			in, away = in+into[v], away+from[v]
		}
	}
	for _, e := range c.Edges {
		if f.counts(e.Op) {
			in, away = in+into[e.From], away+from[e.To]
		}
		if e.From < c.Inputs && (f.counts(e.Op) || f.counts(c.Labels[e.To])) {
			first++
		}
	}
	return in, away, first
}

// last is the share of the group among the operations that feed the output, or that feed what feeds it without one.
func (f *flow) last() float64 {
	c, n, own := f.cell, 0.0, 0.0
	see := func(op int) {
		if op != noLabel {
			n++
		}
		if f.counts(op) {
			own++
		}
	}
	for _, end := range c.Edges {
		if end.To != c.output() {
			continue
		}
		see(end.Op)
		see(c.Labels[end.From])
		if end.Op != noLabel || c.Labels[end.From] != noLabel {
			continue
		}
		for _, e := range c.Edges {
			if e.To == end.From {
				see(e.Op)
			}
		}
	}
	if n == 0 {
		return 0
	}
	return own / n
}

// channels sums the channels of the group's vertices; the output has 1.
func (f *flow) channels() float64 {
	c := f.cell
	var width [maxRead]float64
	feeds := 0.0
	for _, e := range c.Edges {
		if e.To == c.output() && e.From >= c.Inputs {
			feeds++
		}
	}
	var ends [maxRead]bool
	for _, e := range c.Edges {
		if e.To == c.output() && e.From >= c.Inputs {
			width[e.From], ends[e.From] = 1/feeds, true
		}
	}
	sum := 0.0
	for v := c.output() - 1; v >= c.Inputs; v-- { // what a vertex feeds has a higher number
		for _, e := range c.Edges {
			if e.From == v && !ends[v] && e.To < c.output() {
				width[v] = max(width[v], width[e.To])
			}
		}
		if f.counts(c.Labels[v]) {
			sum += width[v]
		}
	}
	return sum
}
