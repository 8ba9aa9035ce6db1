package xgboost

import (
	"fmt"
	"slices"
	"strconv"

	"eahas/artifacts/export/internal/ensemble"
	"eahas/models/gbdt"
)

// Model is an ensemble ready to be written.
type Model struct {
	Names  []string // one per column; they pass through Names
	Trees  *gbdt.Model
	Vector bool // keep vector leaves; all trees must have them
}

// JSON returns the content of a .json file. The error wraps ensemble.ErrUnsupported when Vector is set and a tree has
// other leaves, when outputs have different links, or for category sets that are not whole numbers from 0.
func (m Model) JSON() ([]byte, error) {
	d, err := m.document()
	if err != nil {
		return nil, err
	}
	return append(appendJSON(nil, d), '\n'), nil
}

// UBJSON returns the content of a .ubj file; the errors are those of JSON.
func (m Model) UBJSON() ([]byte, error) {
	d, err := m.document()
	if err != nil {
		return nil, err
	}
	return appendUBJSON(nil, d), nil
}

func (m Model) document() (object, error) {
	if len(m.Names) != m.Trees.Columns() {
		panic("xgboost: one name for each column is needed")
	}
	objective, err := m.objective()
	if err != nil {
		return nil, err
	}
	build := m.scalar
	if m.Vector {
		build = m.vector
	}
	trees, info, rounds, err := build()
	if err != nil {
		return nil, err
	}
	indptr := make(list, len(rounds))
	for i, r := range rounds {
		indptr[i] = r
	}
	base := "0E0"
	if m.Trees.Link(0) == gbdt.Sigmoid {
		base = "5E-1" // it is a probability there, and its margin is 0
	}
	types := slices.Repeat([]string{"float"}, len(m.Names))
	for _, c := range m.categorical() {
		types[c] = "c"
	}
	return object{
		{"learner", object{
			{"attributes", object{}},
			{"feature_names", Names(m.Names)},
			{"feature_types", types},
			{"gradient_booster", object{
				{"model", object{
					{"gbtree_model_param", object{{"num_parallel_tree", "1"}, {"num_trees", strconv.Itoa(len(trees))},
						{"size_leaf_vector", "0"}}},
					{"iteration_indptr", indptr},
					{"tree_info", info},
					{"trees", trees},
				}},
				{"name", "gbtree"},
			}},
			{"learner_model_param", object{
				{"base_score", base}, {"boost_from_average", "1"}, {"num_class", "0"},
				{"num_feature", strconv.Itoa(m.Trees.Columns())}, {"num_target", strconv.Itoa(m.Trees.Outputs())},
			}},
			{"objective", object{{"name", objective}, {"reg_loss_param", object{{"scale_pos_weight", "1"}}}}},
		}},
		{"version", list{1, 7, 6}}, // the oldest one that it was tried with; newer ones read it
	}, nil
}

// objective says what is done with the sum.
func (m Model) objective() (string, error) {
	for k := range m.Trees.Outputs() {
		if m.Trees.Link(k) != m.Trees.Link(0) {
			return "", fmt.Errorf("xgboost: %w: outputs 0 and %d have different links", ensemble.ErrUnsupported, k)
		}
	}
	if m.Trees.Link(0) == gbdt.Sigmoid {
		return "binary:logistic", nil
	}
	return "reg:squarederror", nil
}

// categorical lists the columns that category sets test.
func (m Model) categorical() []int {
	var out []int
	trees := m.Trees.Trees()
	for i := range trees {
		for j := range trees[i].Nodes {
			if n := &trees[i].Nodes[j]; n.Kind == gbdt.Set && !slices.Contains(out, n.Column) {
				out = append(out, n.Column)
			}
		}
	}
	return out
}

// scalar gives each output its own trees, round by round. Outputs with fewer trees begin with empty ones: XGBoost 1.7
// counts rounds by dividing.
func (m Model) scalar() (trees, info list, rounds []int, err error) {
	k := m.Trees.Outputs()
	terms, longest := make([][]ensemble.Term, k), 0
	for o := range k {
		terms[o] = ensemble.Terms(m.Trees, o)
		slices.Reverse(terms[o])
		terms[o] = append(terms[o], ensemble.Constant(m.Trees.Base(o)))
		longest = max(longest, len(terms[o]))
	}
	for r := range longest {
		rounds = append(rounds, len(trees))
		for o := range k {
			t := ensemble.Constant(0)
			if at := r - (longest - len(terms[o])); at >= 0 {
				t = terms[o][at]
			}
			value := func(leaf int) []float32 { return []float32{float32(t.Value(leaf))} }
			d, err := m.tree(len(trees), t.Tree, 1, value)
			if err != nil {
				return nil, nil, nil, fmt.Errorf("xgboost: output %d: %w", o, err)
			}
			trees, info = append(trees, d), append(info, o)
		}
	}
	return trees, info, append(rounds, len(trees)), nil
}

// vector writes the trees as they are.
func (m Model) vector() (trees, info list, rounds []int, err error) {
	k := m.Trees.Outputs()
	if !ensemble.Vectors(m.Trees) || k < 2 {
		return nil, nil, nil, fmt.Errorf("xgboost: %w: not all trees have vector leaves", ensemble.ErrUnsupported)
	}
	all := m.Trees.Trees()
	base := gbdt.Tree{Output: -1, Counts: []int{0}}
	for o := range k {
		base.Values = append(base.Values, m.Trees.Base(o))
	}
	for i := range len(all) + 1 {
		t := &base
		if i < len(all) {
			t = &all[len(all)-1-i]
		}
		value := func(leaf int) []float32 {
			out := make([]float32, k)
			for o := range out {
				out[o] = float32(t.Values[leaf*k+o])
			}
			return out
		}
		d, err := m.tree(i, t, k, value)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("xgboost: tree %d: %w", i, err)
		}
		rounds = append(rounds, i)
		trees, info = append(trees, d), append(info, 0)
	}
	return trees, info, append(rounds, len(trees)), nil
}
