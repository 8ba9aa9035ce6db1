package gbdt

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawTree draws a tree on columns 0 and 1 of numbers, 2 to 4 that are one group, and 5 of categories.
func drawTree(t *rapid.T) Tree {
	nodes := rapid.IntRange(0, 63).Draw(t, "nodes")
	tree := Tree{}
	leaves := int32(0)
	var grow func(n int) int32
	grow = func(n int) int32 {
		if n == 0 {
			leaves++
			return ^(leaves - 1)
		}
		at := int32(len(tree.Nodes))
		one := Node{Column: rapid.IntRange(0, 5).Draw(t, "column"), MissingLeft: rapid.Bool().Draw(t, "missing")}
		switch {
		case one.Column == 5:
			one.Kind, one.From = Set, int32(len(tree.Categories))
			tree.Categories = append(tree.Categories, float64(rapid.IntRange(0, 3).Draw(t, "category")))
			one.To = int32(len(tree.Categories))
		case one.Column >= 2:
			one.Threshold = 0.5
		default:
			one.Threshold = rapid.SampledFrom([]float64{math.Inf(-1), -3, 0, 0.25, 7, math.Inf(1)}).Draw(t, "threshold")
		}
		tree.Nodes = append(tree.Nodes, one)
		left := rapid.IntRange(0, n-1).Draw(t, "left")
		l := grow(left)
		r := grow(n - 1 - left)
		tree.Nodes[at].Left, tree.Nodes[at].Right = l, r
		return at
	}
	grow(nodes)
	tree.Values = make([]float64, leaves)
	return tree
}

// Masks must be those of the simple way, which asks every node about every bin.
func TestMasksAgreeWithEveryNodeAndBin(t *testing.T) {
	checked := 0
	rapid.Check(t, func(t *rapid.T) {
		trees := rapid.SliceOfN(rapid.Custom(drawTree), 1, 40).Draw(t, "trees")
		m, err := New(Parts{Columns: 6, Base: []float64{0}, Link: []Link{Identity}, Groups: [][]int{{2, 3, 4}},
			Trees: trees})
		if err != nil {
			t.Fatal(err)
		}
		c := m.Compile()
		column := newFiller(&c.binner).column
		for _, r := range c.runs {
			if r.masks != nil {
				checked += checkMasks(t, &c.binner, &r, column)
			}
		}
	})
	if checked == 0 {
		t.Error("no masks")
	}
}

// checkMasks holds the masks of a run against the simple way and returns how many there are.
func checkMasks(t *rapid.T, b *binner, r *treeRun, columns []int) (checked int) {
	leaves := r.masks.kind.leaves()
	each := blockLeaves / leaves
	used, column := make([]bool, b.groups), make([]uint64, b.total)
	for word := range r.masks.words {
		for i := range column {
			column[i] = ^uint64(0)
		}
		for k := word * each; k < min(len(r.trees), (word+1)*each); k++ {
			markBins(column, &r.trees[k], b, columns, used, k%each*leaves)
		}
		for bin, want := range column {
			if got := r.masks.table[bin*r.masks.stride+r.masks.at+word]; got != want {
				t.Fatalf("word %d of bin %d is %x, want %x", word, bin, got, want)
			}
			checked++
		}
	}
	var use []int32
	for j, u := range used {
		if u {
			use = append(use, int32(j))
		}
	}
	if !slices.Equal(use, r.masks.use) {
		t.Fatalf("groups %v are used, want %v", r.masks.use, use)
	}
	return checked
}

// markBins clears, bin by bin, the bits of one tree's unreachable leaves, which begin at bit shift, and notes the
// groups that it tests.
func markBins(column []uint64, t *Tree, b *binner, at []int, used []bool, shift int) {
	first, last := t.leafRange()
	for i := range t.Nodes {
		n := &t.Nodes[i]
		f := &b.features[at[n.Column]]
		used[f.group] = true
		split := last(n.Left)
		left := span(first(n.Left), split) << shift
		right := span(split, last(n.Right)) << shift
		cells := column[f.offset : f.offset+f.size]
		for bin := range f.bins() {
			gone := left
			if t.goesLeft(n, f.value(n.Column, bin)) {
				gone = right
			}
			for from := bin * f.stride; from < len(cells); from += f.stride * f.bins() {
				for j := range cells[from : from+f.stride] {
					cells[from+j] &^= gone
				}
			}
		}
	}
}

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
