package onnx

import "math"

// ln gives the natural logarithm of numbers from 1 to most, with the bits that FORMAT.md states for networks: an
// operator Log has others, and ties of the roundings that follow would go another way.
func (g *graph) ln(x value, most float64) value {
	f, k := x, g.mul(x, g.number(0))
	// x = f 2^k with f in (sqrt(1/2), sqrt(2)]: halving is exact.
	for limit, half := math.Sqrt2/2*2, 0.5; limit < most; limit, half = 2*limit, half/2 {
		above := g.op("Greater", x, g.number(limit))
		f = g.where(above, g.mul(x, g.number(half)), f)
		k = g.add(k, g.double(above))
	}
	f = g.sub(f, g.number(1))
	s := g.div(f, g.add(g.number(2), f))
	z := g.mul(s, s)
	w := g.mul(z, z)
	horner := func(c ...float64) value {
		v := g.number(c[len(c)-1])
		for i := len(c) - 2; i >= 0; i-- {
			v = g.add(g.number(c[i]), g.mul(w, v))
		}
		return v
	}
	t := g.add(
		g.mul(z, horner(6.666666666666735130e-01, 2.857142874366239149e-01, 1.818357216161805012e-01,
			1.479819860511658591e-01)),
		g.mul(w, horner(3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)))
	h := g.mul(g.mul(g.number(0.5), f), f)
	low := g.add(g.mul(s, g.add(h, t)), g.mul(k, g.number(1.90821492927058770002e-10)))
	return g.sub(g.mul(k, g.number(6.93147180369123816490e-01)), g.sub(g.sub(h, low), f))
}

// power gives x to the whole powers n, 0 <= n < 2^bits, by squaring, as FORMAT.md states it.
func (g *graph) power(x, n value, bits int) value {
	out := g.add(g.mul(n, g.number(0)), g.number(1))
	for i := range bits {
		half := g.op("Floor", g.mul(n, g.number(0.5)))
		odd := g.op("Greater", g.sub(n, g.mul(g.number(2), half)), g.number(0.5))
		out = g.where(odd, g.mul(out, x), out)
		if n = half; i < bits-1 {
			x = g.mul(x, x)
		}
	}
	return out
}
