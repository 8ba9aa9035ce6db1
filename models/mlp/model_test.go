package mlp

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"eahas/features"
	"eahas/models/dense"
	"eahas/models/internal/wire"
)

// drawModel draws a model of 3 inputs with branches, layers and members of random shapes.
func drawModel(t *rapid.T) *Model {
	f := features.Frame{Columns: make([]features.Column, 3), N: 3, Data: []float64{0, 1, math.NaN(), 1, 0, 2, 3, 4, 5}}
	scaler := dense.Fit(&f)
	k := rapid.IntRange(1, 3).Draw(t, "k")
	number := rapid.Float64Range(-2, 2)
	layers := func(in int, widths []int, last Activation) []Layer {
		var out []Layer
		for i, w := range widths {
			l := Layer{In: in, Out: w, Activation: ReLU, Weights: rapid.SliceOfN(number, in*w, in*w).Draw(t, "weights"),
				Bias: rapid.SliceOfN(number, w, w).Draw(t, "bias")}
			if i == len(widths)-1 {
				l.Activation = last
			}
			out, in = append(out, l), w
		}
		return out
	}
	widths := rapid.SliceOfN(rapid.IntRange(1, 5), 0, 3)
	outputs := make([]Output, k)
	for j := range outputs {
		outputs[j] = Output{rapid.Bool().Draw(t, "bounded"), number.Draw(t, "shift"), number.Draw(t, "scale")}
	}
	members := make([]Network, rapid.IntRange(0, 3).Draw(t, "members"))
	for i := range members {
		joined := 0
		for range rapid.IntRange(1, 3).Draw(t, "branches") {
			b := Branch{Columns: rapid.SliceOfN(rapid.IntRange(0, scaler.Width()-1), 1, 4).Draw(t, "columns")}
			b.Layers = layers(len(b.Columns), widths.Draw(t, "widths"), ReLU)
			joined += b.out()
			members[i].Branches = append(members[i].Branches, b)
		}
		members[i].Trunk = layers(joined, append(widths.Draw(t, "trunk"), k), Identity)
	}
	m, err := New(scaler, outputs, members)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// naive predicts by the definition: a fresh slice per layer, one dot product per output, no skipping.
func naive(m *Model, x []float64) []float64 {
	in := m.scaler.Apply(nil, x)
	run := func(layers []Layer, v []float64) []float64 {
		for _, l := range layers {
			out := make([]float64, l.Out)
			for j := range out {
				out[j] = l.Bias[j]
				for i := range l.In {
					out[j] += float64(v[i] * l.Weights[i*l.Out+j])
				}
				if l.Activation == ReLU && out[j] < 0 {
					out[j] = 0
				}
			}
			v = out
		}
		return v
	}
	mean := make([]float64, len(m.outputs))
	for _, n := range m.members {
		var joined []float64
		for _, b := range n.Branches {
			var v []float64
			for _, c := range b.Columns {
				v = append(v, in[c])
			}
			joined = append(joined, run(b.Layers, v)...)
		}
		for j, z := range run(n.Trunk, joined) {
			mean[j] += m.outputs[j].value(z) / float64(len(m.members))
		}
	}
	if len(m.members) == 0 {
		for j, o := range m.outputs {
			mean[j] = o.value(0)
		}
	}
	return mean
}

func TestPredictIsTheNaiveForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		x := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, -2, 0.3, math.NaN()}), 3, 3).Draw(t, "x")
		got, want := m.Predict(nil, x), naive(m, x)
		for j := range want {
			if math.Abs(got[j]-want[j]) > 1e-12*(1+math.Abs(want[j])) {
				t.Fatalf("output %d: %v, by the definition %v", j, got[j], want[j])
			}
		}
	})
}

// The members one by one, as models of one network.
func TestSpreadIsTheScatterOfTheMembers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		x := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, -2, 0.3, math.NaN()}), 3, 3).Draw(t, "x")
		f, n, k := m.Spread(nil, x), len(m.members), len(m.outputs)
		if n < 2 {
			if len(f) > 0 {
				t.Fatalf("%d members know %v", n, f)
			}
			return
		}
		if len(f) != n*k {
			t.Fatalf("%d numbers for %d members and %d outputs", len(f), n, k)
		}
		mean := naive(m, x)
		for i := range n {
			own := naive(&Model{scaler: m.scaler, outputs: m.outputs, members: m.members[i : i+1]}, x)
			for j := range k {
				want := (own[j] - mean[j]) / math.Sqrt(float64(n-1))
				if !(math.Abs(f[i*k+j]-want) <= 1e-12*(1+math.Abs(mean[j]))) {
					t.Fatalf("member %d, output %d: %v, want %v", i, j, f[i*k+j], want)
				}
			}
		}
	})
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		b, err := m.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := back.AppendBinary(nil)
		if !bytes.Equal(b, again) {
			t.Fatal("the bytes changed on a round trip")
		}
		x := []float64{0.5, math.NaN(), 3}
		for j, y := range back.Predict(nil, x) {
			if want := m.Predict(nil, x)[j]; math.Float64bits(y) != math.Float64bits(want) {
				t.Fatalf("output %d: %v after a round trip, %v before", j, y, want)
			}
		}
	})
}

