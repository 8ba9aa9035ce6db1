package gbdt_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"eahas/models/gbdt"
)

// three are the parts of a model of one tree: x0 <= 1 gives 10; else x1 <= 2 or missing gives 20, other x1 30. The base
// is 5.
func three() gbdt.Parts {
	return gbdt.Parts{
		Columns: 3, Base: []float64{5}, Link: []gbdt.Link{gbdt.Identity}, Groups: [][]int{{1, 2}},
		Trees: []gbdt.Tree{{
			Nodes: []gbdt.Node{
				{Column: 0, Threshold: 1, Left: ^0, Right: 1, Gain: 3, Count: 7},
				{Column: 1, Threshold: 2, Left: ^1, Right: ^2, MissingLeft: true, Gain: 0.5, Count: 4},
			},
			Values: []float64{10, 20, 30}, Counts: []int{3, 2, 2},
		}},
	}
}

func TestNewAnswersByItsParts(t *testing.T) {
	m, err := gbdt.New(three())
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	for _, c := range []struct{ x0, x1, want float64 }{
		{1, 9, 15}, {math.Nextafter(1, 2), 2, 25}, {2, 2.5, 35}, {nan, nan, 25}, {nan, 3, 35}, {math.Inf(-1), nan, 15},
		{math.Inf(1), math.Inf(1), 35},
	} {
		x := []float64{c.x0, c.x1, 0}
		if got := m.Predict(nil, x)[0]; got != c.want {
			t.Errorf("at %v: %v, want %v", x, got, c.want)
		}
		if got := m.Compile().Predict(nil, x)[0]; got != c.want {
			t.Errorf("at %v: compiled %v, want %v", x, got, c.want)
		}
	}
	if g := m.Importance(); g[0] != 3 || g[1] != 0.5 || g[2] != 0 {
		t.Errorf("importance %v", g)
	}
	if s := m.String(); s != "gbdt: 1 trees with 3 leaves, 3 columns, 1 outputs" {
		t.Errorf("%s", s)
	}
	if m.Columns() != 3 || m.Outputs() != 1 || m.Base(0) != 5 || m.Link(0) != gbdt.Identity || len(m.Groups()) != 1 ||
		m.Forest() {
		t.Errorf("%+v", m)
	}
	c := m.Compile()
	if c.Columns() != 3 || c.Outputs() != 1 || len(c.Models()) != 1 {
		t.Errorf("compiled: %d columns, %d outputs, %d models", c.Columns(), c.Outputs(), len(c.Models()))
	}
}

// A probability is 1/(1+exp(-score)): of 0 one half, of ln 3 three quarters.
func TestSigmoidLink(t *testing.T) {
	p := three()
	p.Link, p.Base, p.Trees = []gbdt.Link{gbdt.Sigmoid}, []float64{math.Log(3)}, nil
	m, err := gbdt.New(p)
	if err != nil {
		t.Fatal(err)
	}
	x := []float64{0, 0, 0}
	if raw, y := m.Raw(nil, x)[0], m.Predict(nil, x)[0]; raw != math.Log(3) || math.Abs(y-0.75) > 1e-15 {
		t.Errorf("raw %v, predicted %v", raw, y)
	}
	if y := m.Compile().Predict(nil, x)[0]; math.Abs(y-0.75) > 1e-15 {
		t.Errorf("compiled %v", y)
	}
	if y := m.Compile().PredictBatch(nil, append(x, x...), 0); len(y) != 2 || math.Abs(y[1]-0.75) > 1e-15 {
		t.Errorf("batch %v", y)
	}
}

