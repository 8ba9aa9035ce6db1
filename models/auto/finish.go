package auto

import (
	"context"
	"math"
	"slices"

	"eahas/eval"
	"eahas/internal/gather"
	"eahas/models"
	"eahas/models/mean"
)

// A mean of models breaks ties: runs that end at one value get answers that differ. Two finishes keep ties. Which one
// is used, if any, held-out answers decide.
const (
	finishJoined = "joined" // the joined answer as it is
	finishFailed = "failed" // runs that surely fail are answered apart (failed.go)
	// A member that is a stack, whose guided answers keep ties by themselves, stands alone; its name follows.
	finishAlone = "alone: "
)

// rankPlaces is how many targets of a curve ranks are told at, the last one among them; rankRows is the number of rows
// of a group below which there is no rank.
const (
	rankPlaces = 5
	rankRows   = 5
)

// finish is one way of answering, with what it says of the held-out rows.
type finish struct {
	name    string
	answers [][]float64 // by held-out row; k
}

// finishes lists the ways of answering that there are; the joined answer is the first.
func (t *Trainer) finishes(h *heldOut, joined [][]float64, keep float64) []finish {
	first := make([][]float64, len(h.rows))
	for i := range h.rows {
		g := h.rows[i].member(0)
		first[i] = make([]float64, h.k)
		for j, m := range g {
			first[i][j] = m + float64(keep*(joined[i][j]-m))
		}
	}
	out := []finish{{finishJoined, first}}
	if apart := failedAnswers(h, first); apart != nil {
		out = append(out, finish{finishFailed, apart})
	}
	for s := range t.Stacks {
		alone := make([][]float64, len(h.rows))
		for i := range h.rows {
			alone[i] = h.rows[i].member(h.members - len(t.Stacks) + s)
		}
		out = append(out, finish{finishAlone + t.Stacks[s].Name, alone})
	}
	return out
}

// failedAnswers puts the curves of failed runs in the place of answers; nil where no held-out row is one.
func failedAnswers(h *heldOut, answers [][]float64) [][]float64 {
	var out [][]float64
	for i := range h.rows {
		if curve := h.rows[i].failed; curve != nil {
			if out == nil {
				out = append(out, answers...)
			}
			out[i] = curve
		}
	}
	return out
}

// choose says which finish is best. Against the joined answer a finish gains, fold by fold, half of the share by which
// its error is smaller and half of what its rank correlation inside the groups is larger, as recommendations weigh
// them; one is taken only if its mean gain is larger than the gain's standard error over the folds.
func (t *Trainer) choose(ctx context.Context, d *models.Data, h *heldOut, all []finish) (finish, error) {
	if len(all) == 1 {
		return all[0], nil
	}
	by, err := mean.Trainer{By: t.By, Plain: true}.Fit(ctx, *d, models.Options{}) // knows the groups
	if err != nil {
		return finish{}, err
	}
	parts := h.parts(func(r *heldRow) int { return by.GroupOf(d.X.Row(r.row)) })
	best, most := all[0], 0.0
	for _, f := range all[1:] {
		var gains []float64
		for _, p := range parts {
			before, after := p.error(h, all[0].answers), p.error(h, f.answers)
			gain := 0.0
			if before > 0 {
				gain = 1 - after/before
			}
			gains = append(gains, gain/2+(p.rank(h, f.answers)-p.rank(h, all[0].answers))/2)
		}
		if gain, se := meanAndError(gains); gain > se && gain > most {
			best, most = f, gain
		}
	}
	return best, nil
}

// heldPart is the held-out rows of one fold of one deal, by group.
type heldPart struct{ groups [][]int }

// parts deals the held-out rows to their folds, in the order of the rows.
func (h *heldOut) parts(group func(*heldRow) int) []heldPart {
	folds := gather.By(gather.Numbers(len(h.rows)), func(i int) [2]int {
		return [2]int{h.rows[i].deal, h.rows[i].fold}
	})
	out := make([]heldPart, len(folds))
	for k, rows := range folds {
		out[k].groups = gather.By(slices.Values(rows), func(i int) int { return group(&h.rows[i]) })
	}
	return out
}

// error is the root of the mean squared error over rows and targets.
func (p *heldPart) error(h *heldOut, answers [][]float64) float64 {
	sum, n := 0.0, 0.0
	for _, group := range p.groups {
		for _, i := range group {
			r := &h.rows[i]
			for j, y := range r.y {
				e := answers[i][j] - y
				sum += float64(r.weight * float64(e*e))
			}
			n += float64(r.weight * float64(h.k))
		}
	}
	return math.Sqrt(sum / n)
}

// rank is Kendall's tau-b inside the groups, averaged over places of the curve and over groups, weighted by their rows;
// 0 where no group has rows enough. An answer that is the same for all has the tau 0.
func (p *heldPart) rank(h *heldOut, answers [][]float64) float64 {
	sum, n := 0.0, 0.0
	places := min(rankPlaces, h.k)
	for _, group := range p.groups {
		if len(group) < rankRows {
			continue
		}
		truth, said := make([]float64, len(group)), make([]float64, len(group))
		for place := range places {
			j := h.k - 1 - place*h.k/places
			for c, i := range group {
				truth[c], said[c] = h.rows[i].y[j], answers[i][j]
			}
			if tau := eval.KendallTauB(truth, said); tau == tau {
				sum += float64(tau * float64(len(group)))
			}
			n += float64(len(group))
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

// meanAndError returns the mean and its standard error.
func meanAndError(x []float64) (mean, se float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		se += float64((v - mean) * (v - mean))
	}
	return mean, math.Sqrt(se / (n * (n - 1)))
}
