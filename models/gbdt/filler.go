package gbdt

import "slices"

// line is the number of words of a cache line: so many words of each bin are worked out together.
const line = 8

// filler works out masks. A threshold parts the bins of its feature in two: what it takes from those on the left is
// noted at the last of them, what it takes from those on the right at the first, and sums over the bins make that the
// masks. So a node takes the same time whatever the number of bins.
type filler struct {
	b      *binner
	column []int // the feature of each column
	marks  []marks
	gone   [][line]uint64 // of the bins of all groups: leaves that a row there cannot reach
	used   []bool         // groups that are tested
	first  []int          // per node: the first leaf below it
	end    []int          // and the one after the last
}

// marks are what the nodes that test a feature take away.
type marks struct {
	touched bool
	own     [][line]uint64 // from the rows of a bin
	below   [][line]uint64 // from those of a bin and of all before it
	above   [][line]uint64 // from those of a bin and of all behind it up to the last cut
}

func newFiller(b *binner) *filler {
	f := &filler{b: b, gone: make([][line]uint64, b.total), marks: make([]marks, len(b.features))}
	for j := range b.features {
		n := b.features[j].bins()
		f.marks[j] = marks{own: make([][line]uint64, n), below: make([][line]uint64, n), above: make([][line]uint64, n)}
		for _, c := range b.features[j].columns {
			if c >= len(f.column) {
				f.column = append(f.column, make([]int, c+1-len(f.column))...)
			}
			f.column[c] = j
		}
	}
	return f
}

// fill writes the masks of the run's trees into its table, and the groups that they test.
func (f *filler) fill(r *maskRun, trees []Tree) {
	leaves := r.kind.leaves()
	each := blockLeaves / leaves
	f.used = make([]bool, f.b.groups)
	for first := 0; first < r.words; first += line {
		n := min(line, r.words-first)
		for word := range n {
			for t := (first + word) * each; t < min(len(trees), (first+word+1)*each); t++ {
				f.mark(&trees[t], word, t%each*leaves)
			}
		}
		f.close()
		for bin := range f.gone {
			to := r.table[bin*r.stride+r.at+first:][:n]
			for i := range to {
				to[i] = ^f.gone[bin][i]
			}
		}
	}
	for j, u := range f.used {
		if u {
			r.use = append(r.use, int32(j))
		}
	}
}

// mark notes what the nodes of one tree take away, whose leaves begin at bit shift of the word.
func (f *filler) mark(t *Tree, word, shift int) {
	f.ranges(t)
	for i := range t.Nodes {
		n := &t.Nodes[i]
		j := f.column[n.Column]
		of, m := &f.b.features[j], &f.marks[j]
		split := f.endOf(n.Left)
		left := span(f.first[i], split) << shift
		right := span(split, f.end[i]) << shift
		m.touched = true
		from := 0
		if of.kind == numeric {
			from = m.threshold(of, n.Threshold, word, left, right)
		}
		for bin := from; bin < len(m.own); bin++ {
			if t.goesLeft(n, of.value(n.Column, bin)) {
				m.own[bin][word] |= right
			} else {
				m.own[bin][word] |= left
			}
		}
	}
}

// threshold notes what a threshold takes from the bins of finite values, and returns the first bin behind them.
func (m *marks) threshold(of *served, threshold float64, word int, left, right uint64) int {
	n := len(of.cuts)
	at, found := slices.BinarySearch(of.cuts, threshold)
	if found { // as every threshold is
		at++
	}
	if at > 0 {
		m.below[at-1][word] |= right
	}
	if at < n {
		m.above[at][word] |= left
	}
	return n
}

// close sums the marks up to gone and forgets them.
func (f *filler) close() {
	clear(f.gone)
	for j := range f.marks {
		m, of := &f.marks[j], &f.b.features[j]
		if !m.touched {
			continue
		}
		f.used[of.group] = true
		m.sum(len(of.cuts))
		cells := f.gone[of.offset : of.offset+of.size]
		for bin := range m.own {
			for from := bin * of.stride; from < len(cells); from += of.stride * len(m.own) {
				for c := from; c < from+of.stride; c++ {
					or(&cells[c], &m.own[bin])
				}
			}
		}
		clear(m.own)
		clear(m.below)
		clear(m.above)
		m.touched = false
	}
}

// sum brings the marks of the first n bins into own.
func (m *marks) sum(n int) {
	for bin := 1; bin < n; bin++ {
		or(&m.above[bin], &m.above[bin-1])
	}
	for bin := n - 2; bin >= 0; bin-- {
		or(&m.below[bin], &m.below[bin+1])
	}
	for bin := range n {
		or(&m.own[bin], &m.above[bin])
		or(&m.own[bin], &m.below[bin])
	}
}

func or(to, from *[line]uint64) {
	for i, w := range from {
		to[i] |= w
	}
}

// span returns a word with bits first..end-1 set.
func span(first, end int) uint64 { return (1<<(end-first) - 1) << first }

// ranges notes the leaves below each node. It relies on the canonical order.
func (f *filler) ranges(t *Tree) {
	n := len(t.Nodes)
	f.first, f.end = slices.Grow(f.first[:0], n)[:n], slices.Grow(f.end[:0], n)[:n]
	for i := n - 1; i >= 0; i-- {
		f.first[i], f.end[i] = f.firstOf(t.Nodes[i].Left), f.endOf(t.Nodes[i].Right)
	}
}

// firstOf returns the first leaf of a child.
func (f *filler) firstOf(c int32) int {
	if c < 0 {
		return int(^c)
	}
	return f.first[c]
}

// endOf returns the leaf after the last of a child.
func (f *filler) endOf(c int32) int {
	if c < 0 {
		return int(^c) + 1
	}
	return f.end[c]
}
