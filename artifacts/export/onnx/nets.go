package onnx

import (
	"math"

	"eahas/models/dense"
	"eahas/models/linear"
	"eahas/models/mlp"
)

// scale applies the scaler to rows x (n x p double): n x Width.
func (g *graph) scale(x value, s *dense.Scaler) value {
	zero, gone := make([]float64, s.Inputs()), make([]float64, s.Inputs())
	for i := range gone {
		gone[i] = math.NaN()
	}
	offset, missing := s.Apply(nil, zero), s.Apply(nil, gone) // (v-shift)*scale at v = 0, and for missing values
	var kept, indicators []int64
	var factor []float64
	for j := range s.Width() {
		c, indicator := s.Source(j)
		if indicator {
			indicators = append(indicators, int64(c))
			continue
		}
		kept, factor = append(kept, int64(c)), append(factor, s.Scale(j))
	}
	var parts []value
	k := len(kept)
	if k > 0 {
		v := g.columns(x, kept...)
		scaled := g.bound(g.add(g.mul(v, g.row(factor...)), g.row(offset[:k]...)), -1e100, 1e100)
		parts = append(parts, g.where(g.missing(v), g.number(0), scaled))
	}
	if len(indicators) > 0 {
		v := g.columns(x, indicators...)
		parts = append(parts, g.where(g.missing(v), g.row(missing[k:]...), g.row(offset[k:]...)))
	}
	return g.concat(parts...)
}

// missing says where v is NaN or infinite.
func (g *graph) missing(v value) value { return g.op("Or", g.op("IsNaN", v), g.op("IsInf", v)) }

// matrix is an r x c double constant.
func (g *graph) matrix(r, c int, xs []float64) value {
	return g.constant(float64Tensor([]int64{int64(r), int64(c)}, xs...))
}

// layers applies the layers to x in order.
func (g *graph) layers(x value, layers []mlp.Layer) value {
	for _, l := range layers {
		x = g.op("Gemm", x, g.matrix(l.In, l.Out, l.Weights), g.row(l.Bias...))
		if l.Activation == mlp.ReLU {
			x = g.op("Relu", x)
		}
	}
	return x
}

// net adds an ensemble of networks: x is n x p double, the result n x k double.
func (g *graph) net(x value, m *mlp.Model) value {
	outputs, members := m.OutputScales(), m.Members()
	k := len(outputs)
	shift, scale, mask := make([]float64, k), make([]float64, k), make([]byte, k)
	for j, o := range outputs {
		shift[j], scale[j], mask[j] = o.Shift, o.Scale, byte(bit(o.Bounded))
	}
	bounded := g.constant(tensor{kind: bools, shape: []int64{1, int64(k)}, raw: mask})
	unit := func(z value) value { // to the targets' units
		return g.add(g.row(shift...), g.mul(g.row(scale...), g.where(bounded, g.op("Sigmoid", z), z)))
	}
	if len(members) == 0 || m.Scaler().Width() == 0 {
		return g.constantRows(x, m.Predict(nil, make([]float64, m.Scaler().Inputs())))
	}
	scaled := g.scale(x, m.Scaler())
	var sum value
	for i := range members {
		var parts []value
		for _, b := range members[i].Branches {
			if len(b.Columns) == 0 {
				continue
			}
			cs := make([]int64, len(b.Columns))
			for j, c := range b.Columns {
				cs[j] = int64(c)
			}
			parts = append(parts, g.layers(g.columns(scaled, cs...), b.Layers))
		}
		y := unit(g.layers(g.concat(parts...), members[i].Trunk))
		if i == 0 {
			sum = y
		} else {
			sum = g.add(sum, y)
		}
	}
	return g.div(sum, g.number(float64(len(members))))
}

// linear adds a ridge regression.
func (g *graph) linear(x value, m *linear.Model) value {
	w, k := m.Scaler().Width(), m.Outputs()
	if w == 0 {
		return g.constantRows(x, m.Intercept())
	}
	slope := m.Slope() // k x w
	turned := make([]float64, w*k)
	for o := range k {
		for j := range w {
			turned[j*k+o] = slope[o*w+j]
		}
	}
	return g.op("Gemm", g.scale(x, m.Scaler()), g.matrix(w, k, turned), g.row(m.Intercept()...))
}

// constantRows repeats the values for each row of x.
func (g *graph) constantRows(x value, values []float64) value {
	any := g.op("IsNaN", g.columns(x, 0))
	return g.where(any, g.row(values...), g.row(values...))
}
