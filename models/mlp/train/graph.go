package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	// Gorgonia panics at program start without this exact version of the package; it is imported so that the pin in
	// go.mod is a direct one.
	_ "go4.org/unsafe/assume-no-moving-gc"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"eahas/models/mlp"
)

// graph is one member's network as a gorgonia graph for a fixed number of rows, with its solver.
//
// Two layers are built in blocks, so that no concatenation is needed: the trunk's first layer has one weight block per
// branch, and the last layer has one block for the bounded outputs and one for the others.
type graph struct {
	batch int

	// Inputs, filled by fill before each step. The slices back gorgonia's tensors.
	x       [][]float64  // per branch: batch x columns
	targets [2][]float64 // per output block: batch x outputs of the block
	weights []float64    // batch x k, the square root of the row's weight repeated; nil without weights

	branches [][]block // layers of each branch
	first    []block   // the trunk's first layer: one block per branch, the bias in the first
	middle   []block   // the trunk's further hidden layers
	last     [2]block  // unbounded, bounded outputs; zero where there is none
	outputs  [2][]int  // which outputs the blocks hold

	learnables gorgonia.Nodes
	cost       gorgonia.Value
	machine    gorgonia.VM
	solver     gorgonia.Solver
	grads      []gorgonia.ValueGrad

	g *gorgonia.ExprGraph
}

// block is a weight matrix (in x out, row-major) and a bias of a layer; bias is nil where another block holds it.
// The slices back gorgonia's tensors: the solver changes them in place.
type block struct {
	in, out       int
	weights, bias []float64
	w, b          *gorgonia.Node
}

// building lets one graph be built at a time. Note: gorgonia v0.9.18 counts its groups of nodes in a package variable
// without a lock (internal/encoding.NewGroup, called by Rectify); graphs that are built can run side by side.
var building sync.Mutex

// newGraph builds the network for the problem with weights drawn from rng. It returns gorgonia's error, if any.
func newGraph(q *problem, p Params, batch int, rng *rand.Rand) (gr *graph, err error) {
	building.Lock()
	defer building.Unlock()
	defer func() { // gorgonia's Must panics with its error
		if r := recover(); r != nil {
			err = fmt.Errorf("mlp/train: building the graph: %v", r)
		}
	}()
	gr = &graph{batch: batch, g: gorgonia.NewGraph()}
	ones := gr.ones()
	h := gr.buildBranches(q, p, ones, rng)
	var z *gorgonia.Node
	for i, node := range h {
		b := gr.newBlock(heNormal(rng, node.Shape()[1], p.Hidden[0]), node.Shape()[1], p.Hidden[0], i == 0)
		gr.first = append(gr.first, b)
		z = plus(z, b.affine(node, ones))
	}
	top := gorgonia.Must(gorgonia.Rectify(z))
	for i, width := range p.Hidden[1:] {
		b := gr.newBlock(heNormal(rng, p.Hidden[i], width), p.Hidden[i], width, true)
		gr.middle = append(gr.middle, b)
		top = gorgonia.Must(gorgonia.Rectify(b.affine(top, ones)))
	}
	gr.buildLoss(q, top, ones, rng)
	gr.compile(p)
	return gr, nil
}

// buildBranches returns the result of each branch that has a column.
func (gr *graph) buildBranches(q *problem, p Params, ones *gorgonia.Node, rng *rand.Rand) gorgonia.Nodes {
	var results gorgonia.Nodes
	for i, columns := range q.columns {
		if len(columns) == 0 {
			continue
		}
		backing := make([]float64, gr.batch*len(columns))
		gr.x = append(gr.x, backing)
		node := gr.input(fmt.Sprintf("x%d", i), backing, len(columns))
		var layers []block
		in := len(columns)
		for _, width := range p.Branches[i].Hidden {
			b := gr.newBlock(heNormal(rng, in, width), in, width, true)
			layers = append(layers, b)
			node = gorgonia.Must(gorgonia.Rectify(b.affine(node, ones)))
			in = width
		}
		gr.branches = append(gr.branches, layers)
		results = append(results, node)
	}
	return results
}

