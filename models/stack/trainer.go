package stack

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/internal/problem"
	"eahas/models/local"
)

// Trainer holds the members and how they are joined.
type Trainer struct {
	Members []Member
	// Times are the places of the k targets on the time axis of a run, strictly increasing. Needed when a member has a
	// Fitter.
	Times []float64
	// join by the median of the members instead of the weighted mean, by their weighted median where there are Weights;
	// Folds is not used then
	Median bool
	Folds  int  // inner folds on which the weights are fitted; < 2 gives equal weights
	Guided bool // move the joined prediction between its measured neighbours, where it has any
	// Weights are the members' weights (>= 0, one above 0; their sum does not matter) where they are known; nil: equal
	// or fitted.
	Weights []float64
	// Margin holds every member's answer, before it is joined, to the range of each target in the training rows and
	// this share of the range on both sides: a member that goes astray outside of what was measured moves the mean no
	// further. 0: anything goes.
	Margin float64
}

var _ models.Trainer = Trainer{}

// Train fits the weights and the members. The result is a *Model whose Freeze gives the serving form.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	m, err := t.Fit(ctx, d, o)
	if err != nil {
		return nil, err // not a nil *Model inside the interface
	}
	return m, nil
}

// Fit is Train with the concrete type.
func (t Trainer) Fit(ctx context.Context, d models.Data, o models.Options) (*Model, error) {
	d, err := problem.Clean(d)
	if err != nil {
		return nil, fmt.Errorf("stack: %w", err)
	}
	if err := t.check(d.K); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	groups := problem.GroupFolds(&d, t.Folds, 0)
	inner := 0
	if t.Folds > 1 && len(t.Members) > 1 && !t.Median && t.Weights == nil && groups != nil {
		inner = t.Folds
	}
	count := &counter{total: (inner + 1) * len(t.Members), show: o.Progress}
	weights := t.given()
	if inner > 0 {
		if weights, err = t.fitWeights(ctx, d, groups, o, count); err != nil {
			return nil, fmt.Errorf("stack: %w", err)
		}
	}
	m, err := t.fitAll(ctx, d, weights, o, "all", count)
	if err != nil {
		return nil, fmt.Errorf("stack: %w", err)
	}
	count.finish()
	return m, nil
}

// fitAll trains every member of positive weight and gathers the lines.
func (t *Trainer) fitAll(ctx context.Context, d models.Data, weights []float64, o models.Options, part string,
	count *counter) (*Model, error) {
	m := &Model{outputs: d.K, joined: t.join(), times: t.Times, bounds: t.bounds(&d)}
	for i := range t.Members {
		if weights[i] == 0 {
			continue
		}
		one := o
		one.Seed = stream.Seed(o.Seed, "stack", t.Members[i].Name, strconv.Itoa(i), part)
		one.Progress = nil
		got, err := t.train(ctx, &t.Members[i], d, one)
		if err != nil {
			return nil, err
		}
		got.weight = weights[i]
		m.members = append(m.members, got)
		count.next()
	}
	if t.Guided {
		lines, err := local.Trainer{Strict: true}.Fit(ctx, d, models.Options{})
		switch {
		case err == nil:
			m.lines = lines
		case !errors.Is(err, local.ErrNoLine):
			return nil, err
		}
	}
	return m.finish(), nil
}

func (t *Trainer) join() join {
	switch {
	case !t.Median:
		return byMean
	case t.Weights == nil:
		return byMedian
	}
	return byWeightedMedian
}

// given returns the weights that are not fitted, with the sum 1.
func (t *Trainer) given() []float64 {
	if t.Weights == nil {
		return slices.Repeat([]float64{1 / float64(len(t.Members))}, len(t.Members))
	}
	sum := 0.0
	for _, w := range t.Weights {
		sum += w
	}
	out := slices.Clone(t.Weights)
	for i := range out {
		out[i] /= sum
	}
	return out
}

// bounds returns the range of every target with its margins, or nil without a margin.
func (t *Trainer) bounds(d *models.Data) []float64 {
	if t.Margin == 0 {
		return nil
	}
	out := make([]float64, 0, 2*d.K)
	for j := range d.K {
		low, high := d.Y[j], d.Y[j]
		for i := range d.X.N {
			low, high = min(low, d.Y[i*d.K+j]), max(high, d.Y[i*d.K+j])
		}
		margin := float64(t.Margin * (high - low))
		out = append(out, low-margin, high+margin)
	}
	return out
}

func (t *Trainer) check(k int) error {
	if len(t.Members) == 0 {
		return fmt.Errorf("%w: there are none", ErrMembers)
	}
	if !(t.Margin >= 0) || math.IsInf(t.Margin, 0) {
		return fmt.Errorf("%w: margin %v, want 0 or more", ErrMembers, t.Margin)
	}
	if err := t.checkWeights(); err != nil {
		return err
	}
	for i := range t.Members {
		m := &t.Members[i]
		if m.Trainer == nil {
			return fmt.Errorf("%w: %q has no trainer", ErrMembers, m.Name)
		}
		if m.Fitter == nil {
			continue
		}
		if len(t.Times) != k {
			return fmt.Errorf("%w: %d for %d targets, and member %q has a representation", ErrTimes, len(t.Times), k,
				m.Name)
		}
		for j, x := range t.Times {
			if math.IsNaN(x) || math.IsInf(x, 0) || j > 0 && !(t.Times[j-1] < x) {
				return fmt.Errorf("%w: number %d is %v", ErrTimes, j, x)
			}
		}
	}
	return nil
}

// checkWeights refuses given weights that are no weights of the members.
func (t *Trainer) checkWeights() error {
	if t.Weights == nil {
		return nil
	}
	if len(t.Weights) != len(t.Members) {
		return fmt.Errorf("%w: %d weights for %d members", ErrMembers, len(t.Weights), len(t.Members))
	}
	sum := 0.0
	for i, w := range t.Weights {
		if !(w >= 0) {
			return fmt.Errorf("%w: %q has the weight %v", ErrMembers, t.Members[i].Name, w)
		}
		sum += w
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return fmt.Errorf("%w: the weights sum to %v", ErrMembers, sum)
	}
	return nil
}

// counter reports trainings done.
type counter struct {
	done, total int
	show        func(done, total int)
}

func (c *counter) next() {
	if c.done++; c.show != nil {
		c.show(min(c.done, c.total), c.total)
	}
}

// finish counts the members that were left out.
func (c *counter) finish() {
	if c.show != nil && c.done < c.total {
		c.show(c.total, c.total)
	}
}
