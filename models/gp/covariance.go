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

// total returns the covariance of a row with itself, without noise.
func (c *covariance) total() float64 {
	sum := 0.0
	for _, v := range c.variance {
		sum += v
	}
	return sum
}

// addGradient adds w * d at / d theta to grad, for all but the noise.
func (c *covariance) addGradient(grad, squares []float64, w float64) {
	axes := len(squares)
	for m, inverse := range c.inverse {
		value, slope := c.kernel.at(weighted(squares, inverse))
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