// buildLoss adds the last layer and the mean over rows of |(t - f(z)) M|^2, M = q.loss.
func (gr *graph) buildLoss(q *problem, top, ones *gorgonia.Node, rng *rand.Rand) {
	for j, o := range q.outputs {
		kind := 0
		if o.Bounded {
			kind = 1
		}
		gr.outputs[kind] = append(gr.outputs[kind], j)
	}
	width := top.Shape()[1]
	var residual *gorgonia.Node
	for kind, list := range gr.outputs {
		if len(list) == 0 {
			continue
		}
		b := gr.newBlock(xavier(rng, width, len(list)), width, len(list), true)
		gr.last[kind] = b
		f := b.affine(top, ones)
		if kind == 1 {
			f = gorgonia.Must(gorgonia.Sigmoid(f))
		}
		gr.targets[kind] = make([]float64, gr.batch*len(list))
		t := gr.input(fmt.Sprintf("t%d", kind), gr.targets[kind], len(list))
		rows := make([]float64, 0, len(list)*q.k) // the rows of M that belong to these outputs
		for _, j := range list {
			rows = append(rows, q.loss[j*q.k:(j+1)*q.k]...)
		}
		m := gorgonia.NodeFromAny(gr.g, matrix(rows, len(list), q.k), gorgonia.WithName(fmt.Sprintf("m%d", kind)))
		r := gorgonia.Must(gorgonia.Mul(gorgonia.Must(gorgonia.Sub(t, f)), m))
		residual = plus(residual, r)
	}
	if q.weights != nil {
		gr.weights = make([]float64, gr.batch*q.k)
		residual = gorgonia.Must(gorgonia.HadamardProd(residual, gr.input("weights", gr.weights, q.k)))
	}
	squares := gorgonia.Must(gorgonia.Sum(gorgonia.Must(gorgonia.Square(residual))))
	mean := gorgonia.Must(gorgonia.Div(squares, gorgonia.NewConstant(float64(gr.batch))))
	gorgonia.Read(mean, &gr.cost)
	if _, err := gorgonia.Grad(mean, gr.learnables...); err != nil {
		panic(err)
	}
}

func (gr *graph) compile(p Params) {
	gr.machine = gorgonia.NewTapeMachine(gr.g, gorgonia.BindDualValues(gr.learnables...))
	gr.solver = gorgonia.NewAdamSolver(gorgonia.WithLearnRate(p.Rate))
	gr.grads = gorgonia.NodesToValueGrads(gr.learnables)
}

// step computes the cost of the filled batch and moves the weights once. The error wraps ErrDiverged when the cost is
// no longer a finite number.
func (gr *graph) step(rate float64) error {
	defer gr.machine.Reset()
	if err := gr.machine.RunAll(); err != nil {
		return fmt.Errorf("mlp/train: running the graph: %w", err)
	}
	if cost := gr.cost.Data().(float64); math.IsNaN(cost) || math.IsInf(cost, 0) {
		return fmt.Errorf("%w: the loss is %v at rate %v", ErrDiverged, cost, rate)
	}
	gorgonia.WithLearnRate(rate)(gr.solver)
	if err := gr.solver.Step(gr.grads); err != nil {
		return fmt.Errorf("mlp/train: Adam's step: %w", err)
	}
	return nil
}

// decay multiplies every weight, but no bias, by factor.
func (gr *graph) decay(factor float64) {
	for _, b := range gr.blocks() {
		for i := range b.weights {
			b.weights[i] *= factor
		}
	}
}

// fill copies the given rows (as many as the batch has) of the problem into the inputs.
func (gr *graph) fill(q *problem, rows []int) {
	at := 0 // branches without columns have no input
	for _, columns := range q.columns {
		if len(columns) == 0 {
			continue
		}
		for i, r := range rows {
			for j, c := range columns {
				gr.x[at][i*len(columns)+j] = q.x[r*q.p+c]
			}
		}
		at++
	}
	for kind, list := range gr.outputs {
		for i, r := range rows {
			for j, c := range list {
				gr.targets[kind][i*len(list)+j] = q.t[r*q.k+c]
			}
		}
	}
	if gr.weights != nil {
		for i, r := range rows {
			for j := range q.k {
				gr.weights[i*q.k+j] = q.rootWeight(r)
			}
		}
	}
}

