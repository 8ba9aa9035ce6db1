package knn

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"eahas/models"
	"eahas/models/dense"
	"eahas/models/internal/problem"
)

// sites are the distinct inputs of the training rows in lexicographic order.
type sites struct {
	n, width, outputs int
	x                 []float64 // n x width, dense rows
	y                 []float64 // n x outputs: weighted means of the merged rows
	weight            []float64 // n: mean weight of the merged rows
	group             []int     // n: the smallest group number among the merged rows
}

// mergeSites merges the rows of d with equal dense inputs.
func mergeSites(d *models.Data, s *dense.Scaler) *sites {
	w, k := s.Width(), d.K
	x := s.Matrix(&d.X)
	row := func(i int) []float64 { return x[i*w : (i+1)*w] }
	order := make([]int, d.X.N)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(slices.Compare(row(a), row(b)), cmp.Compare(a, b))
	})
	out := &sites{width: w, outputs: k}
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && slices.Equal(row(order[from]), row(order[to])) {
			to++
		}
		out.append(d, row(order[from]), order[from:to])
		from = to
	}
	return out
}

// append adds the site at x from the rows that lie there.
func (s *sites) append(d *models.Data, x []float64, rows []int) {
	k := s.outputs
	mean := slices.Clone(d.Y[rows[0]*k : (rows[0]+1)*k])
	total, group := 0.0, problem.Group(d, rows[0])
	for _, r := range rows {
		w := problem.Weight(d, r)
		total += w
		group = min(group, problem.Group(d, r))
		for j := range mean { // running mean: exact when all values are equal
			mean[j] += w / total * (d.Y[r*k+j] - mean[j])
		}
	}
	s.x = append(s.x, x...)
	s.y = append(s.y, mean...)
	s.weight = append(s.weight, total/float64(len(rows)))
	s.group = append(s.group, group)
	s.n++
}

// draw returns at most limit sites, whole groups at a time, in their old order; all of them when they fit.
func (s *sites) draw(limit int, r *rand.Rand) *sites {
	if s.n <= limit {
		return s
	}
	members := map[int][]int{}
	for i, g := range s.group {
		members[g] = append(members[g], i)
	}
	var groups []int // in order of first appearance
	for i, g := range s.group {
		if members[g][0] == i {
			groups = append(groups, g)
		}
	}
	r.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
	var keep []int
	for _, g := range groups {
		if len(keep) > 0 && len(keep)+len(members[g]) > limit {
			break
		}
		keep = append(keep, members[g]...)
	}
	slices.Sort(keep)
	out := &sites{width: s.width, outputs: s.outputs}
	for _, i := range keep {
		out.x = append(out.x, s.x[i*s.width:(i+1)*s.width]...)
		out.y = append(out.y, s.y[i*s.outputs:(i+1)*s.outputs]...)
		out.weight = append(out.weight, s.weight[i])
		out.group = append(out.group, s.group[i])
		out.n++
	}
	return out
}
