package gbdt

import "slices"

// Kind says how a Node decides.
type Kind uint8

const (
	// Threshold sends x <= Threshold to the left.
	Threshold Kind = iota
	// Set sends the categories in Left to the left and all others to the right.
	Set
)

// Node is an inner node of a Tree. Children >= 0 are nodes of the same tree; a child c < 0 is leaf ^c.
// It holds no pointer, so that the garbage collector of a server passes over the nodes of its thousands of trees.
type Node struct {
	Kind        Kind    // how
	MissingLeft bool    // NaN goes left
	Column      int     // column of the frame that is tested
	Threshold   float64 // Kind Threshold: finite, or +Inf for "not missing"
	From, To    int32   // Kind Set: the codes that go left are Tree.Categories[From:To], ascending
	Left, Right int32
	// reduction of the training loss, in units of the (for multi-output: standardised) targets squared
	Gain  float64
	Count int // training rows that passed
}

// Tree is one regression tree in canonical order: nodes in preorder, leaves from left to right.
// A tree without nodes has one leaf.
type Tree struct {
	Nodes      []Node
	Categories []float64 // of the nodes of Kind Set, one node's after the other's
	Values     []float64 // leaves x width, row-major; the learning rate is in them
	Counts     []int     // training rows per leaf
	Output     int       // the output that the tree adds to; -1: leaves hold one value for each output
}

// Leaves returns the number of leaves.
func (t *Tree) Leaves() int { return len(t.Nodes) + 1 }

// Set returns the categories that node n of Kind Set sends to the left, ascending. It is empty for a
// node of Kind Threshold. Callers must not change them.
func (t *Tree) Set(n *Node) []float64 {
	if n.Kind != Set {
		return nil
	}
	return t.Categories[n.From:n.To:n.To]
}

// goesLeft decides at node n for the value x of its column.
func (t *Tree) goesLeft(n *Node, x float64) bool {
	if x != x {
		return n.MissingLeft
	}
	if n.Kind == Set {
		_, ok := slices.BinarySearch(t.Set(n), x)
		return ok
	}
	return x <= n.Threshold
}

// Leaf returns the leaf that row x (NaN = missing) falls into.
func (t *Tree) Leaf(x []float64) int {
	if len(t.Nodes) == 0 {
		return 0
	}
	for i := int32(0); ; {
		n := &t.Nodes[i]
		if t.goesLeft(n, x[n.Column]) {
			i = n.Left
		} else {
			i = n.Right
		}
		if i < 0 {
			return int(^i)
		}
	}
}
