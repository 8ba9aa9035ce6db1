package gp

import (
	"math"
	"math/rand/v2"
	"slices"

	"eahas/models"
	"eahas/models/dense"
	"eahas/models/internal/problem"
)

// drawGroups returns the rows to use, in order: all when they fit, else whole groups drawn until the next would pass
// the limit (the first group always counts, cut to the limit).
func drawGroups(d *models.Data, limit int, r *rand.Rand) []int {
	all := make([]int, d.X.N)
	members := map[int][]int{}
	var groups []int // in order of first appearance
	for i := range all {
		all[i] = i
		g := problem.Group(d, i)
		if members[g] == nil {
			groups = append(groups, g)
		}
		members[g] = append(members[g], i)
	}
	if len(all) <= limit {
		return all
	}
	r.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
	var keep []int
	for _, g := range groups {
		if len(keep) > 0 && len(keep)+len(members[g]) > limit {
			break
		}
		keep = append(keep, members[g]...)
	}
	keep = keep[:min(len(keep), limit)]
	slices.Sort(keep)
	return keep
}

func rowsOf(d *models.Data, s *dense.Scaler, split bool) *inputs {
	in := &inputs{n: d.X.N, layout: layoutOf(s.Axes(d.X.Columns, split))}
	in.width = len(in.column)
	in.x = make([]float64, in.n*in.width)
	row := make([]float64, s.Width())
	for i := range in.n {
		in.pick(in.row(i), s.Apply(row, d.X.Row(i)))
	}
	return in
}

// spreadOf returns the mean weight over each row's weight.
func spreadOf(d *models.Data) []float64 {
	spread := make([]float64, d.X.N)
	mean := 0.0
	for i := range spread {
		mean += problem.Weight(d, i)
	}
	mean /= float64(len(spread)) // last: equal weights give 1 exactly
	for i := range spread {
		spread[i] = min(mean/problem.Weight(d, i), 1e12)
	}
	return spread
}

// standardise fills the heads' shift and scale and returns the standardised targets, outputs x n. A constant output
// gets zeros, so that its shift is predicted exactly.
func (m *Model) standardise(d *models.Data) [][]float64 {
	m.heads = make([]head, d.K)
	targets := make([][]float64, d.K)
	for k := range targets {
		y := make([]float64, d.X.N)
		for i := range y {
			y[i] = d.Y[i*d.K+k]
			if m.mean != nil {
				y[i] -= m.mean.Predict(nil, d.X.Row(i))[k]
			}
		}
		shift, square, total := 0.0, 0.0, 0.0
		for i, v := range y { // running mean: exact when all values are equal
			total += problem.Weight(d, i)
			shift += problem.Weight(d, i) / total * (v - shift)
		}
		for i, v := range y {
			square += problem.Weight(d, i) / total * (v - shift) * (v - shift)
		}
		scale := math.Sqrt(square)
		if scale == 0 || math.IsInf(scale, 0) {
			scale = 1
		}
		for i := range y {
			y[i] = (y[i] - shift) / scale
		}
		m.heads[k] = head{shift: shift, scale: scale}
		targets[k] = y
	}
	return targets
}