func TestNewRefusesWhatDoesNotFit(t *testing.T) {
	split := func(p *gbdt.Parts, to int32, categories ...float64) {
		p.Trees[0].Nodes[0].Kind, p.Trees[0].Nodes[0].To, p.Trees[0].Categories = gbdt.Set, to, categories
	}
	for name, spoil := range map[string]func(p *gbdt.Parts){
		"no columns":                 func(p *gbdt.Parts) { p.Columns = 0 },
		"too many columns":           func(p *gbdt.Parts) { p.Columns = math.MaxUint16 + 1 },
		"no outputs":                 func(p *gbdt.Parts) { p.Base, p.Link = nil, nil },
		"a link too few":             func(p *gbdt.Parts) { p.Link = nil },
		"a group of one":             func(p *gbdt.Parts) { p.Groups = [][]int{{1}} },
		"two groups share":           func(p *gbdt.Parts) { p.Groups = [][]int{{1, 2}, {2, 0}} },
		"group beyond the columns":   func(p *gbdt.Parts) { p.Groups = [][]int{{1, 3}} },
		"group below the columns":    func(p *gbdt.Parts) { p.Groups = [][]int{{1, -1}} },
		"output":                     func(p *gbdt.Parts) { p.Trees[0].Output = 1 },
		"output below -1":            func(p *gbdt.Parts) { p.Trees[0].Output = -2 },
		"a value too few":            func(p *gbdt.Parts) { p.Trees[0].Values = p.Trees[0].Values[:2] },
		"column":                     func(p *gbdt.Parts) { p.Trees[0].Nodes[1].Column = 3 },
		"column below 0":             func(p *gbdt.Parts) { p.Trees[0].Nodes[1].Column = -1 },
		"threshold":                  func(p *gbdt.Parts) { p.Trees[0].Nodes[0].Threshold = math.NaN() },
		"categories fall":            func(p *gbdt.Parts) { split(p, 2, 2, 1) },
		"categories repeat":          func(p *gbdt.Parts) { split(p, 2, 1, 1) },
		"category NaN":               func(p *gbdt.Parts) { split(p, 1, math.NaN()) },
		"fewer categories than said": func(p *gbdt.Parts) { split(p, 3, 1, 2) },
		"a category of no node":      func(p *gbdt.Parts) { split(p, 1, 1, 2) },
		"categories not from the first on": func(p *gbdt.Parts) {
			split(p, 2, 1, 2)
			p.Trees[0].Nodes[0].From = 1
		},
		"a set that ends before it begins": func(p *gbdt.Parts) { split(p, -1, 1) },
		"leaves out of order": func(p *gbdt.Parts) {
			p.Trees[0].Nodes[1].Left, p.Trees[0].Nodes[1].Right = ^2,
				^1
		},
		"a leaf twice":             func(p *gbdt.Parts) { p.Trees[0].Nodes[1].Right = ^1 },
		"a ring":                   func(p *gbdt.Parts) { p.Trees[0].Nodes[1].Right = 0 },
		"a child beyond the nodes": func(p *gbdt.Parts) { p.Trees[0].Nodes[1].Right = 2 },
		"a node nobody reaches":    func(p *gbdt.Parts) { p.Trees[0].Nodes[0].Right = ^1 },
		"no forest":                func(p *gbdt.Parts) { p.Forest, p.Trees = true, nil },
	} {
		p := three()
		spoil(&p)
		if _, err := gbdt.New(p); !errors.Is(err, gbdt.ErrFormat) {
			t.Errorf("%s: error %v, want ErrFormat", name, err)
		}
	}
	p := three()
	p.Trees = append(p.Trees, gbdt.Tree{Values: []float64{1, 2}})
	if _, err := gbdt.New(p); err == nil || !strings.Contains(err.Error(), "tree 1") {
		t.Errorf("the tree is not named: %v", err)
	}
	// Forests: all trees with every output, or equally many for one output after the other.
	leaf := func(output, width int) gbdt.Tree {
		return gbdt.Tree{Output: output, Values: make([]float64, width)}
	}
	for name, c := range map[string]struct {
		trees []gbdt.Tree
		good  bool
	}{
		"vectors":        {[]gbdt.Tree{leaf(-1, 2), leaf(-1, 2), leaf(-1, 2)}, true},
		"two each":       {[]gbdt.Tree{leaf(0, 1), leaf(0, 1), leaf(1, 1), leaf(1, 1)}, true},
		"mixed":          {[]gbdt.Tree{leaf(-1, 2), leaf(0, 1)}, false},
		"not equally":    {[]gbdt.Tree{leaf(0, 1), leaf(0, 1), leaf(1, 1)}, false},
		"in turn":        {[]gbdt.Tree{leaf(0, 1), leaf(1, 1), leaf(0, 1), leaf(1, 1)}, false},
		"one output two": {[]gbdt.Tree{leaf(0, 1), leaf(0, 1)}, false},
	} {
		_, err := gbdt.New(gbdt.Parts{Columns: 1, Base: make([]float64, 2), Link: make([]gbdt.Link, 2), Trees: c.trees,
			Forest: true})
		if (err == nil) != c.good {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// Lengths that do not fit are the caller's mistake.
func TestWrongLengthsPanic(t *testing.T) {
	m, err := gbdt.New(three())
	if err != nil {
		t.Fatal(err)
	}
	c, one, x := m.Compile(), make([]float64, 1), make([]float64, 3)
	for name, call := range map[string]func(){
		"model, row":     func() { m.Predict(nil, x[:2]) },
		"model, dst":     func() { m.Predict(x, x) },
		"model, spread":  func() { m.Spread(nil, x[:2]) },
		"compiled, row":  func() { c.Predict(one, x[:2]) },
		"compiled, dst":  func() { c.Predict(x, x) },
		"batch, rows":    func() { c.PredictBatch(nil, make([]float64, 4), 1) },
		"batch, answers": func() { c.PredictBatch(x, x, 1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}
