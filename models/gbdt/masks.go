package gbdt

import "math/bits"

// maskRun finds leaves by bitmasks, one bit per leaf (QuickScorer, Lucchese et al., SIGIR 2015, by bin instead of by
// threshold): the mask of a tree for one bin of one feature has a 0 for each leaf that a row in that bin cannot reach.
// The AND over the features leaves one bit.
type maskRun struct {
	wide   bool      // one mask of 64 leaves a word; else two of 32
	words  int       // mask words per bin
	table  []uint64  // bins of all features x words
	use    []int32   // features that these trees test
	values []float64 // trees x leaves (32 or 64) x width
	trees  int
	first  int // first output that is added to
	width  int // outputs per leaf
}

func newMaskRun(trees []Tree, b *binner, kind runKind, output, width int) *maskRun {
	r := &maskRun{wide: kind == masks64, trees: len(trees), first: output, width: width}
	leaves := 32
	r.words = (len(trees) + 1) / 2
	if r.wide {
		leaves, r.words = 64, len(trees)
	}
	r.values = make([]float64, len(trees)*leaves*width)
	r.table = make([]uint64, b.total*r.words)
	for i := range r.table {
		r.table[i] = ^uint64(0)
	}
	used := make([]bool, len(b.features))
	at := featureOfColumn(b)
	for t := range trees {
		copy(r.values[t*leaves*width:], trees[t].Values)
		word, shift := t, 0
		if !r.wide {
			word, shift = t/2, t%2*32
		}
		r.mark(&trees[t], b, at, used, word, shift)
	}
	for j, u := range used {
		if u {
			r.use = append(r.use, int32(j))
		}
	}
	return r
}

// featureOfColumn maps columns to served features.
func featureOfColumn(b *binner) map[int]int {
	at := map[int]int{}
	for j := range b.features {
		for _, c := range b.features[j].columns {
			at[c] = j
		}
	}
	return at
}

// mark clears the bits of one tree's unreachable leaves.
func (r *maskRun) mark(t *Tree, b *binner, at map[int]int, used []bool, word, shift int) {
	first, last := t.leafRange()
	for i := range t.Nodes {
		n := &t.Nodes[i]
		j := at[n.Column]
		f := &b.features[j]
		used[j] = true
		split := last(n.Left)
		left := span(first(n.Left), split) << shift
		right := span(split, last(n.Right)) << shift
		for bin := range f.bins() {
			cell := &r.table[(f.offset+bin)*r.words+word]
			if n.goesLeft(f.value(n.Column, bin)) {
				*cell &^= right
			} else {
				*cell &^= left
			}
		}
	}
}

// span returns a word with bits first..end-1 set.
func span(first, end int) uint64 { return (1<<(end-first) - 1) << first }

// leafRange returns functions that tell the first leaf below a child and the one after the last.
// It relies on the canonical order.
func (t *Tree) leafRange() (first, end func(c int32) int) {
	n := len(t.Nodes)
	lo, hi := make([]int, n), make([]int, n)
	first = func(c int32) int {
		if c < 0 {
			return int(^c)
		}
		return lo[c]
	}
	end = func(c int32) int {
		if c < 0 {
			return int(^c) + 1
		}
		return hi[c]
	}
	for i := n - 1; i >= 0; i-- {
		lo[i], hi[i] = first(t.Nodes[i].Left), end(t.Nodes[i].Right)
	}
	return first, end
}

func (r *maskRun) add(dst []float64, bins []int32, scratch []uint64) {
	m := scratch[:r.words]
	r.and(m, bins)
	switch {
	case r.width > 1:
		r.sumVectors(dst[r.first:r.first+r.width], m)
	case r.wide:
		sum := dst[r.first]
		for t, w := range m {
			sum += r.values[t*64+bits.TrailingZeros64(w)&63]
		}
		dst[r.first] = sum
	default:
		dst[r.first] = sumPairs(dst[r.first], m, r.values, r.trees)
	}
}

// sumPairs adds the leaves of trees with 32 leaves, two masks a word, in the order of the trees.
func sumPairs(sum float64, m []uint64, values []float64, trees int) float64 {
	m = m[:trees/2]
	for _, w := range m {
		v := values[:64:64]
		sum += v[bits.TrailingZeros64(w)&31]
		sum += v[32+bits.TrailingZeros64(w>>32)&31]
		values = values[64:]
	}
	if trees%2 == 1 {
		sum += values[bits.TrailingZeros64(m[:trees/2+1][trees/2])&31]
	}
	return sum
}

// sumVectors adds leaves of several outputs.
func (r *maskRun) sumVectors(dst []float64, m []uint64) {
	for t := range r.trees {
		var leaf int
		if r.wide {
			leaf = t*64 + bits.TrailingZeros64(m[t])
		} else {
			leaf = t*32 + bits.TrailingZeros64(m[t/2]>>(t%2*32))
		}
		for k, v := range r.values[leaf*r.width : (leaf+1)*r.width] {
			dst[k] += v
		}
	}
}

// and intersects the masks of all features, four features a pass.
func (r *maskRun) and(m []uint64, bins []int32) {
	row := func(j int32) []uint64 {
		at := int(bins[j]) * r.words
		return r.table[at : at+len(m)]
	}
	use := r.use
	switch len(use) % 4 {
	case 0:
		for i := range m {
			m[i] = ^uint64(0)
		}
	case 1:
		copy(m, row(use[0]))
	case 2:
		a, b := row(use[0]), row(use[1])
		for i := range m {
			m[i] = a[i] & b[i]
		}
	case 3:
		a, b, c := row(use[0]), row(use[1]), row(use[2])
		for i := range m {
			m[i] = a[i] & b[i] & c[i]
		}
	}
	for use = use[len(use)%4:]; len(use) > 0; use = use[4:] {
		a, b, c, d := row(use[0]), row(use[1]), row(use[2]), row(use[3])
		a, b, c, d = a[:len(m)], b[:len(m)], c[:len(m)], d[:len(m)]
		for i := range m {
			m[i] &= a[i] & b[i] & (c[i] & d[i])
		}
	}
}
