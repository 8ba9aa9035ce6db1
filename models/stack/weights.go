package stack

import (
	"context"
	"fmt"
	"slices"

	"eahas/models"
	"eahas/models/internal/problem"
)

// heldOut is a training row with what the members, trained without its group, say about it.
type heldOut struct {
	model   *Model // of the row's inner fold: it guides
	x, y    []float64
	answers []float64 // members x k
	weight  float64
}

// fitWeights trains all members on each inner fold's complement and finds the weights that do best on what was held
// out.
func (t *Trainer) fitWeights(ctx context.Context, d models.Data, fold []int, o models.Options,
	count *counter) ([]float64, error) {
	equal := slices.Repeat([]float64{1 / float64(len(t.Members))}, len(t.Members))
	var rows []heldOut
	for f := range t.Folds {
		var train, test []int
		for i, g := range fold {
			if g == f {
				test = append(test, i)
			} else {
				train = append(train, i)
			}
		}
		m, err := t.fitAll(ctx, problem.Select(d, train), equal, o, fmt.Sprintf("fold %d", f), count)
		if err != nil {
			return nil, err
		}
		for _, i := range test {
			h := heldOut{model: m, x: d.X.Row(i), y: d.Y[i*d.K : (i+1)*d.K], weight: problem.Weight(&d, i),
				answers: make([]float64, len(t.Members)*d.K)}
			m.answers(h.answers, h.x)
			rows = append(rows, h)
		}
	}
	return search(rows, len(t.Members), d.K), ctx.Err()
}

// steps are how much weight the search moves from one member to another, in turn.
var steps = []float64{0.25, 0.1, 0.05}

// worthwhile is the share of the error by which a move must better it: weights leave equality for a reason only.
const worthwhile = 1e-3

// search starts from equal weights and moves weight between pairs of members, the best move first, while the joined and
// guided error falls. The guided error is no quadratic function of the weights, and there are few members: this finds
// what matters.
func search(rows []heldOut, members, k int) []float64 {
	w := slices.Repeat([]float64{1 / float64(members)}, members)
	scratch := make([]float64, k)
	best := joinedError(rows, w, scratch)
	for _, step := range steps {
		for range 100 {
			from, to, found := -1, -1, best*(1-worthwhile)
			for i := range w {
				for j := range w {
					if i == j || w[i] == 0 {
						continue
					}
					if e := joinedError(rows, moved(w, i, j, step), scratch); e < found {
						from, to, found = i, j, e
					}
				}
			}
			if from < 0 {
				break
			}
			w, best = moved(w, from, to, step), found
		}
	}
	return w
}

// moved returns the weights with up to step moved from member i to member j; less than a hundredth does not stay
// behind.
func moved(w []float64, i, j int, step float64) []float64 {
	out := slices.Clone(w)
	if step = min(step, w[i]); w[i]-step < 0.01 {
		step = w[i]
	}
	out[i] -= step
	out[j] += step
	return out
}

// joinedError is the weighted squared error of the joined, guided predictions. scratch has length k.
func joinedError(rows []heldOut, w, scratch []float64) float64 {
	sum := 0.0
	k := len(scratch)
	for r := range rows {
		h := &rows[r]
		clear(scratch)
		for i, share := range w {
			for j, v := range h.answers[i*k : (i+1)*k] {
				scratch[j] += share * v
			}
		}
		if h.model.lines != nil {
			h.model.lines.Guide(scratch, h.x)
		}
		for j, v := range scratch {
			e := v - h.y[j]
			sum += h.weight * e * e
		}
	}
	return sum
}
