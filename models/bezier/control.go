package bezier

import "eahas/models/internal/curve"

// Ordinates writes the y control points y0 ... yn that the target vector v (length Width) stands for into dst (length
// Degree+1; nil allocates). For Chord and Warp they are the first values of v; for Whitened they depend linearly on v.
func (c *Codec) Ordinates(dst, v []float64) []float64 {
	if len(v) != c.Width() {
		panic("bezier: target vector has the wrong length")
	}
	dst = curve.Sized(dst, c.degree+1)
	for i := range dst {
		dst[i] = curve.Clip(v[i])
	}
	if c.white != nil {
		c.white.back(dst)
	}
	return dst
}
