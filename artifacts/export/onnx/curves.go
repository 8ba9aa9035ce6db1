package onnx

import (
	"fmt"
	"math"

	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/grid"
	"eahas/models/svd"
)

// curve decodes target vectors v (batch x width) at the run's epochs: batch x points.
func (g *graph) curve(r run, first float64, rep models.Representation, v value) (value, error) {
	x := g.unit(r, first)
	switch rep := rep.(type) {
	case *bezier.Codec:
		return g.bezier(x, rep, v), nil
	case *grid.Codec:
		return g.between(x, rep.WarpConstant(), rep.Width(), v), nil
	case *svd.Basis:
		w, n := rep.Width(), rep.Points()
		turned := make([]float64, w*n) // w x n
		for p, c := range rep.Components() {
			turned[p%w*n+p/w] = c
		}
		at := g.add(g.op("MatMul", v, g.matrix(w, n, turned)), g.row(rep.Mean()...))
		return g.between(x, rep.WarpConstant(), n, at), nil
	}
	return "", fmt.Errorf("onnx: %w: a representation of the type %T", ErrUnsupported, rep)
}

// unit maps epochs onto 0..1: batch x points.
func (g *graph) unit(r run, first float64) value {
	zero := g.number(0)
	x := g.div(g.sub(r.epochs, g.number(first)), g.sub(r.last, g.number(first)))
	return g.bound(g.where(g.op("Greater", r.last, g.number(first)), x, zero), 0, 1)
}

// warped is log(1+cx)/log(1+c).
func (g *graph) warped(x value, c float64) value {
	if c == 0 {
		return x
	}
	return g.div(g.op("Log", g.add(g.mul(x, g.number(c)), g.number(1))), g.number(math.Log1p(c)))
}

// between interpolates values at n points, evenly spaced in warped time: v is batch x n.
func (g *graph) between(x value, warp float64, n int, v value) value {
	at := g.mul(g.warped(x, warp), g.number(float64(n-1)))
	cell := g.op("Min", g.op("Floor", at), g.number(float64(n-2)))
	f := g.sub(at, cell)
	place := g.cast(cell, int64s)
	pick := func(i value) value { return g.with("GatherElements", []attribute{{"axis", int64(1)}}, v, i) }
	left, right := pick(place), pick(g.op("Add", place, g.ints(1)))
	return g.add(g.mul(left, g.sub(g.number(1), f)), g.mul(right, f))
}

// bezier evaluates the curve of the control points that v stands for.
func (g *graph) bezier(x value, c *bezier.Codec, v value) value {
	n := c.Degree()
	y := make([]value, n+1)
	ordinates := v
	if c.Parameters() == bezier.Whitened {
		ordinates = g.op("MatMul", v, g.ordinates(c))
	}
	for i := range y {
		y[i] = g.columns(ordinates, int64(i))
	}
	if c.Parameters() != bezier.Chord {
		return g.bernstein(g.warped(x, c.WarpConstant()), y)
	}
	interior := make([]int64, n-1)
	for i := range interior {
		interior[i] = int64(n + 1 + i)
	}
	return g.bernstein(g.invert(x, g.ordered(g.columns(v, interior...), n-1)), y)
}

// ordinates is the matrix from Whitened target vectors to control points: z' M = y'.
func (g *graph) ordinates(c *bezier.Codec) value {
	w := c.Width()
	m := make([]float64, 0, w*w)
	for i := range w {
		z := make([]float64, w)
		z[i] = 1
		m = append(m, c.Ordinates(nil, z)...)
	}
	return g.matrix(w, w, m)
}

