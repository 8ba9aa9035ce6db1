package lightgbm

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"eahas/artifacts/export/internal/ensemble"
	"eahas/models/gbdt"
)

// Version is the version that stands in the file. LightGBM reads all of them alike.
type Version string

// The versions.
const (
	V4 Version = "v4"
	V3 Version = "v3" // for readers that know no later one
)

// Bits of decision_type (LightGBM, include/LightGBM/tree.h).
const (
	categorical = 1 << 0
	defaultLeft = 1 << 1
	missingNaN  = 2 << 2
)

// Model is one output of an ensemble, ready to be written.
type Model struct {
	Version Version  // empty means V4
	Names   []string // one per column; they pass through Names
	Trees   *gbdt.Model
	Output  int // which output, 0-based
}

// Bytes returns the file's content. The error wraps ensemble.ErrUnsupported for category sets that are not whole
// numbers from 0, or that send missing values to the left: LightGBM sends them to the right.
func (m Model) Bytes() ([]byte, error) {
	if len(m.Names) != m.Trees.Columns() {
		panic("lightgbm: one name for each column is needed")
	}
	var blocks []string
	terms := ensemble.Terms(m.Trees, m.Output)
	if len(terms) == 0 {
		terms = []ensemble.Term{ensemble.Constant(0)}
	}
	for i, t := range terms {
		bias := 0.0
		if i == 0 {
			bias = m.Trees.Base(m.Output)
		}
		block, err := tree(i, t, bias)
		if err != nil {
			return nil, fmt.Errorf("lightgbm: output %d, tree %d: %w", m.Output, i, err)
		}
		blocks = append(blocks, block)
	}
	var b strings.Builder
	m.header(&b, blocks)
	for _, block := range blocks {
		b.WriteString(block)
	}
	b.WriteString("end of trees\n\nfeature_importances:\n\nparameters:\n\nend of " +
		"parameters\n\npandas_categorical:null\n")
	return []byte(b.String()), nil
}

// header writes everything before the first tree.
func (m Model) header(b *strings.Builder, blocks []string) {
	version := m.Version
	if version == "" {
		version = V4
	}
	names := Names(m.Names)
	fmt.Fprintf(b, "tree\nversion=%s\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=%d\n",
		version, len(names)-1)
	if m.Trees.Link(m.Output) == gbdt.Sigmoid {
		b.WriteString("objective=binary sigmoid:1\n")
	} else {
		b.WriteString("objective=regression\n")
	}
	fmt.Fprintf(b, "feature_names=%s\nfeature_infos=%s\ntree_sizes=", strings.Join(names, " "),
		strings.Join(m.infos(), " "))
	for i, block := range blocks {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.Itoa(len(block)))
	}
	b.WriteString("\n\n")
}

// infos describes each column by the range of its thresholds, or as unused.
func (m Model) infos() []string {
	low, high := map[int]float64{}, map[int]float64{}
	sets := map[int]bool{}
	for _, t := range ensemble.Terms(m.Trees, m.Output) {
		for i := range t.Nodes {
			n := &t.Nodes[i]
			if n.Kind == gbdt.Set {
				sets[n.Column] = true
				continue
			}
			x := ensemble.Finite(n.Threshold)
			if _, seen := low[n.Column]; !seen {
				low[n.Column], high[n.Column] = x, x
			}
			low[n.Column], high[n.Column] = min(low[n.Column], x), max(high[n.Column], x)
		}
	}
	out := make([]string, m.Trees.Columns())
	for c := range out {
		out[c] = "none"
		if _, used := low[c]; used || sets[c] {
			out[c] = "[" + real17(low[c]) + ":" + real17(high[c]) + "]"
		}
	}
	return out
}

// tree writes one block, from "Tree=" to the blank lines after it.
func tree(at int, t ensemble.Term, bias float64) (string, error) {
	var features, gains, thresholds, decisions, left, right, values, counts, zeros, innerCounts list
	var sets []uint32
	bounds := []string{"0"}
	for i := range t.Nodes {
		n := &t.Nodes[i]
		decision, threshold := missingNaN, real17(ensemble.Finite(n.Threshold))
		if n.MissingLeft {
			decision |= defaultLeft
		}
		if n.Kind == gbdt.Set {
			words, err := bitset(t.Tree, n)
			if err != nil {
				return "", fmt.Errorf("node %d: %w", i, err)
			}
			decision, threshold = categorical, strconv.Itoa(len(bounds)-1)
			sets = append(sets, words...)
			bounds = append(bounds, strconv.Itoa(len(sets)))
		}
		features.int(n.Column)
		gains = append(gains, strconv.FormatFloat(n.Gain, 'g', 6, 64))
		thresholds = append(thresholds, threshold)
		decisions.int(decision)
		left.int(int(n.Left)) // leaf l is written as ^l, as gbdt has it
		right.int(int(n.Right))
		zeros.int(0)
		innerCounts.int(n.Count)
	}
	for leaf := range t.Leaves() {
		values = append(values, real17(t.Value(leaf)+bias))
		count := 0
		if leaf < len(t.Counts) {
			count = t.Counts[leaf]
		}
		counts.int(count)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Tree=%d\nnum_leaves=%d\nnum_cat=%d\n", at, t.Leaves(), len(bounds)-1)
	b.WriteString("split_feature=" + features.join() + "\nsplit_gain=" + gains.join() + "\nthreshold=" +
		thresholds.join() +
		"\ndecision_type=" + decisions.join() + "\nleft_child=" + left.join() + "\nright_child=" + right.join() +
		"\nleaf_value=" + values.join() + "\nleaf_weight=" + counts.join() + "\nleaf_count=" + counts.join() +
		"\ninternal_value=" + zeros.join() + "\ninternal_weight=" + innerCounts.join() + "\ninternal_count=" +
		innerCounts.join() + "\n")
	if len(sets) > 0 {
		b.WriteString("cat_boundaries=" + strings.Join(bounds, " ") + "\ncat_threshold=")
		for i, w := range sets {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strconv.FormatUint(uint64(w), 10))
		}
		b.WriteByte('\n')
	}
	b.WriteString("is_linear=0\nshrinkage=1\n\n\n")
	return b.String(), nil
}

// maxCategory bounds the bitsets; LightGBM holds categories as int32, but a bit for each number below would be absurd.
const maxCategory = 1 << 20

// bitset gives the categories that go left as words of 32 bits.
func bitset(t *gbdt.Tree, n *gbdt.Node) ([]uint32, error) {
	if n.MissingLeft {
		return nil, fmt.Errorf("%w: missing categories go left", ensemble.ErrUnsupported)
	}
	words := make([]uint32, 1)
	for _, c := range t.Set(n) {
		if !(c >= 0 && c < maxCategory) || c != math.Trunc(c) {
			return nil, fmt.Errorf("%w: category %g is not a whole number in 0..%d", ensemble.ErrUnsupported, c,
				maxCategory-1)
		}
		for int(c)/32 >= len(words) {
			words = append(words, 0)
		}
		words[int(c)/32] |= 1 << (int(c) % 32)
	}
	return words, nil
}

// list is a row of written numbers.
type list []string

func (l *list) int(x int)    { *l = append(*l, strconv.Itoa(x)) }
func (l *list) join() string { return strings.Join(*l, " ") }

// real17 writes x so that reading gives the same bits.
func real17(x float64) string { return strconv.FormatFloat(x, 'g', 17, 64) }
