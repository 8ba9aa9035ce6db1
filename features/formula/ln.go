package formula

import "math"

// Ln returns the natural logarithm of a positive, finite number with the bits that FORMAT.md states, on every
// processor: the algorithm of FreeBSD's e_log.c, every product and sum rounded by itself. math.Log has these bits on
// x86-64; elsewhere it fuses products with sums. It is used where a rounding decides which network a configuration
// generates.
//
//	Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems, Inc. business.
//	Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
func Ln(x float64) float64 {
	const (
		ln2Hi = 6.93147180369123816490e-01
		ln2Lo = 1.90821492927058770002e-10
		l1    = 6.666666666666735130e-01
		l2    = 3.999999999940941908e-01
		l3    = 2.857142874366239149e-01
		l4    = 2.222219843214978396e-01
		l5    = 1.818357216161805012e-01
		l6    = 1.531383769920937332e-01
		l7    = 1.479819860511658591e-01
	)
	f, exponent := math.Frexp(x)
	if f <= math.Sqrt2/2 {
		f, exponent = 2*f, exponent-1
	}
	f--
	k, s := float64(exponent), f/(2+f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	t1 := float64(s2 * (l1 + float64(s4*(l3+float64(s4*(l5+float64(s4*l7)))))))
	t2 := float64(s4 * (l2 + float64(s4*(l4+float64(s4*l6)))))
	half := float64(float64(0.5*f) * f)
	low := float64(s*(half+(t1+t2))) + float64(k*ln2Lo)
	return float64(k*ln2Hi) - ((half - low) - f)
}

// Power returns x to the n-th power, n >= 0, by squaring from the lowest bit of n on: the products that FORMAT.md
// states, and the bits of math.Pow.
func Power(x float64, n int) float64 {
	out := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			out *= x
		}
		x *= x
	}
	return out
}
