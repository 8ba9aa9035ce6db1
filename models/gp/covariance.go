package gp

import "math"

// covariance is a sum of kernels with its parameters out of the logarithms.
type covariance struct {
	kernel   Kernel
	variance []float64   // per component
	inverse  [][]float64 // per component and axis: 1 / length scale^2
	noise    float64
}

// minNoise keeps the covariance matrix of repeated rows positive definite; targets have variance 1.
const minNoise = 1e-8

func newCovariance(k Kernel, t theta, components, axes int) covariance {
	c := covariance{kernel: k, noise: math.Exp(t[len(t)-1]) + minNoise}
	for m := range components {
		v, lengths := t.component(m, axes)
		c.variance = append(c.variance, math.Exp(v))
		inverse := make([]float64, axes)
		for g, l := range lengths {
			inverse[g] = math.Exp(-2 * l)
		}
		c.inverse = append(c.inverse, inverse)
	}
	return c
}

// at returns the covariance of two rows with the given squared distances per axis.
func (c *covariance) at(squares []float64) float64 {
	sum := 0.0
	for m, inverse := range c.inverse {
		value, _ := c.kernel.at(weighted(squares, inverse))
		sum += c.variance[m] * value
	}
	return sum
}

// lanes is how many rows are looked at together when a model answers.
const lanes = 4

// atLanes is at for four rows at once: squares is lanes x axes. Every sum is taken in the order of at, so the bits are
// the same; four chains of additions run side by side where one waits for each of its own.
func (c *covariance) atLanes(dst *[lanes]float64, squares []float64) {
	axes := len(squares) / lanes
	s0, s1 := squares[:axes:axes], squares[axes:2*axes:2*axes]
	s2, s3 := squares[2*axes:3*axes:3*axes], squares[3*axes:4*axes:4*axes]
	*dst = [lanes]float64{}
	for m, inverse := range c.inverse {
		var a, b, d, e float64
		for g, v := range inverse[:axes] {
			a += s0[g] * v
			b += s1[g] * v
			d += s2[g] * v
			e += s3[g] * v
		}
		dst[0] += c.variance[m] * c.kernel.value(a)
		dst[1] += c.variance[m] * c.kernel.value(b)
		dst[2] += c.variance[m] * c.kernel.value(d)
		dst[3] += c.variance[m] * c.kernel.value(e)
	}
}

// total returns the covariance of a row with itself, without noise.
func (c *covariance) total() float64 {
	sum := 0.0
	for _, v := range c.variance {
		sum += v
	}
	return sum
}

// addGradient adds w * d at / d theta to grad, for all but the noise; kernels are those of the squares (fill).
func (c *covariance) addGradient(grad, squares, kernels []float64, w float64) {
	axes := len(squares)
	for m, inverse := range c.inverse {
		value, slope := kernels[2*m], kernels[2*m+1]
		g := grad[m*(1+axes) : (m+1)*(1+axes)]
		g[0] += w * c.variance[m] * value
		f := -2 * w * c.variance[m] * slope
		for a, s := range squares {
			g[1+a] += f * s * inverse[a]
		}
	}
}

func weighted(squares, inverse []float64) float64 {
	sum := 0.0
	for g, s := range squares {
		sum += s * inverse[g]
	}
	return sum
}
