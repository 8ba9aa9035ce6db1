package auto

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/internal/problem"
	"eahas/models/mean"
	"eahas/models/stack"
)

// heldOut is what the members, trained without a row's fold, say about every row. With several repeats every row is
// held out several times.
type heldOut struct {
	members, k int
	groups     int // of the training data
	rows       []heldRow
}

// heldRow is one row, held out once.
type heldRow struct {
	row     int       // of the training data
	group   int       // of the row
	deal    int       // which repeat
	fold    int       // of the deal
	weight  float64   // of the row, over the number of repeats
	y       []float64 // k
	answers []float64 // members x k
	failed  []float64 // k: the curve of the group's failed runs, where the row surely is one
}

// heldOut trains all members on each inner fold's complement and keeps their answers on the fold. Random choices come
// from the streams (seed, "auto", deal, fold).
func (t *Trainer) heldOut(ctx context.Context, d *models.Data, o models.Options, progress *counter) (*heldOut, error) {
	h := &heldOut{members: len(t.names()), k: d.K, groups: countGroups(d)}
	deals, err := t.deals(ctx, d, o)
	if err != nil {
		return nil, err
	}
	for deal, fold := range deals {
		share := 1.0 / float64(t.Repeats)
		if deal >= t.Repeats {
			share = 1
		}
		for f := range 1 + slices.Max(fold) {
			var train, test []int
			for i, g := range fold {
				if g == f {
					test = append(test, i)
				} else {
					train = append(train, i)
				}
			}
			one := o
			one.Progress, one.Seed = nil, stream.Seed(o.Seed, "auto", strconv.Itoa(deal), strconv.Itoa(f))
			rest := problem.Select(*d, train)
			first, stacks, err := t.fitFold(ctx, rest, one)
			if err != nil {
				return nil, fmt.Errorf("inner fold %d: %w", f, err)
			}
			failed, err := t.fitFailed(ctx, &rest, one)
			if err != nil {
				return nil, fmt.Errorf("inner fold %d: failed runs: %w", f, err)
			}
			for _, i := range test {
				r := heldRow{row: i, group: problem.Group(d, i), deal: deal, fold: f,
					weight: float64(problem.Weight(d, i) * share),
					y:      d.Y[i*d.K : (i+1)*d.K], answers: first.Answers(nil, d.X.Row(i)),
					failed: failed.at(d.X.Row(i))}
				for _, s := range stacks {
					r.answers = append(r.answers, s.Predict(nil, d.X.Row(i))...)
				}
				h.rows = append(h.rows, r)
			}
			progress.add(h.members)
		}
	}
	return h, nil
}

// deals returns the fold of each row, deal by deal: Repeats times by groups of repeats, and once by whole values of the
// axes Whole, where the rows have several.
func (t *Trainer) deals(ctx context.Context, d *models.Data, o models.Options) ([][]int, error) {
	var out [][]int
	for deal := range t.Repeats {
		out = append(out, problem.GroupFolds(d, min(t.Folds, countGroups(d)),
			stream.Seed(o.Seed, "auto", "deal", strconv.Itoa(deal))))
	}
	if len(t.Whole) == 0 {
		return out, nil
	}
	by, err := mean.Trainer{By: t.Whole, Plain: true}.Fit(ctx, *d, models.Options{}) // knows the values
	if err != nil {
		return nil, err
	}
	whole := *d
	whole.Groups = make([]int, d.X.N)
	for i := range whole.Groups {
		whole.Groups[i] = by.GroupOf(d.X.Row(i))
	}
	if values := countGroups(&whole); values > 1 {
		out = append(out, problem.GroupFolds(&whole, min(t.Folds, values), stream.Seed(o.Seed, "auto", "whole")))
	}
	return out, nil
}

// fitFold trains all members on the rows of d: the simple ones, equally weighted, and the stacks.
func (t *Trainer) fitFold(ctx context.Context, d models.Data, o models.Options) (first *stack.Model,
	stacks []*stack.Model, err error) {
	if first, err = t.simple().Fit(ctx, d, o); err != nil {
		return nil, nil, err
	}
	for _, s := range t.Stacks {
		one := o
		one.Seed = stream.Seed(o.Seed, s.Name)
		m, err := s.Fit(ctx, d, one)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		stacks = append(stacks, m)
	}
	return first, stacks, nil
}

// member returns what member m says of the row, length k.
func (r *heldRow) member(m int) []float64 {
	k := len(r.y)
	return r.answers[m*k : (m+1)*k]
}

// products sums, over the rows that are wanted, the products of the members' errors, each target's of a row times its
// share (nil: 1; k a row): members x members, row-major, symmetric.
func (h *heldOut) products(want func(*heldRow) bool, share []float64) []float64 {
	m := h.members
	out, errors := make([]float64, m*m), make([]float64, m)
	for i := range h.rows {
		r := &h.rows[i]
		if !want(r) {
			continue
		}
		for j, y := range r.y {
			weight := r.weight
			if share != nil {
				weight = float64(weight * share[i*h.k+j])
			}
			for a := range m {
				errors[a] = r.answers[a*h.k+j] - y
			}
			for a := range m {
				for b := range a + 1 {
					out[a*m+b] += float64(weight * float64(errors[a]*errors[b]))
				}
			}
		}
	}
	for a := range m {
		for b := range a {
			out[b*m+a] = out[a*m+b]
		}
	}
	return out
}
