package gbdt_test

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"eahas/models/gbdt"
)

// stump returns a model of one tree of one test: 1 on the left, 2 on the right.
func stump(t *testing.T, nodes ...gbdt.Node) *gbdt.Model {
	t.Helper()
	var trees []gbdt.Tree
	for _, n := range nodes {
		trees = append(trees, gbdt.Tree{Nodes: []gbdt.Node{n}})
	}
	return stumps(t, trees...)
}

// stumps is stump for trees that have their node, and the categories of it.
func stumps(t *testing.T, trees ...gbdt.Tree) *gbdt.Model {
	t.Helper()
	p := gbdt.Parts{Columns: 2, Base: []float64{0}, Link: []gbdt.Link{gbdt.Identity}, Trees: trees}
	for i := range trees {
		trees[i].Nodes[0].Left, trees[i].Nodes[0].Right, trees[i].Values = ^0, ^1, []float64{1, 2}
	}
	m, err := gbdt.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every form says what the tests of the nodes say, for values on, beside and far from what they name.
func TestFormsAgreeOnEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	set := func(categories ...float64) gbdt.Tree {
		return gbdt.Tree{Nodes: []gbdt.Node{{Kind: gbdt.Set, To: int32(len(categories))}}, Categories: categories}
	}
	values := []float64{-inf, -math.MaxFloat64, -1, math.Copysign(0, -1), 0, 5e-324, 0.5, math.Nextafter(0.5, 1), 1, 2,
		3, math.MaxFloat64, inf, nan}
	for name, m := range map[string]*gbdt.Model{
		"a threshold":                   stump(t, gbdt.Node{Threshold: 0.5}),
		"missing left":                  stump(t, gbdt.Node{Threshold: 0.5, MissingLeft: true}),
		"only missing":                  stump(t, gbdt.Node{Threshold: inf}),
		"minus infinity":                stump(t, gbdt.Node{Threshold: -inf}),
		"a set with 0":                  stumps(t, set(0, 2)),
		"a set with infinities":         stumps(t, set(-inf, 1, inf), set(math.MaxFloat64)),
		"an empty set":                  stump(t, gbdt.Node{Kind: gbdt.Set}),
		"a threshold and a set as well": stumps(t, gbdt.Tree{Nodes: []gbdt.Node{{Threshold: 1}}}, set(0, 2)),
	} {
		c := m.Compile()
		for _, v := range values {
			x := []float64{v, 0}
			want := 0.0
			for _, tree := range m.Trees() {
				n := tree.Nodes[0]
				left := v <= n.Threshold
				if n.Kind == gbdt.Set {
					left = false
					for _, category := range tree.Categories {
						left = left || v == category
					}
				}
				if v != v {
					left = n.MissingLeft
				}
				if left {
					want++
				} else {
					want += 2
				}
			}
			if got := m.Predict(nil, x)[0]; got != want {
				t.Errorf("%s at %v: %v, want %v", name, v, got, want)
			}
			if got := c.Predict(nil, x)[0]; got != want {
				t.Errorf("%s at %v: compiled %v, want %v", name, v, got, want)
			}
		}
	}
}

// Two trees of a forest that answer 1 and 4 have a standard deviation of 3/sqrt(2); a single one has none.
func TestSpreadOfTwoTrees(t *testing.T) {
	for output, k := range map[int]int{0: 1, -1: 1} {
		tree := func(v float64) gbdt.Tree { return gbdt.Tree{Output: output, Values: []float64{v / 2}} }
		p := gbdt.Parts{Columns: 1, Base: make([]float64, k), Link: make([]gbdt.Link, k),
			Trees: []gbdt.Tree{tree(1), tree(4)}, Forest: true}
		m, err := gbdt.New(p)
		if err != nil {
			t.Fatal(err)
		}
		if f := m.Spread(nil, []float64{0}); len(f) != 1 || math.Abs(math.Abs(f[0])-3/math.Sqrt2) > 1e-12 {
			t.Errorf("output %d: spread %v", output, f)
		}
		p.Trees = p.Trees[:1]
		if m, err = gbdt.New(p); err != nil {
			t.Fatal(err)
		}
		if f := m.Spread([]float64{9}, []float64{0}); len(f) != 1 {
			t.Errorf("output %d: spread of one tree %v", output, f)
		}
	}
}

// The bytes of a compiled model are those of the model that it was made of; several models have none together.
func TestCompiledBytes(t *testing.T) {
	m := stump(t, gbdt.Node{Threshold: 0.5})
	frozen, err := m.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	b, err := frozen.(*gbdt.Compiled).AppendBinary([]byte("ab"))
	if err != nil || !bytes.Equal(b, append([]byte("ab"), encode(t, m)...)) {
		t.Fatalf("%q, %v", b, err)
	}
	c, err := gbdt.DecodeCompiled(b[2:])
	if err != nil || c.Predict(nil, []float64{1, 0})[0] != 2 {
		t.Fatalf("%v, %v", c, err)
	}
	if _, err := gbdt.DecodeCompiled(b); !errors.Is(err, gbdt.ErrFormat) {
		t.Errorf("other bytes: %v", err)
	}
	two, err := gbdt.CompileAll(m, m)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := two.AppendBinary(nil); !errors.Is(err, gbdt.ErrMismatch) {
		t.Errorf("two models: %v", err)
	}
}
