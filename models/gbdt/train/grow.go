package train

import (
	"context"
	"math"
	"slices"

	"eahas/models/gbdt"
)

// leaf is a leaf of the tree that is growing.
type leaf struct {
	id         int // its number among the leaves
	first, end int // its rows are grower.idx[first:end]; in records, end - first of them
	slot       int // its histogram in the pool; -1: none
	depth      int
	node       int // the parent node, -1 at the root
	right      bool
	lo, hi     float64 // its value must stay inside (monotone constraints)
	sum, left  []int64 // cells of all rows and of the left rows of the best split
	score      float64
	best       split
}

// rows returns the number of rows.
func (l *leaf) rows() int { return l.end - l.first }

// bounded reports whether a monotone constraint above has narrowed the leaf's range.
func (l *leaf) bounded() bool { return l.lo > math.Inf(-1) || l.hi < math.Inf(1) }

// grown is an inner node of the tree that is growing; children < 0 are leaves.
type grown struct {
	split
	left, right int32
	count       int
}

// grower grows trees leaf by leaf, the leaf with the largest gain first. It keeps its buffers between trees.
type grower struct {
	m       *matrix
	p       *Params
	cells   cells
	search  *search
	few     *few     // nil: every leaf has a histogram
	records *records // where the rows are; nil: in idx
	idx     []int32  // row numbers, the rows of a leaf side by side and ascending
	tmp     []int32
	pool    []int64 // histograms
	free    []int
	leaves  []leaf
	parent  leaf // that is being divided
	nodes   []grown
	draft   []gbdt.Node // of the tree, before they are in order
	sums    []int64
	use     []int // features that this tree may use
	table   [256]uint8
}

func newGrower(m *matrix, p *Params, c cells) *grower {
	g := &grower{m: m, p: p, cells: c, search: newSearch(m, c, p)}
	g.few = newFew(m, p, c, g.search)
	g.use = make([]int, len(m.features))
	for j := range g.use {
		g.use[j] = j
	}
	return g
}

// index makes the row numbers, for growers without records.
func (g *grower) index() *grower {
	g.m.index()
	g.idx, g.tmp = make([]int32, g.m.n), make([]int32, g.m.n)
	return g
}

