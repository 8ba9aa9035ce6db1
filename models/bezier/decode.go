package bezier

import "eahas/models/internal/curve"

// Decode writes the curve's values at the given epochs into dst (length len(epochs); nil allocates) and returns it.
// v is a target vector of length Width; epochs outside first..last are clipped to them, as is a NaN epoch to first.
//
// Any v gives finite values: a NaN counts as 0 in y and as i/n in xi, magnitudes are clipped to 1e300 in y and to 0..1
// in x, and x control points that are out of order are replaced by the nearest ones in order. A decoded curve lies
// between its smallest and its largest y control point, and passes through the first at first and through the last at
// last. For Whitened the control points are those that v stands for. With a dst given it does not allocate. Sorted
// epochs are answered fastest; others are allowed.
func (c *Codec) Decode(dst, v, epochs []float64, first, last float64) []float64 {
	if len(v) != c.Width() {
		panic("bezier: target vector has the wrong length")
	}
	dst = curve.Sized(dst, len(epochs))
	n := c.degree
	var control row
	for i := range n + 1 {
		control[i] = curve.Clip(v[i])
	}
	if c.white != nil {
		c.white.back(control[:n+1])
	}
	var y polynomial
	newPolynomial(&y, control[:n+1])
	if c.params != Chord {
		for i, e := range epochs {
			dst[i] = y.at(c.time(curve.Unit(e, first, last)))
		}
		return dst
	}
	var inv inverse
	abscissae(&control, n, v[n+1:])
	newInverse(&inv, control[:n+1])
	for i, e := range epochs {
		dst[i] = y.at(inv.at(curve.Unit(e, first, last)))
	}
	return dst
}

// abscissae writes the n+1 x control points of a target vector's interior ones: mended, in order, from 0 to 1.
func abscissae(x *row, n int, interior []float64) {
	for i := 1; i < n; i++ {
		x[i] = curve.Clip(interior[i-1])
		if interior[i-1] != interior[i-1] {
			x[i] = float64(i) / float64(n)
		}
	}
	order(x[1:n])
	x[0], x[n] = 0, 1
}
