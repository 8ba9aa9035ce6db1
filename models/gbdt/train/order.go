package train

import "eahas/models/gbdt"

// canonical renumbers the tree's nodes in preorder and leaves from left to right.
func canonical(t *gbdt.Tree, width int) {
	if len(t.Nodes) == 0 {
		return
	}
	nodes := make([]gbdt.Node, 0, len(t.Nodes))
	values := make([]float64, 0, len(t.Values))
	counts := make([]int, 0, len(t.Counts))
	var categories []float64
	var visit func(c int32) int32
	visit = func(c int32) int32 {
		if c < 0 {
			leaf := int(^c)
			values = append(values, t.Values[leaf*width:(leaf+1)*width]...)
			counts = append(counts, t.Counts[leaf])
			return ^int32(len(counts) - 1)
		}
		at := len(nodes)
		nodes = append(nodes, t.Nodes[c])
		if n := &nodes[at]; n.Kind == gbdt.Set {
			set := t.Set(n)
			n.From = int32(len(categories))
			categories = append(categories, set...)
			n.To = int32(len(categories))
		}
		nodes[at].Left = visit(t.Nodes[c].Left)
		nodes[at].Right = visit(t.Nodes[c].Right)
		return int32(at)
	}
	visit(0)
	t.Nodes, t.Categories, t.Values, t.Counts = nodes, categories, values, counts
}
