package interval

import (
	"math"
	"slices"
)

// quantiles fills low and high from the scores (one list a trial, as long as its times).
func (m *Model) quantiles(trials []Trial, scores [][]float64) {
	n := len(m.knots)
	bySegment := make([][]float64, n)
	independent := make([]int, n) // trials with a point in the segment
	for i := range trials {
		seen := make([]bool, n)
		for j, u := range trials[i].Time {
			k := nearest(m.knots, u)
			bySegment[k] = append(bySegment[k], scores[i][j])
			if !seen[k] {
				seen[k] = true
				independent[k]++
			}
		}
	}
	m.low, m.high = make([]float64, len(m.levels)*n), make([]float64, len(m.levels)*n)
	for k, s := range bySegment {
		slices.Sort(s)
		for l, level := range m.levels {
			if len(s) == 0 {
				continue // filled from a neighbour below
			}
			m.low[l*n+k], m.high[l*n+k] = conformalEnds(s, independent[k], level)
		}
	}
	for l := range m.levels {
		fillEmpty(m.low[l*n:(l+1)*n], independent)
		fillEmpty(m.high[l*n:(l+1)*n], independent)
	}
}

// conformalEnds returns the signed quantiles of sorted scores between which a new score lies with at least the given
// probability: each tail holds at most (1-level)/2, with the correction (n+1)/n of split conformal prediction for n
// independent trials. Where n is too small for the level the ends are the extremes. Zero always lies inside.
func conformalEnds(sorted []float64, n int, level float64) (low, high float64) {
	q := (1 + level) / 2 * float64(n+1) / float64(n)
	last := float64(len(sorted) - 1)
	at := func(share float64) float64 { return sorted[int(max(0, min(last, share)))] }
	rank := math.Ceil(q*float64(len(sorted))) - 1
	return min(0, at(last-rank)), max(0, at(rank))
}

// fillEmpty gives segments without a trial the value of the nearest segment before, else after.
func fillEmpty(v []float64, trials []int) {
	for step := range 2 {
		for j := range v {
			k, from := j, j-1
			if step == 1 {
				k = len(v) - 1 - j
				from = k + 1
			}
			if trials[k] == 0 && v[k] == 0 && from >= 0 && from < len(v) {
				v[k] = v[from]
			}
		}
	}
}
