package onnx

import (
	"fmt"
	"math"

	"eahas/artifacts/export/internal/ensemble"
	"eahas/models/gbdt"
)

// link applies the outputs' links to raw scores.
func (g *graph) link(raw value, m *gbdt.Model) value {
	mask := make([]byte, m.Outputs())
	any := false
	for k := range mask {
		if m.Link(k) == gbdt.Sigmoid {
			mask[k], any = 1, true
		}
	}
	if !any {
		return raw
	}
	return g.where(g.constant(tensor{kind: bools, shape: []int64{1, int64(len(mask))}, raw: mask}),
		g.op("Sigmoid", raw), raw)
}

// trees32 adds a TreeEnsembleRegressor, which every runtime has: x is n x p float, the result n x k float. Thresholds
// are float32 numbers such that float32 values go where they went (see ensemble.Below). The trees come in reversed
// order, because the operator adds float32 numbers and the last trees are the smallest. Kept whole: it is one walk that
// fills the operator's parallel lists, of which each entry has to stand in step with the others.
func (g *graph) trees32(x value, m *gbdt.Model) (value, error) {
	var treeIDs, nodeIDs, features, yes, no, missing []int64
	var modes []string
	var values, weights []float32
	var targetTrees, targetNodes, targets []int64
	all := m.Trees()
	for i := range all {
		t := &all[len(all)-1-i]
		inner := len(t.Nodes)
		child := func(c int32) int64 { // leaves are numbered after the inner nodes
			if c < 0 {
				return int64(inner) + int64(^c)
			}
			return int64(c)
		}
		for j := range t.Nodes {
			n := &t.Nodes[j]
			if n.Kind == gbdt.Set {
				return "", fmt.Errorf("onnx: %w: a category set in single precision", ErrUnsupported)
			}
			modes = append(modes, "BRANCH_LEQ")
			features, values = append(features, int64(n.Column)), append(values, ensemble.Below(n.Threshold))
			yes, no = append(yes, child(n.Left)), append(no, child(n.Right))
			missing = append(missing, bit(n.MissingLeft))
			treeIDs, nodeIDs = append(treeIDs, int64(i)), append(nodeIDs, int64(j))
		}
		for leaf := range t.Leaves() {
			id := int64(inner + leaf)
			modes = append(modes, "LEAF")
			features, values = append(features, 0), append(values, 0)
			yes, no, missing = append(yes, 0), append(no, 0), append(missing, 0)
			treeIDs, nodeIDs = append(treeIDs, int64(i)), append(nodeIDs, id)
			first, width := max(t.Output, 0), 1
			if t.Output < 0 {
				width = m.Outputs()
			}
			for k, v := range t.Values[leaf*width : (leaf+1)*width] {
				targetTrees, targetNodes = append(targetTrees, int64(i)), append(targetNodes, id)
				targets, weights = append(targets, int64(first+k)), append(weights, float32(v))
			}
		}
	}
	if len(all) == 0 {
		modes, features, values = []string{"LEAF"}, []int64{0}, []float32{0}
		yes, no, missing, treeIDs, nodeIDs = []int64{0}, []int64{0}, []int64{0}, []int64{0}, []int64{0}
		targetTrees, targetNodes, targets, weights = []int64{0}, []int64{0}, []int64{0}, []float32{0}
	}
	base := make([]float32, m.Outputs())
	for k := range base {
		base[k] = float32(m.Base(k))
	}
	raw := g.mlOp("TreeEnsembleRegressor", []attribute{
		{"n_targets", int64(m.Outputs())}, {"aggregate_function", "SUM"}, {"post_transform", "NONE"},
		{"base_values", base},
		{"nodes_treeids", treeIDs}, {"nodes_nodeids", nodeIDs}, {"nodes_featureids", features}, {"nodes_modes", modes},
		{"nodes_values", values}, {"nodes_truenodeids", yes}, {"nodes_falsenodeids", no},
		{"nodes_missing_value_tracks_true", missing},
		{"target_treeids", targetTrees}, {"target_nodeids", targetNodes}, {"target_ids", targets},
		{"target_weights", weights},
	}, x)
	return g.link(raw, m), nil
}

