package search

import "math"

// logEI returns the natural logarithm of the expected improvement of N(mean, sd) below best, for a quantity that is to
// be low. Jones, Schonlau, Welch, "Efficient global optimization of expensive black-box functions" (J. Global
// Optimization 1998), equation 15; in the logarithm, far below by the asymptotic series as in Ament et al., "Unexpected
// improvements to expected improvement" (NeurIPS 2023). With sd 0 it is ln max(0, best - mean).
func logEI(mean, sd, best float64) float64 {
	if !(sd > 0) {
		return math.Log(max(0, best-mean))
	}
	return math.Log(sd) + logH((best-mean)/sd)
}

// LogExpectedImprovement returns the natural logarithm of the expected improvement of N(mean, sd) below best, for a
// quantity that is to be low; a standard deviation that is NaN counts as 0.
func LogExpectedImprovement(mean, sd, best float64) float64 { return logEI(mean, sd, best) }

// logH returns ln(phi(z) + z Phi(z)), phi and Phi those of the standard normal distribution.
func logH(z float64) float64 {
	if z > -25 { // the two terms cancel all but 1/z² of themselves: 13 digits are left
		return math.Log(math.Exp(-z*z/2-halfLog2Pi) + z*normalCDF(z))
	}
	// Mills' ratio Phi(z)/phi(z) = 1/|z| (1 - 1/z² + 3/z⁴ - ...), so that phi + z Phi = phi (1/z² - 3/z⁴ +
	// 15/z⁶ - 105/z⁸).
	i := 1 / (z * z)
	return -z*z/2 - halfLog2Pi + math.Log(i*(1-i*(3-i*(15-i*105))))
}

func normalCDF(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
