package formula

import "math"

// Exp returns e to the x with the bits that FORMAT.md states, on every processor: the algorithm of FreeBSD's e_exp.c,
// every product and sum rounded by itself. Above 709.78 it is +Inf, below -745.13 it is 0.
//
//	Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved.
//	Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
func Exp(x float64) float64 {
	const (
		ln2Hi = 6.93147180369123816490e-01
		ln2Lo = 1.90821492927058770002e-10
		log2e = 1.44269504088896338700e+00
		p1    = 1.66666666666666657415e-01
		p2    = -2.77777777770155933842e-03
		p3    = 6.61375632143793436117e-05
		p4    = -1.65339022054652515390e-06
		p5    = 4.13813679705723846039e-08
	)
	switch {
	case math.IsNaN(x):
		return x
	case x > 7.09782712893383973096e+02:
		return math.Inf(1)
	case x < -7.45133219101941108420e+02:
		return 0
	}
	k := math.Floor(float64(log2e*x) + 0.5)
	hi, lo := x-float64(k*ln2Hi), float64(k*ln2Lo)
	r := hi - lo
	t := float64(r * r)
	c := r - float64(t*(p1+float64(t*(p2+float64(t*(p3+float64(t*(p4+float64(t*p5)))))))))
	y := 1 - ((lo - float64(float64(r*c)/(2-c))) - hi)
	return math.Ldexp(y, int(k))
}

// log is the natural logarithm of any number: -Inf of 0, NaN below 0.
func log(x float64) float64 {
	switch {
	case x < 0 || math.IsNaN(x):
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	case math.IsInf(x, 1):
		return x
	}
	return Ln(x)
}

// log2 is exact for powers of two: the logarithm of the fraction in (1/2, 1] over that of 2, and the exponent.
func log2(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return log(x)
	}
	f, exponent := math.Frexp(x)
	if f == 0.5 {
		f, exponent = 1, exponent-1
	}
	return float64(exponent) + float64(Ln(f)/math.Ln2)
}

// log10 is exact for 10^-22 to 10^22, as one over a product and as a product.
func log10(x float64) float64 {
	y := float64(log(x) / math.Ln10)
	if r := math.RoundToEven(y); math.Abs(r) <= 22 && pow(10, r) == x {
		return r
	}
	return y
}

// maxWhole is the greatest whole exponent that is multiplied out.
const maxWhole = 1024

// pow is x^y: products for whole y from -1024 to 1024 (1 over the product below 0), else exp(y ln x), NaN for x < 0.
func pow(x, y float64) float64 {
	if y == math.Trunc(y) && math.Abs(y) <= maxWhole {
		p := Power(x, int(math.Abs(y)))
		if y < 0 {
			return 1 / p
		}
		return p
	}
	if x == 0 && y > 0 {
		return 0
	}
	return Exp(float64(y * log(x)))
}
