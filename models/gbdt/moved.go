package gbdt

import "slices"

// Move says where a column of the rows that a model was trained on stands in other rows, and how its numbers follow
// from theirs: Shift + Scale * x.
type Move struct {
	To           int
	Shift, Scale float64 // Scale > 0
}

// Moved returns the model for other rows, of the given number of columns: column j of the training's rows follows from
// moves[j]. Thresholds move, so that answers are those of before but for rounding at a threshold.
func (m *Model) Moved(columns int, moves []Move) (*Model, error) {
	p := Parts{Columns: columns, Base: m.base, Link: m.link, Forest: m.forest}
	for _, g := range m.groups {
		to := make([]int, len(g))
		for i, c := range g {
			to[i] = moves[c].To
		}
		slices.Sort(to)
		p.Groups = append(p.Groups, to)
	}
	for _, t := range m.trees {
		t.Nodes, t.Categories = slices.Clone(t.Nodes), slices.Clone(t.Categories)
		for i := range t.Nodes {
			n := &t.Nodes[i]
			move := moves[n.Column]
			n.Column = move.To
			if move.Shift == 0 && move.Scale == 1 {
				continue
			}
			n.Threshold = (n.Threshold - move.Shift) / move.Scale
			set := t.Set(n) // of the clone; empty for a threshold
			for k := range set {
				set[k] = (set[k] - move.Shift) / move.Scale
			}
		}
		p.Trees = append(p.Trees, t)
	}
	return New(p)
}

// Raised returns the model with by[k] added to output k of rows that have a column above 1/2.
func (m *Model) Raised(column int, by []float64) (*Model, error) {
	t := Tree{Nodes: []Node{{Column: column, Threshold: 0.5, MissingLeft: true, Left: ^0, Right: ^1}},
		Values: make([]float64, 2*len(by)), Counts: []int{0, 0}, Output: -1}
	copy(t.Values[len(by):], by)
	if len(by) == 1 {
		t.Output = 0
	}
	return New(Parts{Columns: m.columns, Base: m.base, Link: m.link, Groups: m.groups,
		Trees: append(slices.Clone(m.trees), t)})
}
