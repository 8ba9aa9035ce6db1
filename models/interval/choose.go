package interval

import "math"

// choiceErrors is how many standard errors of the difference a source must be better than the first one to be chosen.
const choiceErrors = 2

// choose fills Scores and chosen. sums holds the rows' scores of each model. Parts differ: a source that is best on
// four of them need not be on the fifth, and whoever takes the lowest mean there is too sure of it. So a source takes
// the place of the first one only if it is really better, the parts being what varies; of those, the one with the
// lowest score.
func (f *Family) choose(p *problem, rows []int, sums [][]float64) {
	points, part := make([]float64, len(rows)), make([]int, len(rows))
	for j, i := range rows {
		points[j], part[j] = float64(len(p.trials[i].Time)), p.part[i]
	}
	for k := range sums {
		diff := make([]float64, len(rows))
		for j := range diff {
			diff[j] = sums[k][j] - sums[0][j]
		}
		mean, _ := ratio(sums[k], points, part)
		f.Scores = append(f.Scores, mean)
		if d, e := ratio(diff, points, part); d < -choiceErrors*e && mean < f.Scores[f.chosen] {
			f.chosen = k
		}
	}
}

// ratio returns the sum of x over the sum of n, and its standard error when the rows of one part (0..maxParts-1) stand
// and fall together: the linearised ratio estimator, Cochran, "Sampling Techniques" (1977), section 6.4.
func ratio(x, n []float64, part []int) (mean, se float64) {
	sum, count := 0.0, 0.0
	for j := range x {
		sum, count = sum+x[j], count+n[j]
	}
	mean = sum / count
	left, seen := make([]float64, maxParts), make([]float64, maxParts)
	for j, c := range part {
		left[c] += x[j] - mean*n[j]
		seen[c] = 1
	}
	squares, m := 0.0, 0.0
	for c, l := range left {
		squares, m = squares+l*l, m+seen[c]
	}
	return mean, math.Sqrt(squares*m/(m-1)) / count
}
