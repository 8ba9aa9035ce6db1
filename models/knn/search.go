package knn

import (
	"context"
	"math"
	"slices"

	"eahas/internal/par"
	"eahas/models"
	"eahas/models/dense"
)

// choice is what the search learns.
type choice struct {
	scales    []float64 // one per axis, >= 0
	k         int
	weighting Weighting
}

// steps are the factors that the coordinate search tries on every scale, coarse ones first. 0 switches an axis off.
var steps = [][]float64{{0, 8, 1. / 8}, {0, 2.5, 0.4}, {1.3, 1 / 1.3}}

const (
	passes  = 4    // over all axes for each step size, at most
	betters = 2e-3 // a step must lower the error by this share: ties and noise leave the scales alone
)

// search learns scales, k and weighting on the sites.
func (t Trainer) search(ctx context.Context, s *sites, axes []dense.Axis, o models.Options) (choice, error) {
	return t.searchBy(ctx, newEvaluator(t, s, axes, o.Workers), newHalving(s, axes), o)
}

// searchBy is search with distances that are known but for one axis (halving; nil: worked out anew for each trial).
func (t Trainer) searchBy(ctx context.Context, e *evaluator, h *halving, o models.Options) (choice, error) {
	axes, scales := e.axes, slices.Repeat([]float64{1}, len(e.axes))
	best, err := e.evaluate(ctx, scaled(e.s, axes, scales), scales)
	if err != nil || t.NoScales || e.s.n < 3 {
		return best.choice, err
	}
	report := func(done int) {
		if o.Progress != nil {
			o.Progress(done, len(steps)*passes*len(axes))
		}
	}
	done := 0
	turn := func(best result, a int, factors []float64, distances func(scale float64) distances) (result, error) {
		done++
		defer report(done)
		return e.improveAxis(ctx, best, a, factors, distances)
	}
	for _, factors := range steps {
		for range passes {
			before := best.loss
			if best, err = e.pass(best, h, factors, turn); err != nil {
				return choice{}, err
			}
			if best.loss == before {
				break
			}
		}
	}
	report(len(steps) * passes * len(axes))
	return best.choice, nil
}

// turn improves one axis; distances gives those between the sites under a scale of it, the others being those of best.
type turn func(best result, a int, factors []float64, distances func(scale float64) distances) (result, error)

// pass gives every axis its turn.
func (e *evaluator) pass(best result, h *halving, factors []float64, improve turn) (result, error) {
	if h != nil {
		return h.pass(best, factors, improve)
	}
	for a := range e.axes {
		var err error
		best, err = improve(best, a, factors, func(scale float64) distances {
			scales := slices.Clone(best.scales)
			scales[a] = scale
			return scaled(e.s, e.axes, scales)
		})
		if err != nil {
			return best, err
		}
	}
	return best, nil
}

// improveAxis tries the factors on one scale and returns the best result.
func (e *evaluator) improveAxis(ctx context.Context, best result, a int, factors []float64,
	distances func(scale float64) distances) (result, error) {
	now := best.scales[a]
	for _, f := range factors {
		scales := slices.Clone(best.scales)
		switch {
		case f != 0 && now == 0:
			scales[a] = f // an axis that was switched off comes back
		case f == now:
			continue
		default:
			scales[a] = now * f
		}
		r, err := e.evaluate(ctx, distances(scales[a]), scales)
		if err != nil {
			return best, err
		}
		if r.loss < best.loss*(1-betters) {
			best = r
		}
	}
	return best, nil
}

// result is a choice with its leave-group-out loss per site and output.
type result struct {
	choice
	loss float64
}

// evaluator computes leave-group-out losses of scales over a fixed set of sites.
type evaluator struct {
	s          *sites
	axes       []dense.Axis
	ks         []int
	weightings []Weighting
	loss       Loss
	inverse    []float64 // one over the standard deviation of each output, 0 for constant outputs
	workers    int
}