// forest holds the arrays of TreeEnsemble.
type forest struct {
	roots, features, yes, no, yesLeaf, noLeaf, missing []int64
	modes                                              []byte
	splits, members, weights                           []float64
	targets                                            []int64
}

// Modes of TreeEnsemble's nodes.
const (
	modeLEQ    = 0
	modeMember = 6
)

// trees64 adds a TreeEnsemble of ai.onnx.ml 5: x is n x p double, the result n x k double, equal to ours but for the
// order of the sums. A leaf of it has one output, so trees with vector leaves are repeated for each.
func (g *graph) trees64(x value, m *gbdt.Model) value {
	g.ml = 5
	var f forest
	bias := make([]float64, m.Outputs())
	for k := range bias {
		bias[k] = m.Base(k)
		for _, t := range ensemble.Terms(m, k) {
			if len(t.Nodes) == 0 {
				bias[k] += t.Value(0)
				continue
			}
			f.add(t, int64(k))
		}
	}
	if len(f.roots) == 0 {
		f.constant()
	}
	vector := func(xs []float64) tensor { return float64Tensor([]int64{int64(len(xs))}, xs...) }
	attributes := []attribute{
		{"n_targets", int64(m.Outputs())}, {"aggregate_function", int64(1)}, {"post_transform", int64(0)},
		{"tree_roots", f.roots}, {"nodes_featureids", f.features},
		{"nodes_modes", tensor{kind: uint8s, shape: []int64{int64(len(f.modes))}, raw: f.modes}},
		{"nodes_splits", vector(f.splits)}, {"nodes_truenodeids", f.yes}, {"nodes_falsenodeids", f.no},
		{"nodes_trueleafs", f.yesLeaf}, {"nodes_falseleafs", f.noLeaf}, {"nodes_missing_value_tracks_true", f.missing},
		{"leaf_targetids", f.targets}, {"leaf_weights", vector(f.weights)},
	}
	if len(f.members) > 0 {
		attributes = append(attributes, attribute{"membership_values", vector(f.members)})
	}
	return g.link(g.add(g.mlOp("TreeEnsemble", attributes, x), g.row(bias...)), m)
}

// add appends one tree.
func (f *forest) add(t ensemble.Term, output int64) {
	node, leaf := int64(len(f.modes)), int64(len(f.weights))
	f.roots = append(f.roots, node)
	child := func(c int32) (id, isLeaf int64) {
		if c < 0 {
			return leaf + int64(^c), 1
		}
		return node + int64(c), 0
	}
	for i := range t.Nodes {
		n := &t.Nodes[i]
		mode, split := byte(modeLEQ), ensemble.Finite(n.Threshold)
		if n.Kind == gbdt.Set {
			mode, split = modeMember, math.NaN()
			f.members = append(append(f.members, t.Set(n)...), math.NaN())
		}
		yes, yesLeaf := child(n.Left)
		no, noLeaf := child(n.Right)
		f.features, f.modes, f.splits = append(f.features, int64(n.Column)), append(f.modes, mode),
			append(f.splits, split)
		f.yes, f.yesLeaf = append(f.yes, yes), append(f.yesLeaf, yesLeaf)
		f.no, f.noLeaf = append(f.no, no), append(f.noLeaf, noLeaf)
		f.missing = append(f.missing, bit(n.MissingLeft))
	}
	for l := range t.Leaves() {
		f.weights, f.targets = append(f.weights, t.Value(l)), append(f.targets, output)
	}
}

// constant makes the one tree that every ensemble needs: it adds 0.
func (f *forest) constant() {
	t := gbdt.Tree{Nodes: []gbdt.Node{{Left: ^0, Right: ^1}}, Values: []float64{0, 0}, Output: 0}
	m := ensemble.Whole(&t)
	f.add(m, 0)
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