// grow grows a tree on the rows in g.idx[:n], or on all records, and leaves its shape in g.leaves and g.nodes.
func (g *grower) grow(ctx context.Context, n int) error {
	g.leaves, g.nodes, g.sums, g.free = g.leaves[:0], g.nodes[:0], g.sums[:0], g.free[:0]
	for s := g.slots() - 1; s >= 0; s-- {
		g.free = append(g.free, s)
	}
	root := g.newLeaf(leaf{end: n, slot: -1, node: -1, lo: math.Inf(-1), hi: math.Inf(1)})
	root.slot = g.take()
	if g.records != nil {
		g.records.begin()
	}
	h := g.hist(root.slot)
	g.fill(h, root)
	g.total(root, h)
	g.consider(root)
	for len(g.leaves) < g.p.Leaves {
		best, gain := -1, 0.0
		for k := range g.leaves {
			if l := &g.leaves[k]; l.best.gain > gain {
				best, gain = k, l.best.gain
			}
		}
		if best < 0 {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		l, r := g.divide(best)
		if g.searched(l, r, len(g.leaves)) {
			g.histograms(l, r)
		} else {
			g.release(l)
		}
	}
	return nil
}

// slots returns the number of histograms that can be alive at a time: one per leaf that may still be split.
func (g *grower) slots() int {
	most := max(1, g.m.n/max(1, g.p.MinChildCount))
	return min(g.p.Leaves, most) + 1
}

// take returns a free histogram slot.
func (g *grower) take() int {
	s := g.free[len(g.free)-1]
	g.free = g.free[:len(g.free)-1]
	size := g.m.total * g.cells.width()
	if need := (s + 1) * size; len(g.pool) < need {
		pool := make([]int64, min(max(need, 2*len(g.pool)), g.slots()*size))
		copy(pool, g.pool[:min(len(g.pool), s*size)])
		g.pool = pool
	}
	return s
}

// hist returns the histogram of a slot.
func (g *grower) hist(slot int) []int64 {
	size := g.m.total * g.cells.width()
	return g.pool[slot*size : (slot+1)*size]
}

// newLeaf appends l with cells of its own.
func (g *grower) newLeaf(l leaf) *leaf {
	w := g.cells.width()
	if len(g.sums)+2*w > cap(g.sums) {
		g.sums = make([]int64, 0, max(64*w, 2*cap(g.sums))) // older leaves keep the old array
	}
	at := len(g.sums)
	g.sums = g.sums[:at+2*w]
	l.sum, l.left = g.sums[at:at+w:at+w], g.sums[at+w:at+2*w:at+2*w]
	l.id = len(g.leaves)
	g.leaves = append(g.leaves, l)
	return &g.leaves[len(g.leaves)-1]
}

// total sums the cells of the first feature.
func (g *grower) total(l *leaf, h []int64) {
	w := len(l.sum)
	clear(l.sum)
	for b := range g.m.features[0].bins {
		for k := range w {
			l.sum[k] += h[b*w+k]
		}
	}
}

// splittable reports whether a leaf may have children.
func (g *grower) splittable(l *leaf) bool {
	return l.rows() >= 2*g.p.MinChildCount && (g.p.MaxDepth == 0 || l.depth < g.p.MaxDepth)
}

// consider finds the best split of a leaf that has a histogram, or few rows.
func (g *grower) consider(l *leaf) {
	l.best = split{feature: -1}
	l.score = g.cells.score(l.sum, l.lo, l.hi)
	byRows := g.few.fits(l)
	switch {
	case !g.splittable(l):
	case byRows:
		g.few.run(g, l)
	default:
		g.search.run(l, g.hist(l.slot), g.use)
	}
	if l.best.feature < 0 || byRows { // the children of few rows are fewer
		g.release(l)
	}
}

func (g *grower) release(l *leaf) {
	if l.slot >= 0 {
		g.free = append(g.free, l.slot)
		l.slot = -1
	}
}

// fill counts the rows of a leaf in histogram h.
func (g *grower) fill(h []int64, l *leaf) {
	if g.records != nil {
		g.records.fill(h, l)
		return
	}
	g.cells.fill(h, g.idx[l.first:l.end])
}

// searched reports whether the children of a split are looked at, when it leaves that many leaves.
func (g *grower) searched(l, r *leaf, leaves int) bool {
	return leaves < g.p.Leaves && (g.splittable(l) || g.splittable(r))
}

// part moves the row numbers of a leaf that go left by its best split before the others and returns how many they are.
func (g *grower) part(l *leaf) int {
	if g.records != nil {
		return g.cells.count(l.left)
	}
	l.best.table(&g.m.features[l.best.feature], &g.table)
	return partition(g.idx[l.first:l.end], g.tmp, g.m.cols[l.best.feature], &g.table)
}

// divide splits leaf k by its best split: leaf k becomes the left child, a new leaf the right one.
// The left child keeps the parent's histogram slot.
func (g *grower) divide(k int) (l, r *leaf) {
	g.parent = g.leaves[k]
	parent := &g.parent
	f := &g.m.features[parent.best.feature]
	nl := g.part(parent)
	node := len(g.nodes)
	g.nodes = append(g.nodes, grown{split: parent.best, left: ^int32(k), right: ^int32(len(g.leaves)),
		count: parent.rows()})
	if parent.node >= 0 {
		if p := &g.nodes[parent.node]; parent.right {
			p.right = int32(node)
		} else {
			p.left = int32(node)
		}
	}
	child := leaf{depth: parent.depth + 1, slot: -1, node: node, lo: parent.lo, hi: parent.hi}
	child.first, child.end, child.right = parent.first+nl, parent.end, true
	r = g.newLeaf(child)
	l = &g.leaves[k]
	for i, v := range parent.sum {
		r.sum[i] = v - parent.left[i]
		l.sum[i] = parent.left[i]
	}
	l.end, l.depth, l.node, l.right, l.best = parent.first+nl, child.depth, node, false, split{feature: -1}
	g.narrow(l, r, f.monotone)
	if g.records != nil {
		small := smaller(l, r)
		g.records.split(parent, r, small, g.searched(l, r, len(g.leaves)) && !g.few.fits(small))
	}
	return l, r
}

// smaller returns the leaf with fewer rows, l where they have equally many.
func smaller(l, r *leaf) *leaf {
	if r.rows() < l.rows() {
		return r
	}
	return l
}

// histograms fills the histogram of the smaller child, gets the other's by subtraction, and searches both. Children of
// few rows get none.
func (g *grower) histograms(l, r *leaf) {
	small, large := smaller(l, r), r
	if small == r {
		large = l
	}
	parent := l.slot
	l.slot = -1
	switch {
	case g.few.fits(large):
		if parent >= 0 {
			g.free = append(g.free, parent)
		}
	case g.few.fits(small):
		large.slot = parent
		g.few.withdraw(g.hist(parent), g, small)
	default:
		small.slot = g.take()
		large.slot = parent
		g.fill(g.hist(small.slot), small)
		subtract(g.hist(large.slot), g.hist(small.slot))
	}
	g.consider(l)
	g.consider(r)
}

// narrow gives the children of a monotone split the halves of the range that keep them apart.
func (g *grower) narrow(l, r *leaf, monotone int8) {
	if monotone == 0 {
		return
	}
	var vl, vr [1]float64
	g.cells.value(vl[:], l.sum, l.lo, l.hi)
	g.cells.value(vr[:], r.sum, r.lo, r.hi)
	mid := vl[0]/2 + vr[0]/2
	if monotone > 0 {
		l.hi, r.lo = mid, mid
	} else {
		l.lo, r.hi = mid, mid
	}
}

// tree makes the Tree from the grown shape and the leaf values (leaves x width).
func (g *grower) tree(values []float64, width, output int) gbdt.Tree {
	g.draft = slices.Grow(g.draft[:0], len(g.nodes))[:len(g.nodes)]
	t := gbdt.Tree{Values: values, Output: output, Counts: make([]int, len(g.leaves)),
		Nodes: g.draft[:len(g.draft):len(g.draft)]}
	for k := range g.leaves {
		t.Counts[k] = g.leaves[k].rows()
	}
	for i := range g.nodes {
		n := &g.nodes[i]
		node := n.split.node(&g.m.features[n.feature], &t)
		node.Gain, node.Count, node.Left, node.Right = n.gain/2, n.count, n.left, n.right
		t.Nodes[i] = node
	}
	canonical(&t, width)
	return t
}

// leafOf walks the grown tree for training row i.
func (g *grower) leafOf(i int32) int {
	if len(g.nodes) == 0 {
		return 0
	}
	for at := int32(0); ; {
		n := &g.nodes[at]
		if n.goesLeft(&g.m.features[n.feature], int(g.m.cols[n.feature][i])) {
			at = n.left
		} else {
			at = n.right
		}
		if at < 0 {
			return int(^at)
		}
	}
}
