package gbdt

import (
	"fmt"
	"math"
)

// Parts are what a Model is made of.
type Parts struct {
	Columns int       // p, the length of the rows that are answered for
	Base    []float64 // k raw scores before any tree
	Link    []Link    // k
	Groups  [][]int   // disjoint sets of columns of which at most one was 1 in training, the others 0
	Trees   []Tree    // in the order in which they are added; nodes in preorder, leaves from left to right
	Forest  bool      // the trees are averaged: leaf values are a tree's answer divided by the number of trees
}

// New makes a model of its parts, whose slices it keeps. Parts that do not fit together give an error that wraps
// ErrFormat.
func New(p Parts) (*Model, error) {
	m := &Model{columns: p.Columns, outputs: len(p.Base), base: p.Base, link: p.Link, groups: p.Groups, trees: p.Trees,
		forest: p.Forest}
	if m.columns < 1 || m.columns > maxColumns || m.outputs < 1 || m.outputs > maxOutputs || len(m.link) != m.outputs {
		return nil, fmt.Errorf("%w: %d columns, %d base scores, %d links", ErrFormat, m.columns, m.outputs, len(m.link))
	}
	if err := m.checkGroups(); err != nil {
		return nil, err
	}
	for i := range m.trees {
		if err := m.checkTree(&m.trees[i]); err != nil {
			return nil, fmt.Errorf("%w: tree %d: %w", ErrFormat, i, err)
		}
	}
	if m.forest && !m.isForest() {
		return nil, fmt.Errorf("%w: the trees are not those of a forest", ErrFormat)
	}
	return m, nil
}

func (m *Model) checkGroups() error {
	seen := make([]bool, m.columns)
	for i, g := range m.groups {
		if len(g) < 2 {
			return fmt.Errorf("%w: group %d has %d columns, want 2 at least", ErrFormat, i, len(g))
		}
		for _, c := range g {
			if c < 0 || c >= m.columns || seen[c] {
				return fmt.Errorf("%w: group %d: column %d is not one of %d, or stands in two groups", ErrFormat, i, c,
					m.columns)
			}
			seen[c] = true
		}
	}
	return nil
}

func (m *Model) checkTree(t *Tree) error {
	width := 1
	if t.Output < 0 {
		width = m.outputs
	}
	if t.Output < -1 || t.Output >= m.outputs || len(t.Values) != t.Leaves()*width {
		return fmt.Errorf("output %d of %d, %d leaves with %d values", t.Output, m.outputs, t.Leaves(), len(t.Values))
	}
	sets := int32(0) // categories of the nodes before
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if n.Column < 0 || n.Column >= m.columns || math.IsNaN(n.Threshold) {
			return fmt.Errorf("node %d: column %d of %d, threshold %v", i, n.Column, m.columns, n.Threshold)
		}
		if n.Kind != Set {
			continue
		}
		if n.From != sets || n.To < n.From || int(n.To) > len(t.Categories) {
			return fmt.Errorf("node %d: its categories are %d to %d of %d, and %d stand before", i, n.From, n.To,
				len(t.Categories), sets)
		}
		sets = n.To
		set := t.Set(n)
		for k, c := range set {
			if math.IsNaN(c) || k > 0 && !(set[k-1] < c) {
				return fmt.Errorf("node %d: categories do not ascend", i)
			}
		}
	}
	if int(sets) != len(t.Categories) {
		return fmt.Errorf("%d categories are no node's", len(t.Categories)-int(sets))
	}
	if !t.ordered() {
		return fmt.Errorf("its %d nodes are not a tree in preorder with leaves from left to right", len(t.Nodes))
	}
	return nil
}

// ordered reports whether the tree is in canonical order.
func (t *Tree) ordered() bool {
	node, leaf := 0, 0
	var visit func(c int32) bool
	visit = func(c int32) bool {
		if c < 0 {
			leaf++
			return int(^c) == leaf-1
		}
		if int(c) != node || node == len(t.Nodes) {
			return false
		}
		node++
		return visit(t.Nodes[c].Left) && visit(t.Nodes[c].Right)
	}
	return len(t.Nodes) == 0 || visit(0) && node == len(t.Nodes)
}
