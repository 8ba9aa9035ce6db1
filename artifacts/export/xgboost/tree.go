package xgboost

import (
	"fmt"
	"math"
	"strconv"

	"eahas/artifacts/export/internal/ensemble"
	"eahas/models/gbdt"
)

// maxCategory is the first number that XGBoost does not take for a category.
const maxCategory = 1 << 24

// nodes is a tree in XGBoost's form: nodes level by level, so that siblings stand side by side.
type nodes struct {
	left, right, parents, splits    []int32
	missingLeft, kind               []uint8
	conditions                      []float32
	categoryNodes, categories       []int32
	categorySegments, categorySizes []int64
	leafWeights                     []float32
	width                           int
	value                           func(leaf int) []float32
}

// tree writes one tree. value gives a leaf's numbers, width of them.
func (m Model) tree(id int, t *gbdt.Tree, width int, value func(leaf int) []float32) (object, error) {
	n := nodes{width: width, value: value}
	if err := n.fill(t); err != nil {
		return nil, err
	}
	count := len(n.left)
	zeros := make([]float32, count)
	weights := zeros
	if width > 1 {
		weights = make([]float32, count*width)
		n.parents[0] = -1
	}
	d := object{
		{"base_weights", weights},
		{"categories", n.categories},
		{"categories_nodes", n.categoryNodes},
		{"categories_segments", n.categorySegments},
		{"categories_sizes", n.categorySizes},
		{"default_left", n.missingLeft},
		{"id", id},
		{"left_children", n.left},
		{"loss_changes", zeros},
		{"parents", n.parents},
		{"right_children", n.right},
		{"split_conditions", n.conditions},
		{"split_indices", n.splits},
		{"split_type", n.kind},
		{"sum_hessian", zeros},
		{"tree_param", object{
			{"num_deleted", "0"}, {"num_feature", strconv.Itoa(m.Trees.Columns())},
			{"num_nodes", strconv.Itoa(count)}, {"size_leaf_vector", strconv.Itoa(width)},
		}},
	}
	if width > 1 {
		d = append(d, member{"leaf_weights", n.leafWeights})
	}
	return d, nil
}

// fill walks the tree level by level.
func (n *nodes) fill(t *gbdt.Tree) error {
	type child struct {
		of     int32 // our node, or ^leaf
		parent int32
	}
	queue := []child{{of: 0, parent: math.MaxInt32}}
	if len(t.Nodes) == 0 {
		queue[0].of = ^0
	}
	for at := 0; at < len(queue); at++ {
		c := queue[at]
		n.parents = append(n.parents, c.parent)
		if c.of < 0 {
			n.leaf(int(^c.of))
			continue
		}
		node := &t.Nodes[c.of]
		n.left = append(n.left, int32(len(queue)))
		n.right = append(n.right, int32(len(queue)+1))
		left, right := node.Left, node.Right
		if node.Kind == gbdt.Set {
			left, right = right, left // XGBoost sends the listed categories to the right, and all others to the left
		}
		queue = append(queue, child{left, int32(at)}, child{right, int32(at)})
		if err := n.inner(at, t, node); err != nil {
			return fmt.Errorf("node %d: %w", c.of, err)
		}
	}
	return nil
}

// leaf adds a leaf. Its value stands where an inner node has its condition, or in leaf_weights when it is a vector.
func (n *nodes) leaf(l int) {
	v := n.value(l)
	right, condition := int32(-1), v[0]
	if n.width > 1 {
		right, condition = int32(len(n.leafWeights)/n.width), 0
		n.leafWeights = append(n.leafWeights, v...)
	}
	n.left, n.right = append(n.left, -1), append(n.right, right)
	n.conditions, n.splits = append(n.conditions, condition), append(n.splits, 0)
	n.missingLeft, n.kind = append(n.missingLeft, 0), append(n.kind, 0)
}

// inner adds what a node tests.
func (n *nodes) inner(at int, t *gbdt.Tree, node *gbdt.Node) error {
	set := node.Kind == gbdt.Set
	condition := float32(0)
	if !set {
		condition = min(math.MaxFloat32, math.Nextafter32(ensemble.Below(node.Threshold), float32(math.Inf(1))))
	} else if err := n.set(at, t.Set(node)); err != nil {
		return err
	}
	n.conditions, n.splits = append(n.conditions, condition), append(n.splits, int32(node.Column))
	n.missingLeft, n.kind = append(n.missingLeft, bit(node.MissingLeft != set)), append(n.kind, bit(set))
	return nil
}

func bit(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// set notes the categories of node at.
func (n *nodes) set(at int, categories []float64) error {
	n.categoryNodes = append(n.categoryNodes, int32(at))
	n.categorySegments = append(n.categorySegments, int64(len(n.categories)))
	n.categorySizes = append(n.categorySizes, int64(len(categories)))
	for _, c := range categories {
		if !(c >= 0 && c < maxCategory) || c != math.Trunc(c) {
			return fmt.Errorf("%w: category %g is not a whole number in 0..%d", ensemble.ErrUnsupported, c,
				maxCategory-1)
		}
		n.categories = append(n.categories, int32(c))
	}
	return nil
}
