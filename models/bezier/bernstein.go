package bezier

// row holds one value for each control point of any degree that is offered.
type row [maxDegree + 1]float64

// binomial[n][k] is n over k.
var binomial = func() (b [maxDegree + 1]row) {
	for n := range b {
		b[n][0] = 1
		for k := 1; k <= n; k++ {
			b[n][k] = b[n-1][k-1] + b[n-1][k]
		}
	}
	return b
}()

// basis writes the n+1 Bernstein polynomials of degree n at t into b (Farin 2002, equation 5.1).
func basis(b *row, n int, t float64) {
	s := 1 - t
	b[0] = 1
	for j := 1; j <= n; j++ { // the triangle of equation 5.2, in place
		carry := 0.0
		for i := 0; i < j; i++ {
			v := b[i]
			b[i] = carry + s*v
			carry = t * v
		}
		b[j] = carry
	}
}

// polynomial is a Bernstein polynomial ready for evaluation: control point k times (n over k), and the hull of the
// control points, which the values never leave (rounding apart, and that is clipped).
type polynomial struct {
	n      int
	scaled row
	lo, hi float64
}

func newPolynomial(p *polynomial, control []float64) {
	p.n = len(control) - 1
	p.lo, p.hi = control[0], control[0]
	for k, v := range control {
		p.scaled[k] = v * binomial[p.n][k]
		p.lo, p.hi = min(p.lo, v), max(p.hi, v)
	}
}

// at evaluates the polynomial at t in 0..1 by the nested form of the Bernstein sum (Farin 2002, section 5.8).
// Constants and both end points come out exactly.
func (p *polynomial) at(t float64) float64 {
	s, power := 1-t, 1.0
	y := p.scaled[0] * s
	for k := 1; k < p.n; k++ {
		power *= t
		y = (y + power*p.scaled[k]) * s
	}
	y += power * t * p.scaled[p.n]
	return min(max(y, p.lo), p.hi)
}

// powers writes the coefficients of 1, t, t^2 ... t^n of the Bernstein polynomial with these control points:
// coefficient k is (n over k) times the k-th forward difference (Farin 2002, equation 5.27).
func powers(a *row, control []float64) {
	n := len(control) - 1
	var d row
	copy(d[:], control)
	for k := 0; k <= n; k++ {
		a[k] = binomial[n][k] * d[0]
		for i := 0; i < n-k; i++ {
			d[i] = d[i+1] - d[i]
		}
	}
}