func newEvaluator(t Trainer, s *sites, axes []dense.Axis, workers int) *evaluator {
	e := &evaluator{s: s, axes: axes, loss: t.Loss, workers: workers}
	e.ks = []int{1, 2, 3, 4, 5, 7, 10, 15, 20}
	if t.K > 0 {
		e.ks = []int{t.K}
	}
	e.weightings = []Weighting{Uniform, Inverse, InverseSquare}
	if t.Weighting != Learned {
		e.weightings = []Weighting{t.Weighting}
	}
	e.inverse = make([]float64, s.outputs)
	for j := range e.inverse {
		mean, square := 0.0, 0.0
		for i := range s.n {
			mean += s.y[i*s.outputs+j] / float64(s.n)
		}
		for i := range s.n {
			d := s.y[i*s.outputs+j] - mean
			square += d * d / float64(s.n)
		}
		if square > 0 {
			e.inverse[j] = 1 / math.Sqrt(square)
		}
	}
	return e
}

// evaluate predicts every site from the sites of other groups, whose distances under the scales are x, for each k and
// weighting at once. Each site owns its
// slot of losses and the slots are summed in order, so the result does not depend on the number of workers.
func (e *evaluator) evaluate(ctx context.Context, x distances, scales []float64) (result, error) {
	variants := len(e.ks) * len(e.weightings)
	losses := make([]float64, e.s.n*variants)
	const block = 64
	err := par.Each(ctx, (e.s.n+block-1)/block, e.workers, func(_ context.Context, b int) error {
		buf := newAveraging(e.s.outputs)
		for i := b * block; i < min((b+1)*block, e.s.n); i++ {
			e.evaluateSite(losses[i*variants:(i+1)*variants], buf, x, i)
		}
		return nil
	})
	if err != nil {
		return result{}, err
	}
	best := result{loss: math.Inf(1)}
	for v := range variants {
		sum := 0.0
		for i := range e.s.n {
			sum += losses[i*variants+v] * e.s.weight[i]
		}
		// A larger k must win clearly, or be all there is.
		if best.scales == nil || sum < best.loss*(1-betters/4) {
			best = result{choice{scales, e.ks[v/len(e.weightings)], e.weightings[v%len(e.weightings)]}, sum}
		}
	}
	return best, nil
}

// distances are the squared ones between sites.
type distances interface {
	// nearest offers the sites of other groups to q, which is about site i.
	nearest(q *nearest, group []int, i int)
}

// averaging is memory for the answer at a site.
type averaging struct {
	near nearest
	mean []float64 // outputs
}

func newAveraging(outputs int) *averaging { return &averaging{mean: make([]float64, outputs)} }

// evaluateSite fills losses (ks x weightings) for site i.
func (e *evaluator) evaluateSite(losses []float64, m *averaging, x distances, i int) {
	q, buf := &m.near, m.mean
	q.n, q.k = 0, e.ks[len(e.ks)-1]
	x.nearest(q, e.s.group, i)
	if q.n == 0 {
		return
	}
	truth := e.s.y[i*e.s.outputs : (i+1)*e.s.outputs]
	for b, w := range e.weightings { // the mean of k neighbours goes on from that of fewer
		total, a := 0.0, 0
		for i := range q.n {
			total = further(buf, q.list[:q.n], i, total, w, e.s.y, e.s.weight)
			for ; a < len(e.ks) && (e.ks[a] == i+1 || i+1 == q.n); a++ {
				losses[a*len(e.weightings)+b] = e.lossOf(buf, truth)
			}
		}
	}
}

func (e *evaluator) lossOf(got, truth []float64) float64 {
	sum := 0.0
	for j, v := range got {
		d := (v - truth[j]) * e.inverse[j]
		if e.loss == Squared {
			sum += float64(d * d)
		} else {
			sum += math.Abs(d)
		}
	}
	return sum / float64(len(got))
}
