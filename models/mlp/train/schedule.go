package train

import "math"

// rateAt returns Adam's rate at a step in 0..steps-1. "cosine" falls from rate to 0 along half a cosine wave
// (Loshchilov and Hutter 2017, "SGDR", equation 5, without restarts).
func rateAt(schedule string, rate float64, step, steps int) float64 {
	if schedule == "constant" {
		return rate
	}
	return rate * 0.5 * (1 + math.Cos(math.Pi*float64(step)/float64(steps)))
}
