package gbdt

import (
	"bytes"
	"encoding"
	"fmt"
	"math"

	"eahas/models"
	"eahas/models/internal/wire"
)

// A magic word opens the bytes of a model; its last character is the version. The second version says that the trees
// are a forest, and is else the first.
const (
	magic       = "EAGBDT1\x00"
	magicForest = "EAGBDT2\x00"
)

// Limits of what Decode accepts, far above what Train makes.
const (
	maxColumns = math.MaxUint16
	maxOutputs = 1 << 20
)

// Flags of a node in the binary form.
const (
	flagSet         = 1 << iota // category set instead of a threshold
	flagMissingLeft             // NaN goes left
	flagLeftLeaf                // the left child is a leaf
	flagRightLeaf               // the right child is a leaf
)

var (
	_ encoding.BinaryAppender = (*Model)(nil)
	_ encoding.BinaryAppender = (*Compiled)(nil)
	_ models.Freezer          = (*Model)(nil)
)

// AppendBinary appends the model's bytes, all little-endian:
//
//	magic "EAGBDT1\0", of a forest "EAGBDT2\0" | u32 columns p | u32 outputs k | k x (f64 base,
//	    u8 link: 0 identity, 1 sigmoid)
//	u32 groups, each: u32 count, count x u32 column
//	u32 trees, each:
//	  u32 inner nodes n | u32 output + 1, or 0: leaves hold k values
//	  n nodes in preorder, each: u8 flags (1 category set, 2 NaN goes left, 4 left child is a leaf, 8 right child is a
//	    leaf) | u32 column | f64 threshold (x <= threshold goes left), or u32 count, count x f64 category (they go
//	    left), ascending
//	  n+1 leaves from left to right, each: f64 value, or k of them
//
// A prediction is link(base + the trees' leaf values, added in order). In a forest every leaf value is a tree's answer
// divided by the number of trees; its trees hold all outputs, or there are equally many for the first output, the
// second, and so on. Gains and row counts of the training are not kept.
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	if m.forest {
		b = append(b, magicForest...)
	} else {
		b = append(b, magic...)
	}
	b = wire.AppendU32(b, m.columns)
	b = wire.AppendU32(b, m.outputs)
	for k, v := range m.base {
		b = append(wire.AppendF64(b, v), byte(m.link[k]))
	}
	b = wire.AppendU32(b, len(m.groups))
	for _, g := range m.groups {
		b = wire.AppendU32(b, len(g))
		for _, c := range g {
			b = wire.AppendU32(b, c)
		}
	}
	b = wire.AppendU32(b, len(m.trees))
	for i := range m.trees {
		b = m.trees[i].append(b)
	}
	return b, nil
}

func (t *Tree) append(b []byte) []byte {
	b = wire.AppendU32(b, len(t.Nodes))
	b = wire.AppendU32(b, t.Output+1)
	for i := range t.Nodes {
		n := &t.Nodes[i]
		var flags byte
		for _, f := range []struct {
			on  bool
			bit byte
		}{{n.Kind == Set, flagSet}, {n.MissingLeft, flagMissingLeft}, {n.Left < 0, flagLeftLeaf},
			{n.Right < 0, flagRightLeaf}} {
			if f.on {
				flags |= f.bit
			}
		}
		b = wire.AppendU32(append(b, flags), n.Column)
		if n.Kind == Set {
			b = wire.AppendU32(b, int(n.To-n.From))
			b = wire.AppendF64s(b, t.Set(n))
		} else {
			b = wire.AppendF64(b, n.Threshold)
		}
	}
	return wire.AppendF64s(b, t.Values)
}