// bernstein evaluates the polynomial with control points y (batch x 1 each) at t (batch x points), by the nested form
// that package bezier uses, and keeps the result inside the control points' range.
func (g *graph) bernstein(t value, y []value) value {
	n := len(y) - 1
	s := g.sub(g.number(1), t)
	sum, power := g.mul(y[0], s), t
	choose := 1.0
	for k := 1; k < n; k++ {
		choose = choose * float64(n-k+1) / float64(k)
		sum = g.mul(g.add(sum, g.mul(power, g.mul(y[k], g.number(choose)))), s)
		power = g.mul(power, t)
	}
	sum = g.add(sum, g.mul(power, y[n]))
	all := g.concat(y...)
	return g.op("Min", g.op("Max", sum, g.reduce("ReduceMin", all)), g.reduce("ReduceMax", all))
}

// ordered projects the n interior abscissae onto the nearest ones in order and into 0..1, by the min-max formula of
// isotonic regression: the i-th is the largest over j <= i of the smallest over k >= i of the mean of j..k.
// (Robertson, Wright and Dykstra, "Order Restricted Statistical Inference", 1988, theorem 1.4.4.)
func (g *graph) ordered(x value, n int) []value {
	type interval struct{ j, k int }
	places := map[interval]int64{}
	for j := range n {
		for k := j; k < n; k++ {
			places[interval{j, k}] = int64(len(places))
		}
	}
	m := make([]float64, n*len(places))
	for i, at := range places {
		for p := i.j; p <= i.k; p++ {
			m[p*len(places)+int(at)] = 1 / float64(i.k-i.j+1)
		}
	}
	means := g.op("MatMul", x, g.matrix(n, len(places), m))
	out := make([]value, n)
	for i := range n {
		var lows []value
		for j := 0; j <= i; j++ {
			var at []int64
			for k := i; k < n; k++ {
				at = append(at, places[interval{j, k}])
			}
			lows = append(lows, g.reduce("ReduceMin", g.columns(means, at...)))
		}
		out[i] = g.bound(g.reduce("ReduceMax", g.concat(lows...)), 0, 1)
	}
	return out
}

// Steps of the inversion. The halvings leave a bracket of 2^-24, which is all that can be had where x(t) is flat, at a
// root of threefold multiplicity. Elsewhere Newton's method, kept inside the bracket, doubles the digits with each
// step.
const (
	halvings = 24
	newtons  = 3
)

// invert solves x(t) = x for t in 0..1, where x(t) has the control points 0, interior (batch x 1 each, in order), 1.
func (g *graph) invert(x value, interior []value) value {
	n := len(interior) + 1
	// Coefficients by powers of t: (n over k) times the k-th forward difference. The zeroth is 0.
	d := append(append([]value{g.number(0)}, interior...), g.number(1))
	a := make([]value, n+1)
	choose := 1.0
	for k := 1; k <= n; k++ {
		for i := range n - k + 1 {
			d[i] = g.sub(d[i+1], d[i])
		}
		choose = choose * float64(n-k+1) / float64(k)
		a[k] = g.mul(d[0], g.number(choose))
	}
	at := func(t value) value {
		v := a[n]
		for k := n - 1; k > 0; k-- {
			v = g.add(g.mul(v, t), a[k])
		}
		return g.sub(g.mul(v, t), x)
	}
	slope := func(t value) value {
		v := g.mul(a[n], g.number(float64(n)))
		for k := n - 1; k > 0; k-- {
			v = g.add(g.mul(v, t), g.mul(a[k], g.number(float64(k))))
		}
		return v
	}
	half := g.number(0.5)
	low, high := g.mul(x, g.number(0)), g.add(g.mul(x, g.number(0)), g.number(1))
	middle := func() value { return g.mul(g.add(low, high), half) }
	narrow := func(t, f value) {
		above := g.op("Greater", f, g.number(0))
		low, high = g.where(above, low, t), g.where(above, t, high)
	}
	for range halvings {
		t := middle()
		narrow(t, at(t))
	}
	t := middle()
	for range newtons {
		f := at(t)
		narrow(t, f)
		next := g.sub(t, g.div(f, slope(t)))
		inside := g.op("And", g.op("GreaterOrEqual", next, low), g.op("LessOrEqual", next, high))
		t = g.where(inside, next, middle()) // a NaN is not inside
	}
	return t
}
