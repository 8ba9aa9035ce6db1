package mlp

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Activation is the function at the end of a layer.
type Activation uint8

const (
	Identity Activation = iota // z
	ReLU                       // max(0, z)
)

// Layer computes act(x W + b) for one row x.
type Layer struct {
	In, Out    int
	Weights    []float64 // In x Out, row-major: Weights[i*Out+j] leads from input i to output j
	Bias       []float64 // length Out
	Activation Activation
}

// Branch reads some of the scaled inputs through layers of its own. Without layers the inputs pass through.
type Branch struct {
	Columns []int // positions in the scaled input row
	Layers  []Layer
}

// out returns the width of the branch's result.
func (b *Branch) out() int {
	if len(b.Layers) == 0 {
		return len(b.Columns)
	}
	return b.Layers[len(b.Layers)-1].Out
}

// Network is one trained network: branches side by side, then the trunk.
type Network struct {
	Branches []Branch
	Trunk    []Layer // at least one; the last one's Out is the number of outputs
}

// apply writes act(x W + b) into dst (length Out). Inputs that are exactly 0 (half of them behind a ReLU) are skipped.
// Note: the skip cannot hide a NaN, because weights are finite.
func (l *Layer) apply(dst, x []float64) {
	dst = dst[:l.Out]
	copy(dst, l.Bias)
	for i, v := range x[:l.In] {
		if v == 0 {
			continue
		}
		floats.AddScaled(dst, v, l.Weights[i*l.Out:][:len(dst)])
	}
	if l.Activation == ReLU {
		for j, v := range dst {
			dst[j] = max(0, v)
		}
	}
}

// scratch is the working memory of one forward pass.
type scratch struct {
	input  []float64 // scaled row
	joined []float64 // the branches' results side by side
	a, b   []float64 // layers in turn
}

// forward returns the network's raw outputs for the scaled row s.input, in memory of s.
func (n *Network) forward(s *scratch) []float64 {
	at := 0
	for i := range n.Branches {
		branch := &n.Branches[i]
		gathered := s.a[:len(branch.Columns)]
		for j, c := range branch.Columns {
			gathered[j] = s.input[c]
		}
		at += copy(s.joined[at:], s.run(branch.Layers, gathered))
	}
	return s.run(n.Trunk, s.joined[:at])
}

// run applies the layers in order, writing to a and b in turn; x may lie in a.
func (s *scratch) run(layers []Layer, x []float64) []float64 {
	to, other := s.b, s.a
	for i := range layers {
		layers[i].apply(to, x)
		x = to[:layers[i].Out]
		to, other = other, to
	}
	return x
}

// width returns the widest row that a forward pass holds.
func (n *Network) width() int {
	joined, w := 0, 0
	for i := range n.Branches {
		b := &n.Branches[i]
		joined += b.out()
		w = max(w, len(b.Columns))
		for _, l := range b.Layers {
			w = max(w, l.Out)
		}
	}
	for _, l := range n.Trunk {
		w = max(w, l.Out)
	}
	return max(w, joined)
}

// check reports the first way in which the network's shapes do not fit inputs of the given width and k outputs.
func (n *Network) check(inputs, k int) error {
	joined := 0
	for i := range n.Branches {
		b := &n.Branches[i]
		for _, c := range b.Columns {
			if c < 0 || c >= inputs {
				return shapeError("branch %d reads input %d of %d", i, c, inputs)
			}
		}
		if err := checkLayers(b.Layers, len(b.Columns)); err != nil {
			return err
		}
		joined += b.out()
	}
	if len(n.Trunk) == 0 {
		return shapeError("the trunk has no layer")
	}
	if err := checkLayers(n.Trunk, joined); err != nil {
		return err
	}
	if out := n.Trunk[len(n.Trunk)-1].Out; out != k {
		return shapeError("the last layer has %d outputs, the model has %d", out, k)
	}
	return nil
}

func checkLayers(layers []Layer, in int) error {
	for i, l := range layers {
		switch {
		case l.In != in:
			return shapeError("layer %d takes %d inputs and gets %d", i, l.In, in)
		case l.Out < 1 || len(l.Bias) != l.Out || len(l.Weights) != l.In*l.Out:
			return shapeError("layer %d of %d x %d has %d weights and %d biases", i, l.In, l.Out, len(l.Weights),
				len(l.Bias))
		case l.Activation > ReLU:
			return shapeError("layer %d has the unknown activation %d", i, l.Activation)
		case !allFinite(l.Weights) || !allFinite(l.Bias):
			return shapeError("layer %d holds a weight that is not finite", i)
		}
		in = l.Out
	}
	return nil
}

func allFinite(v []float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
}

// Raw writes the network's raw outputs z for one scaled row (length of the scaler's width) into dst (length of the last
// layer's Out) and returns it. It allocates; Model.Predict does not.
func (n *Network) Raw(dst, scaled []float64) []float64 {
	w := n.width()
	s := scratch{input: scaled, joined: make([]float64, w), a: make([]float64, w), b: make([]float64, w)}
	copy(dst, n.forward(&s))
	return dst
}
