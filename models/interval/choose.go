package interval

import (
	"fmt"
	"math"
	"os"
)

// choose fills Scores and chosen. sums holds the rows' scores of each model.
func (f *Family) choose(p *problem, rows []int, sums [][]float64) {
	points := make([]float64, len(rows))
	byGroup, byPart := make([]int, len(rows)), make([]int, len(rows))
	for j, i := range rows {
		points[j] = float64(len(p.trials[i].Time))
		byGroup[j], byPart[j] = p.trials[i].Group, p.part[i]
	}
	for k := range sums {
		mean, _ := ratio(sums[k], points, byGroup)
		f.Scores = append(f.Scores, mean)
		diff := make([]float64, len(rows))
		for j := range diff {
			diff[j] = sums[k][j] - sums[0][j]
		}
		d, se := ratio(diff, points, byGroup)
		_, se2 := ratio(diff, points, byPart)
		if os.Getenv("DEBUGI") != "" {
			fmt.Fprintf(os.Stderr, "%s n %d score %.4g diff %.4g group t %.2f part t %.2f\n", f.Models[k].source, len(rows), mean, d, d/se, d/se2)
		}
		if mean < f.Scores[f.chosen] {
			f.chosen = k
		}
	}
}

// ratio returns the sum of x over the sum of n, and its standard error when the rows of one cluster stand and fall together.
func ratio(x, n []float64, cluster []int) (mean, se float64) {
	sum, count := 0.0, 0.0
	for j := range x {
		sum, count = sum+x[j], count+n[j]
	}
	mean = sum / count
	at := map[int]int{}
	var left []float64
	for j, c := range cluster {
		k, ok := at[c]
		if !ok {
			k = len(left)
			at[c] = k
			left = append(left, 0)
		}
		left[k] += x[j] - mean*n[j]
	}
	squares := 0.0
	for _, l := range left {
		squares += l * l
	}
	m := float64(len(left))
	return mean, math.Sqrt(squares*m/(m-1)) / count
}