// Decode reads a model that AppendBinary wrote. Any other bytes give an error that wraps ErrFormat.
func Decode(b []byte) (*Model, error) {
	m := &Model{forest: bytes.HasPrefix(b, []byte(magicForest))}
	word := magic
	if m.forest {
		word = magicForest
	}
	r := wire.NewReader(b, word)
	m.columns = r.Int(maxColumns)
	m.outputs = r.Count(9)
	if r.Err() == nil && (m.columns < 1 || m.outputs < 1 || m.outputs > maxOutputs) {
		r.Fail("%d columns and %d outputs", m.columns, m.outputs)
		m.outputs = 0
	}
	for range m.outputs {
		m.base = append(m.base, r.F64())
		l := Link(r.U8())
		if l > Sigmoid {
			r.Fail("link %d", l)
		}
		m.link = append(m.link, l)
	}
	m.readGroups(r)
	var room storage
	n := r.Count(16)
	m.trees = make([]Tree, 0, n)
	for range n {
		t := m.readTree(r, &room)
		if r.Err() != nil {
			break
		}
		m.trees = append(m.trees, t)
	}
	if r.Err() == nil && m.forest && !m.isForest() {
		r.Fail("the trees are not those of a forest")
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return m, nil
}

// readGroups reads disjoint sets of columns.
func (m *Model) readGroups(r *wire.Reader) {
	seen := make([]bool, m.columns)
	for range r.Count(4) {
		g := make([]int, 0, 4)
		for range r.Count(4) {
			c := r.Int(m.columns - 1)
			if r.Err() != nil {
				return
			}
			if seen[c] {
				r.Fail("column %d stands in two groups", c)
				return
			}
			seen[c] = true
			g = append(g, c)
		}
		if len(g) < 2 {
			r.Fail("a group of %d columns", len(g))
			return
		}
		m.groups = append(m.groups, g)
	}
}

// storage is what the trees of a model lie in: thousands of small slices would each cost the garbage collector of a
// server a look.
type storage struct {
	nodes  []Node
	values []float64
	flags  []byte // of one tree
}

// take returns n items of a piece of storage, which becomes a new one where they do not fit; at most left more will be
// wanted.
func take[T any](from *[]T, n, left int) []T {
	const piece = 4096
	if n > cap(*from)-len(*from) {
		*from = make([]T, 0, max(n, min(left, piece)))
	}
	at := len(*from)
	*from = (*from)[:at+n]
	return (*from)[at : at+n : at+n]
}

// readTree reads one tree.
func (m *Model) readTree(r *wire.Reader, room *storage) Tree {
	nodes := r.Count(9)
	t := Tree{Output: r.Int(m.outputs) - 1}
	t.Nodes, room.flags = take(&room.nodes, nodes, r.Left()/9), room.flags[:0]
	for i := range t.Nodes {
		n, f := t.readNode(r, m.columns)
		if r.Err() != nil {
			return t
		}
		t.Nodes[i], room.flags = n, append(room.flags, f)
	}
	if !t.connect(room.flags) {
		r.Fail("the nodes are not a tree")
	}
	width := 1
	if t.Output < 0 {
		width = m.outputs
	}
	if (nodes+1)*width > r.Left()/8 {
		r.Fail("%d leaves of %d values do not fit", nodes+1, width)
		return t
	}
	t.Values = take(&room.values, (nodes+1)*width, r.Left()/8)
	r.Fill(t.Values)
	return t
}

// readNode reads a node, whose categories it appends to those of the tree, and the node's flags.
func (t *Tree) readNode(r *wire.Reader, columns int) (Node, byte) {
	f := r.U8()
	if f > flagSet|flagMissingLeft|flagLeftLeaf|flagRightLeaf {
		r.Fail("node flags %#x", f)
	}
	n := Node{Column: r.Int(columns - 1), MissingLeft: f&flagMissingLeft != 0}
	if f&flagSet == 0 {
		n.Threshold = readReal(r)
		return n, f
	}
	n.Kind, n.From = Set, int32(len(t.Categories))
	for range r.Count(8) {
		c := readReal(r)
		if k := len(t.Categories); k > int(n.From) && !(t.Categories[k-1] < c) {
			r.Fail("categories do not ascend")
		}
		if r.Err() != nil {
			break
		}
		t.Categories = append(t.Categories, c)
	}
	n.To = int32(len(t.Categories))
	return n, f
}

// readReal reads a number that may be infinite.
func readReal(r *wire.Reader) float64 {
	lo, hi := r.U32(), r.U32()
	x := math.Float64frombits(uint64(hi)<<32 | uint64(lo))
	if x != x {
		r.Fail("a threshold or category is not a number")
	}
	return x
}

// connect links nodes in preorder by their leaf flags and numbers the leaves from left to right.
// It reports whether the nodes are exactly one tree.
func (t *Tree) connect(flags []byte) bool {
	var open []int32 // nodes whose right child has not come yet
	leaf := int32(0)
	next := func() int32 { leaf++; return ^(leaf - 1) }
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if flags[i]&flagLeftLeaf == 0 {
			n.Left = int32(i + 1)
			open = append(open, int32(i))
			continue
		}
		n.Left = next()
		for at := int32(i); ; {
			if flags[at]&flagRightLeaf == 0 {
				t.Nodes[at].Right = int32(i + 1)
				break
			}
			t.Nodes[at].Right = next()
			if len(open) == 0 {
				return i == len(t.Nodes)-1
			}
			at, open = open[len(open)-1], open[:len(open)-1]
		}
	}
	return len(t.Nodes) == 0
}

// Freeze implements models.Freezer: it returns the Compiled form.
func (m *Model) Freeze() (models.Predictor, error) { return m.Compile(), nil }

// AppendBinary appends the bytes of the model that c was compiled from, as Model.AppendBinary does.
// It returns an error that wraps ErrMismatch when c was compiled from several models.
func (c *Compiled) AppendBinary(b []byte) ([]byte, error) {
	if len(c.models) != 1 {
		return b, fmt.Errorf("%w: compiled from %d models, and the bytes hold one", ErrMismatch, len(c.models))
	}
	return c.models[0].AppendBinary(b)
}

// DecodeCompiled is Decode and Compile.
func DecodeCompiled(b []byte) (*Compiled, error) {
	m, err := Decode(b)
	if err != nil {
		return nil, err
	}
	return m.Compile(), nil
}
