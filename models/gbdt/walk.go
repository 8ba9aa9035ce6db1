package gbdt

// walkRun evaluates trees that are too large for masks: nodes in one array, siblings side by side, so that a step is
// a comparison added to an index.
type walkRun struct {
	nodes  []step
	roots  []int32
	sets   []*Tree   // trees with category sets, walked as they are; nil: in nodes
	values []float64 // leaves of all trees x width
	leaf0  []int32   // first leaf of each tree
	first  int
	width  int
}

// step is a node; the children are nodes[next] and nodes[next+1]. A leaf has next = ^leaf.
type step struct {
	threshold float64
	column    int32 // ^column: missing values go left
	next      int32
}

func newWalkRun(trees []Tree, output, width int) *walkRun {
	r := &walkRun{first: output, width: width, sets: make([]*Tree, len(trees))}
	for i := range trees {
		t := &trees[i]
		r.leaf0 = append(r.leaf0, int32(len(r.values)/width))
		r.values = append(r.values, t.Values...)
		r.roots = append(r.roots, int32(len(r.nodes)))
		for j := range t.Nodes {
			if t.Nodes[j].Kind == Set {
				r.sets[i] = t
			}
		}
		if r.sets[i] == nil {
			r.flatten(t)
		}
	}
	return r
}

// flatten appends the nodes of t, level by level.
func (r *walkRun) flatten(t *Tree) {
	queue := []int32{0}
	if len(t.Nodes) == 0 {
		queue[0] = ^0
	}
	base := int32(len(r.nodes))
	for at := 0; at < len(queue); at++ {
		c := queue[at]
		if c < 0 {
			r.nodes = append(r.nodes, step{next: c})
			continue
		}
		n := &t.Nodes[c]
		s := step{threshold: n.Threshold, column: int32(n.Column), next: base + int32(len(queue))}
		if n.MissingLeft {
			s.column = ^s.column
		}
		r.nodes = append(r.nodes, s)
		queue = append(queue, n.Left, n.Right)
	}
}

func (r *walkRun) add(dst, x []float64) {
	dst = dst[r.first : r.first+r.width]
	for i, at := range r.roots {
		leaf := 0
		if t := r.sets[i]; t != nil {
			leaf = t.Leaf(x)
		} else {
			leaf = r.find(at, x)
		}
		leaf += int(r.leaf0[i])
		if len(dst) == 1 {
			dst[0] += r.values[leaf]
			continue
		}
		for k, v := range r.values[leaf*len(dst):][:len(dst)] {
			dst[k] += v
		}
	}
}

// find walks from node at to a leaf.
func (r *walkRun) find(at int32, x []float64) int {
	for {
		n := &r.nodes[at]
		if n.next < 0 {
			return int(^n.next)
		}
		c := n.column
		v := x[c^(c>>31)]
		var right int32
		if !(v <= n.threshold) {
			right = 1
		}
		if v != v && c < 0 {
			right = 0
		}
		at = n.next + right
	}
}
