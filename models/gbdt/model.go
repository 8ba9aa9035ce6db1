package gbdt

import (
	"fmt"
	"math"

	"eahas/models"
)

// Model is an ensemble as it is trained, stored and exported: a base score per output plus a sum of trees.
// It is immutable and safe for concurrent use. New and Decode make one; Compile makes the form that answers fast.
type Model struct {
	columns int
	outputs int
	base    []float64 // length outputs
	link    []Link    // length outputs
	groups  [][]int   // disjoint sets of columns of which at most one was 1 in training, the others 0
	trees   []Tree
	forest  bool // the trees are averaged: leaf values are a tree's answer divided by the number of trees
}

// Link maps a raw score to a prediction.
type Link uint8

const (
	// Identity leaves the raw score as it is.
	Identity Link = iota
	// Sigmoid maps it to a probability by 1/(1+exp(-f)).
	Sigmoid
)

var _ models.Predictor = (*Model)(nil)

// Columns returns p, the length of the rows that Predict takes.
func (m *Model) Columns() int { return m.columns }

// Outputs returns k.
func (m *Model) Outputs() int { return m.outputs }

// Base returns the raw score of output k before any tree.
func (m *Model) Base(k int) float64 { return m.base[k] }

// Link returns what turns the raw score of output k into a prediction.
func (m *Model) Link(k int) Link { return m.link[k] }

// Trees returns the trees in the order in which Predict adds them: by output, and by round inside an output.
// Callers must not change them.
func (m *Model) Trees() []Tree { return m.trees }

// Groups returns the column sets that were split as one-hot groups. Callers must not change them.
func (m *Model) Groups() [][]int { return m.groups }

// Predict walks every tree for row x (length p, NaN = missing) and writes the k predictions into dst; a nil dst is
// allocated. It panics when x or a non-nil dst has the wrong length.
func (m *Model) Predict(dst, x []float64) []float64 {
	dst = m.Raw(dst, x)
	for k := range dst {
		dst[k] = m.link[k].Apply(dst[k])
	}
	return dst
}

// Raw is Predict without the links.
func (m *Model) Raw(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, m.outputs)
	}
	if len(x) != m.columns || len(dst) != m.outputs {
		panic("gbdt: Predict: wrong length of x or dst")
	}
	copy(dst, m.base)
	for i := range m.trees {
		t := &m.trees[i]
		leaf := t.Leaf(x)
		if t.Output >= 0 {
			dst[t.Output] += t.Values[leaf]
			continue
		}
		for k, v := range t.Values[leaf*m.outputs : (leaf+1)*m.outputs] {
			dst[k] += v
		}
	}
	return dst
}

// Apply returns the prediction of raw score f.
func (l Link) Apply(f float64) float64 {
	if l == Sigmoid {
		return 1 / (1 + math.Exp(-f))
	}
	return f
}

// Importance returns the summed gain of the splits on each column.
func (m *Model) Importance() []float64 {
	out := make([]float64, m.columns)
	for i := range m.trees {
		for j := range m.trees[i].Nodes {
			n := &m.trees[i].Nodes[j]
			out[n.Column] += n.Gain
		}
	}
	return out
}

// String tells the size.
func (m *Model) String() string {
	leaves := 0
	for i := range m.trees {
		leaves += m.trees[i].Leaves()
	}
	return fmt.Sprintf("gbdt: %d trees with %d leaves, %d columns, %d outputs", len(m.trees), leaves, m.columns,
		m.outputs)
}
