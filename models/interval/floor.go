package interval

import (
	"math"
	"slices"
)

// floorSteps is how many times the floor is halved and doubled from the mean spread in the search for the best.
const floorSteps = 8

// fitFloor learns, at each knot, the floor that is added to the spread, and the usual spread that stands for an unknown
// one (the median). A predictor's spread does not know of the noise of one run and is not calibrated: the size of a
// residual is taken as c (spread + floor), and the floor is the most likely one when residuals follow a Laplace
// distribution of that size; c is left to the calibration.
func (p *problem) fitFloor(rows []int) (floor, usual []float64) {
	knots := len(p.knots)
	floor, usual = make([]float64, knots), make([]float64, knots)
	for k := range knots {
		var spread, size []float64
		for _, i := range rows {
			if s := p.trials[i].Spread; s != nil {
				spread, size = append(spread, s[k]), append(size, p.sizes[i*knots+k])
			}
		}
		floor[k] = bestFloor(spread, size)
		if len(spread) > 0 {
			slices.Sort(spread)
			usual[k] = spread[len(spread)/2]
		}
	}
	return floor, usual
}

// bestFloor searches the floor f that minimises log mean(size/(spread+f)) + mean log(spread+f), the negative logarithm
// of the profile likelihood of a Laplace distribution. Rows whose size is NaN are left out. Without any spread it is 1.
func bestFloor(spread, size []float64) float64 {
	mean, n := 0.0, 0.0
	for i, s := range spread {
		if !math.IsNaN(size[i]) {
			mean, n = mean+s, n+1
		}
	}
	if n == 0 || mean == 0 {
		return 1
	}
	mean /= n
	best, least := mean, math.Inf(1)
	for step := -floorSteps; step <= floorSteps; step++ {
		f := math.Ldexp(mean, step)
		ratio, logs := 0.0, 0.0
		for i, s := range spread {
			if !math.IsNaN(size[i]) {
				ratio += size[i] / (s + f)
				logs += math.Log(s + f)
			}
		}
		if loss := math.Log(ratio/n+tiny) + logs/n; loss < least {
			best, least = f, loss
		}
	}
	return best
}
