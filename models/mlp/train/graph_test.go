package train

import (
	"math"
	"slices"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/mlp"
)

// mixed is a problem with everything at once: two branches, weights, a bounded, a constant and two plain outputs.
func mixed(t *testing.T) (models.Data, Params, *problem) {
	t.Helper()
	rng := stream.New(5, "graph test")
	d := models.Data{K: 4, X: features.Frame{N: 12, Columns: []features.Column{{Name: "a", Group: -1},
		{Name: "b", Group: -1}, {Name: "c", Group: -1}}}}
	for range d.X.N {
		a, b, c := rng.Float64(), rng.Float64(), rng.Float64()
		d.X.Data = append(d.X.Data, a, b, c)
		d.Y = append(d.Y, 7*a-b, 100*c*b, 42, a*b*c)
		d.Weights = append(d.Weights, 0.5+rng.Float64())
	}
	p, err := Params{
		Hidden: []int{6, 5}, Bounded: []int{1},
		Branches: []Branch{{Params: []string{"b"}, Hidden: []int{4}}, {}},
		Basis: []float64{
			1, 0, 0, 0,
			.3, .4, .2, .1,
			0, .5, .5, 0,
			0, 0, 0, 1,
			.1, .2, .3, .4},
	}.resolved(d.K)
	if err != nil {
		t.Fatal(err)
	}
	q, err := prepare(d, p)
	if err != nil {
		t.Fatal(err)
	}
	return d, p, q
}

func mixedGraph(t *testing.T, q *problem, p Params, batch int) *graph {
	t.Helper()
	gr, err := newGraph(q, p, batch, stream.New(9, "graph test"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { gr.close() })
	for _, b := range gr.blocks() { // biases of 0 would hide a wrong one
		for i := range b.bias {
			b.bias[i] = 0.1 * float64(i+1)
		}
	}
	return gr
}

// The loss that gorgonia computes is the frozen forward pass's loss.
func TestGraphIsTheFrozenForward(t *testing.T) {
	_, p, q := mixed(t)
	gr := mixedGraph(t, q, p, q.n)
	net := gr.network(q)
	want := q.cost(&net, upTo(q.n))
	gr.fill(q, upTo(q.n))
	if err := gr.machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	if got := gr.cost.Data().(float64); math.Abs(got-want) > 1e-12*want {
		t.Errorf("gorgonia's loss %v, the frozen network's %v", got, want)
	}
}

// Each of gorgonia's gradients is the central difference of the frozen network's loss.
func TestGradients(t *testing.T) {
	_, p, q := mixed(t)
	gr := mixedGraph(t, q, p, q.n)
	gr.fill(q, upTo(q.n))
	if err := gr.machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for i, n := range gr.learnables {
		weights := n.Value().Data().([]float64)
		value, err := n.Grad()
		if err != nil {
			t.Fatal(err)
		}
		for j, got := range slices.Clone(value.Data().([]float64)) {
			const h = 1e-6
			cost := func(by float64) float64 {
				old := weights[j]
				weights[j] += by
				defer func() { weights[j] = old }()
				net := gr.network(q)
				return q.cost(&net, upTo(q.n))
			}
			want := (cost(h) - cost(-h)) / (2 * h)
			if math.Abs(got-want) > 1e-6*(1+math.Abs(want)) { // the difference quotient's own rounding is about 1e-10/h
				t.Errorf("learnable %d, weight %d: gradient %v, difference quotient %v", i, j, got, want)
			}
			checked++
		}
	}
	// 1x4+4, then 4x6+6 and 2x6, 6x5+5, last layers 5x3+3 and 5x1+1
	if want := 8 + 30 + 12 + 35 + 18 + 6; checked != want {
		t.Errorf("%d weights checked, the network has %d", checked, want)
	}
}

// One step of gorgonia's Adam from zero moments moves every weight by rate * g/(|g| + 1e-8) (Kingma and Ba 2015,
// algorithm 1, at t = 1), and decay shrinks the weights but not the biases.
func TestFirstStep(t *testing.T) {
	_, p, q := mixed(t)
	gr := mixedGraph(t, q, p, q.n)
	gr.fill(q, upTo(q.n))
	if err := gr.machine.RunAll(); err != nil {
		t.Fatal(err)
	}
	var before, grads [][]float64
	for _, n := range gr.learnables {
		g, err := n.Grad()
		if err != nil {
			t.Fatal(err)
		}
		before = append(before, slices.Clone(n.Value().Data().([]float64)))
		grads = append(grads, slices.Clone(g.Data().([]float64)))
		for i := range g.Data().([]float64) {
			g.Data().([]float64)[i] = 0
		}
	}
	gr.machine.Reset()
	const rate = 0.25
	if err := gr.step(rate); err != nil {
		t.Fatal(err)
	}
	for i, n := range gr.learnables {
		for j, w := range n.Value().Data().([]float64) {
			g := grads[i][j]
			if want := before[i][j] - rate*g/(math.Abs(g)+1e-8); math.Abs(w-want) > 1e-7 {
				t.Fatalf("learnable %d, weight %d: %v after one step, want %v", i, j, w, want)
			}
		}
	}
	b := gr.first[0]
	w, bias := b.weights[0], b.bias[0]
	gr.decay(0.5)
	if b.weights[0] != w/2 || b.bias[0] != bias {
		t.Errorf("decay 0.5: weight %v from %v, bias %v from %v", b.weights[0], w, b.bias[0], bias)
	}
}

// The frozen model in target units is shift + scale*f(z) of the network that was trained.
func TestModelPredictsInTargetUnits(t *testing.T) {
	d, p, q := mixed(t)
	gr := mixedGraph(t, q, p, q.n)
	net := gr.network(q)
	m, err := mlp.New(q.scaler, q.outputs, []mlp.Network{net})
	if err != nil {
		t.Fatal(err)
	}
	z := net.Raw(make([]float64, 4), q.x[:q.p])
	got := m.Predict(nil, d.X.Row(0))
	want := []float64{
		q.outputs[0].Shift + q.outputs[0].Scale*z[0],
		100 / (1 + math.Exp(-z[1])),
		42,
		q.outputs[3].Shift + q.outputs[3].Scale*z[3],
	}
	for j := range want {
		if math.Abs(got[j]-want[j]) > 1e-12 {
			t.Errorf("output %d: %v, want %v", j, got[j], want[j])
		}
	}
}