// tiny is a model by hand: z = relu(x0) and -relu(x0), first output 10 + 2z, second 100*sigmoid(z).
func tiny() (*Model, error) {
	f := features.Frame{Columns: make([]features.Column, 1), N: 2, Data: []float64{-1, 1}} // mean 0, variance 1
	return New(dense.Fit(&f), []Output{{Shift: 10, Scale: 2}, {Bounded: true, Scale: 100}}, []Network{{
		Branches: []Branch{{Columns: []int{0}}},
		Trunk: []Layer{
			{In: 1, Out: 1, Weights: []float64{1}, Bias: []float64{0}, Activation: ReLU},
			{In: 1, Out: 2, Weights: []float64{1, -1}, Bias: []float64{0, 0}},
		},
	}})
}

func TestByHand(t *testing.T) {
	m, err := tiny()
	if err != nil {
		t.Fatal(err)
	}
	for x, want := range map[float64][2]float64{
		-3:          {10, 50},
		math.Log(3): {10 + 2*math.Log(3), 25}, // sigmoid(-ln 3) = 1/4
	} {
		got := m.Predict(nil, []float64{x})
		if math.Abs(got[0]-want[0]) > 1e-13 || math.Abs(got[1]-want[1]) > 1e-13 {
			t.Errorf("x = %v: predicted %v, want %v", x, got, want)
		}
	}
	dst, x := make([]float64, 2), []float64{1}
	if n := testing.AllocsPerRun(100, func() { m.Predict(dst, x) }); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*Model){
		"no outputs":     func(m *Model) { m.outputs = nil },
		"NaN scale":      func(m *Model) { m.outputs[0].Scale = math.NaN() },
		"column":         func(m *Model) { m.members[0].Branches[0].Columns[0] = 1 },
		"no trunk":       func(m *Model) { m.members[0].Trunk = nil },
		"last layer":     func(m *Model) { m.members[0].Trunk = m.members[0].Trunk[:1] },
		"layer inputs":   func(m *Model) { m.members[0].Trunk[1].In = 2 },
		"weights":        func(m *Model) { m.members[0].Trunk[1].Weights = []float64{1} },
		"activation":     func(m *Model) { m.members[0].Trunk[1].Activation = 2 },
		"infinite bias":  func(m *Model) { m.members[0].Trunk[1].Bias[0] = math.Inf(1) },
		"empty hand-off": func(m *Model) { m.members[0].Branches = nil },
	} {
		m, err := tiny()
		if err != nil {
			t.Fatal(err)
		}
		spoil(m)
		if _, err := New(m.scaler, m.outputs, m.members); !errors.Is(err, ErrShape) {
			t.Errorf("%s: got error %v, want ErrShape", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	m, err := tiny()
	if err != nil {
		f.Fatal(err)
	}
	b, _ := m.AppendBinary(nil)
	f.Add(b)
	f.Add(b[:len(b)-1])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			if !errors.Is(err, wire.ErrFormat) && !errors.Is(err, ErrShape) {
				t.Errorf("error of no kind: %v", err)
			}
			return
		}
		if again, _ := m.AppendBinary(nil); !bytes.Equal(again, b) {
			t.Errorf("decoded and encoded again: %x, was %x", again, b)
		}
		if m.scaler.Inputs() < 1<<10 {
			m.Predict(nil, make([]float64, m.scaler.Inputs()))
		}
	})
}

// One query of the size that the deepobs curves need: 5 members of 64-64-64, 16 inputs, 7 outputs.
func BenchmarkPredict(b *testing.B) {
	f := features.Frame{Columns: make([]features.Column, 16), N: 2}
	for i := range 32 {
		f.Data = append(f.Data, float64(i%7)-float64(i%3))
	}
	scaler := dense.Fit(&f)
	layer := func(in, out int, a Activation) Layer {
		l := Layer{In: in, Out: out, Activation: a, Weights: make([]float64, in*out), Bias: make([]float64, out)}
		for i := range l.Weights {
			l.Weights[i] = float64(i%11)/20 - 0.25
		}
		return l
	}
	members := make([]Network, 5)
	for i := range members {
		columns := make([]int, scaler.Width())
		for c := range columns {
			columns[c] = c
		}
		members[i] = Network{[]Branch{{Columns: columns}}, []Layer{layer(len(columns), 64, ReLU), layer(64, 64, ReLU),
			layer(64, 64, ReLU), layer(64, 7, Identity)}}
	}
	m, err := New(scaler, make([]Output, 7), members)
	if err != nil {
		b.Fatal(err)
	}
	dst, x := make([]float64, 7), f.Row(0)
	b.ReportAllocs()
	for b.Loop() {
		m.Predict(dst, x)
	}
}
