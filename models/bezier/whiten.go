package bezier

import (
	"math"

	"eahas/models/internal/curve"
)

// whitener holds the upper triangular U with U'U = G, (n+1) x (n+1): targets are z = U y.
type whitener struct {
	n int
	u [maxDegree + 1]row
}

const whitePoints = 101

// whiten factors the Gram matrix of a codec's Bernstein polynomials, by Cholesky's method in place.
// It is the mean of two: that of 101 points spread evenly in time, which is the error that scores count, and that of
// 101 points spread evenly in warped time. With the first alone hardly a point would hold the curve's beginning, and
// small errors of the targets would become large ones there; with the second the matrix is positive definite for every
// warp constant.
func whiten(c *Codec) *whitener {
	w := &whitener{n: c.degree}
	var b row
	for i := range whitePoints {
		share := float64(i) / (whitePoints - 1)
		for _, t := range [2]float64{share, c.time(share)} {
			basis(&b, w.n, t)
			for p := range w.n + 1 {
				for q := p; q <= w.n; q++ {
					w.u[p][q] += b[p] * b[q] / (2 * whitePoints)
				}
			}
		}
	}
	for p := range w.n + 1 {
		for q := p; q <= w.n; q++ {
			for k := range p {
				w.u[p][q] -= w.u[k][p] * w.u[k][q]
			}
			if q > p {
				w.u[p][q] /= w.u[p][p]
				continue
			}
			w.u[p][p] = math.Sqrt(w.u[p][p])
		}
	}
	return w
}

// forward replaces the control points y by U y.
func (w *whitener) forward(y []float64) {
	for p := range y {
		y[p] *= w.u[p][p]
		for q := p + 1; q < len(y); q++ {
			y[p] += w.u[p][q] * y[q]
		}
	}
}

// back replaces z by the control points y with U y = z, magnitudes clipped.
func (w *whitener) back(z []float64) {
	for p := len(z) - 1; p >= 0; p-- {
		for q := p + 1; q < len(z); q++ {
			z[p] -= w.u[p][q] * z[q]
		}
		z[p] = curve.Clip(z[p] / w.u[p][p])
	}
}

// transposed replaces a row b of the design of y by that of z: r with U'r = b, since b'y = r'U y.
func (w *whitener) transposed(b []float64) {
	for p := range b {
		for k := range p {
			b[p] -= w.u[k][p] * b[k]
		}
		b[p] /= w.u[p][p]
	}
}