// blocks returns every block, in the order in which the weights were drawn.
func (gr *graph) blocks() []block {
	var all []block
	for _, layers := range gr.branches {
		all = append(all, layers...)
	}
	all = append(append(all, gr.first...), gr.middle...)
	for kind, b := range gr.last {
		if len(gr.outputs[kind]) > 0 {
			all = append(all, b)
		}
	}
	return all
}

func (gr *graph) close() error { return gr.machine.Close() }

func (gr *graph) newBlock(weights []float64, in, out int, withBias bool) block {
	b := block{in: in, out: out, weights: weights}
	b.w = gr.learnable(matrix(weights, in, out))
	if withBias {
		b.bias = make([]float64, out)
		b.b = gr.learnable(matrix(b.bias, 1, out))
	}
	return b
}

func (gr *graph) learnable(t *tensor.Dense) *gorgonia.Node {
	n := gorgonia.NewMatrix(gr.g, tensor.Float64, gorgonia.WithShape(t.Shape()...),
		gorgonia.WithName(fmt.Sprintf("w%d", len(gr.learnables))), gorgonia.WithValue(t))
	gr.learnables = append(gr.learnables, n)
	return n
}

func (gr *graph) input(name string, backing []float64, columns int) *gorgonia.Node {
	return gorgonia.NewMatrix(gr.g, tensor.Float64, gorgonia.WithShape(gr.batch, columns),
		gorgonia.WithName(name), gorgonia.WithValue(matrix(backing, gr.batch, columns)))
}

// ones returns a batch x 1 column of ones, which spreads a bias over the rows.
func (gr *graph) ones() *gorgonia.Node {
	return gr.input("ones", slices.Repeat([]float64{1}, gr.batch), 1)
}

// affine returns x w + ones b.
func (b block) affine(x, ones *gorgonia.Node) *gorgonia.Node {
	z := gorgonia.Must(gorgonia.Mul(x, b.w))
	if b.b == nil {
		return z
	}
	return gorgonia.Must(gorgonia.Add(z, gorgonia.Must(gorgonia.Mul(ones, b.b))))
}

func plus(a, b *gorgonia.Node) *gorgonia.Node {
	if a == nil {
		return b
	}
	return gorgonia.Must(gorgonia.Add(a, b))
}

func matrix(v []float64, rows, columns int) *tensor.Dense {
	return tensor.New(tensor.WithShape(rows, columns), tensor.WithBacking(v))
}

// network copies the weights out into the frozen form.
func (gr *graph) network(q *problem) mlp.Network {
	var net mlp.Network
	at := 0
	for _, columns := range q.columns {
		if len(columns) == 0 {
			continue
		}
		branch := mlp.Branch{Columns: columns}
		for _, b := range gr.branches[at] {
			branch.Layers = append(branch.Layers, b.layer(mlp.ReLU))
		}
		net.Branches = append(net.Branches, branch)
		at++
	}
	first := gr.first[0].layer(mlp.ReLU)
	for _, b := range gr.first[1:] { // further input rows of the same layer
		first.In += b.in
		first.Weights = append(first.Weights, b.weights...)
	}
	net.Trunk = append(net.Trunk, first)
	for _, b := range gr.middle {
		net.Trunk = append(net.Trunk, b.layer(mlp.ReLU))
	}
	net.Trunk = append(net.Trunk, gr.lastLayer(q.k))
	return net
}

func (b block) layer(a mlp.Activation) mlp.Layer {
	return mlp.Layer{In: b.in, Out: b.out, Weights: append([]float64(nil), b.weights...),
		Bias: append([]float64(nil), b.bias...), Activation: a}
}

// lastLayer puts the two output blocks' columns back in the order of the outputs.
func (gr *graph) lastLayer(k int) mlp.Layer {
	in := gr.last[0].in + gr.last[1].in
	if len(gr.outputs[0]) > 0 && len(gr.outputs[1]) > 0 {
		in /= 2
	}
	l := mlp.Layer{In: in, Out: k, Weights: make([]float64, in*k), Bias: make([]float64, k)}
	for kind, list := range gr.outputs {
		b := gr.last[kind]
		for c, j := range list {
			l.Bias[j] = b.bias[c]
			for i := range in {
				l.Weights[i*k+j] = b.weights[i*b.out+c]
			}
		}
	}
	return l
}
