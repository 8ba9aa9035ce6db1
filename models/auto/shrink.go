package auto

import (
	"context"
	"math"
	"slices"
	"strings"

	"eahas/models"
	"eahas/models/stack"
)

// Study is what the inner folds said.
type Study struct {
	Names   []string  // of the members, the group's mean first
	Weights []float64 // of each, >= 0, sum 1
	RMSE    []float64 // of each, of its held-out answers over rows and targets; nil when nothing was held out
	Joined  float64   // RMSE of the finished held-out answers, whose weights knew nothing of the answered fold
	Groups  int       // groups of repeats in the training rows
	Keep    float64   // share of the way from the group's mean to the joined answer, 0..1
	Finish  string    // joined, failed or "alone: NAME": how answers are finished (finish.go)
	Failed  int       // training runs that count as failed; 0 unless they are answered apart
}

// weigh fits the weights on the held-out answers, how much of the joined answer to keep, and how to finish it.
func (t *Trainer) weigh(ctx context.Context, d *models.Data, s *Study, h *heldOut) error {
	total := 0.0
	for i := range h.rows {
		total += h.rows[i].weight
	}
	total *= float64(h.k)
	all := func(*heldRow) bool { return true }
	whole := h.products(all, nil)
	s.Weights = t.fitWeights(h, all)
	for a := range h.members {
		s.RMSE = append(s.RMSE, math.Sqrt(whole[a*h.members+a]/total))
	}
	joined := t.nested(h)
	if !t.Unshrunk {
		s.Keep = keep(h, joined)
	}
	chosen, err := t.choose(ctx, d, h, t.finishes(h, joined, s.Keep))
	if err != nil {
		return err
	}
	s.Finish, s.Joined = chosen.name, math.Sqrt(squares(h, chosen.answers)/total)
	if name, alone := strings.CutPrefix(s.Finish, finishAlone); alone {
		clear(s.Weights)
		s.Weights[slices.Index(s.Names, name)], s.Keep = 1, 1
	}
	return nil
}

// squares is the weighted squared error of held-out answers.
func squares(h *heldOut, answers [][]float64) float64 {
	sum := 0.0
	for i := range h.rows {
		r := &h.rows[i]
		for j, y := range r.y {
			e := answers[i][j] - y
			sum += float64(r.weight * float64(e*e))
		}
	}
	return sum
}

// nested returns, for each held-out row, the joined answer (length k) by weights that were fitted on the other folds of
// its deal. Of either join it settles on the one that errs less there.
func (t *Trainer) nested(h *heldOut) [][]float64 {
	type part struct{ deal, fold int }
	fitted := map[part][]float64{}
	weights := make([][]float64, len(h.rows)) // by held-out row
	for i := range h.rows {
		p := part{h.rows[i].deal, h.rows[i].fold}
		if fitted[p] == nil {
			fitted[p] = t.fitWeights(h, func(o *heldRow) bool { return o.deal == p.deal && o.fold != p.fold })
		}
		weights[i] = fitted[p]
	}
	joined := func(median bool) [][]float64 {
		out := make([][]float64, len(h.rows))
		for i := range h.rows {
			out[i] = join(&h.rows[i], weights[i], median)
		}
		return out
	}
	if !t.Either {
		return joined(t.Median)
	}
	mean, median := joined(false), joined(true)
	if t.Median = absolutes(h, median, t.Power) < absolutes(h, mean, t.Power); t.Median {
		return median
	}
	return mean
}

// absolutes is the weighted sum of the absolute errors of held-out answers to a power.
func absolutes(h *heldOut, answers [][]float64, power float64) float64 {
	sum := 0.0
	for i := range h.rows {
		r := &h.rows[i]
		for j, y := range r.y {
			sum += float64(r.weight * math.Pow(math.Abs(answers[i][j]-y), power))
		}
	}
	return sum
}

// join returns the members' answers for a held-out row as one: their weighted mean or median.
func join(r *heldRow, weights []float64, median bool) []float64 {
	out := make([]float64, len(r.y))
	if !median {
		for m, share := range weights {
			for j, v := range r.member(m) {
				out[j] += float64(share * v)
			}
		}
		return out
	}
	values, shares := make([]float64, 0, len(weights)), make([]float64, 0, len(weights))
	for j := range out {
		values, shares = values[:0], shares[:0]
		for m, share := range weights {
			if share > 0 {
				values, shares = append(values, r.member(m)[j]), append(shares, share)
			}
		}
		out[j] = stack.WeightedMedian(values, shares)
	}
	return out
}

// keep says how much of the way from the group's mean m to the joined answer f is worth going: the least-squares share
// s of (y - m) by (f - m) on held-out rows, plus one standard error by the jackknife over groups, inside 0..1. So
// answers are shrunk only where that is sure to help.
func keep(h *heldOut, joined [][]float64) float64 {
	type sums struct{ above, below float64 }
	var total sums
	byGroup, order := map[int]*sums{}, []*sums{}
	for i := range h.rows {
		r := &h.rows[i]
		g := byGroup[r.group]
		if g == nil {
			g = new(sums)
			byGroup[r.group] = g
			order = append(order, g)
		}
		for j, m := range r.member(0) {
			f := joined[i][j] - m
			above, below := float64(r.weight*float64(f*(r.y[j]-m))), float64(r.weight*float64(f*f))
			g.above, g.below = g.above+above, g.below+below
			total.above, total.below = total.above+above, total.below+below
		}
	}
	if !(total.below > 0) {
		return 1
	}
	mean, n := 0.0, float64(len(order))
	without := make([]float64, len(order))
	for i, g := range order {
		if below := total.below - g.below; below > 0 {
			without[i] = (total.above - g.above) / below
		} else {
			return 1 // one group is all there is to tell them apart
		}
		mean += without[i] / n
	}
	variance := 0.0
	for _, s := range without {
		variance += float64((s - mean) * (s - mean))
	}
	s := total.above/total.below + math.Sqrt(float64((n-1)/n*variance))
	return max(0, min(1, s))
}
