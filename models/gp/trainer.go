package gp

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/dense"
	"eahas/models/internal/problem"
	"eahas/models/linear"
)

// DefaultComponents is the number of kernels in the sum where a Trainer names none.
const DefaultComponents = 2

// Trainer holds the hyperparameters of the training; those of the process are fitted.
type Trainer struct {
	Kernel      Kernel // the zero value is Matern32
	Components  int    // kernels in the sum, 1..4; 0 means DefaultComponents
	SplitGroups bool   // every one-hot column has its own length scale, instead of one per group
	// the process models what a ridge regression (package linear) leaves over; else the mean is constant
	LinearMean bool
	Shared     bool // one set of hyperparameters for all outputs, instead of one each
	MaxRows    int  // rows used at most (see the subset rule); 0 means 2500
	TuneRows   int  // rows of the search; 0 means 500
	Iterations int  // of L-BFGS from each start; 0 means 50
	Polish     int  // iterations on all rows; 0 means 10, < 0 none
	Starts     int  // 0 means 1
}

var _ models.Trainer = Trainer{}

// Train fits a Model.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	m, err := t.Fit(ctx, d, o)
	if err != nil {
		return nil, err // not a nil *Model inside the interface
	}
	return m, nil
}

func (t *Trainer) defaults() error {
	if t.Kernel > RBF || t.Components < 0 || t.Components > maxComponents || t.MaxRows < 0 || t.TuneRows < 0 ||
		t.Iterations < 0 || t.Starts < 0 {
		return fmt.Errorf("gp: hyperparameters out of range: %+v", *t)
	}
	for _, f := range []struct {
		p      *int
		absent int
	}{{&t.Components, DefaultComponents}, {&t.MaxRows, 2500}, {&t.TuneRows, 500}, {&t.Iterations, 50}, {&t.Polish, 10},
		{&t.Starts, 1}} {
		if *f.p == 0 {
			*f.p = f.absent
		}
	}
	return nil
}

// Fit is Train with the concrete type.
func (t Trainer) Fit(ctx context.Context, d models.Data, o models.Options) (*Model, error) {
	if err := t.defaults(); err != nil {
		return nil, err
	}
	d, err := problem.Clean(d)
	if err != nil {
		return nil, fmt.Errorf("gp: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d = problem.Select(d, drawGroups(&d, t.MaxRows, stream.New(o.Seed, "gp", "subset")))
	m := &Model{scaler: dense.Fit(&d.X), kernel: t.Kernel, components: t.Components}
	if t.LinearMean {
		if m.mean, err = (linear.Trainer{}).Fit(ctx, d, o); err != nil {
			return nil, err
		}
	}
	m.in = rowsOf(&d, m.scaler, t.SplitGroups)
	m.spread = spreadOf(&d)
	m.coefficient = make([]float64, m.in.n*d.K)
	targets := m.standardise(&d)

	total := d.K
	if t.Shared {
		total = 1
	}
	for first := range total {
		outputs := targets[first : first+1]
		if t.Shared {
			outputs = targets
		}
		l := &likelihood{in: m.in, spread: m.spread, targets: outputs, kernel: t.Kernel, components: t.Components,
			workers: o.Workers}
		if err := t.fitOutputs(ctx, m, l, first, o); err != nil {
			return nil, err
		}
		if o.Progress != nil {
			o.Progress(first+1, total)
		}
	}
	return m, ctx.Err()
}

// fitOutputs finds hyperparameters for the outputs first, first+1, ... of l and their coefficients.
func (t Trainer) fitOutputs(ctx context.Context, m *Model, l *likelihood, first int, o models.Options) error {
	best, alphas, err := t.steady(ctx, l, func() *rand.Rand {
		return stream.New(o.Seed, "gp", "tune", strconv.Itoa(first))
	})
	if err != nil {
		return err
	}
	for k, alpha := range alphas {
		m.heads[first+k].theta = len(m.thetas)
		for i, v := range alpha {
			m.coefficient[i*len(m.heads)+first+k] = v
		}
	}
	m.thetas = append(m.thetas, best)
	m.prepare()
	return nil
}

// tune searches on a draw of the rows and goes on from the best start on all of them.
func (t Trainer) tune(ctx context.Context, l *likelihood, r *rand.Rand) (theta, error) {
	small := l.draw(t.TuneRows, r.Perm(l.in.n))
	small.keepPairs()
	defer func() { l.pairs = nil }() // small may be l
	var best theta
	least := math.Inf(1)
	for s := range t.Starts {
		found, value, err := small.minimise(ctx, small.start(s, r), t.Iterations)
		if err != nil {
			return nil, err
		}
		if value < least {
			best, least = found, value
		}
	}
	if small == l || t.Polish < 0 {
		return best, nil
	}
	l.keepPairs()
	best, _, err := l.minimise(ctx, best, t.Polish)
	return best, err
}

// draw returns the problem of the first limit rows of the permutation, in row order; l itself when they all fit.
func (l *likelihood) draw(limit int, permutation []int) *likelihood {
	if l.in.n <= limit {
		return l
	}
	keep := slices.Clone(permutation[:limit])
	slices.Sort(keep)
	out := *l
	out.in = &inputs{n: limit, width: l.in.width, layout: l.in.layout}
	out.spread, out.targets = nil, make([][]float64, len(l.targets))
	for _, i := range keep {
		out.in.x = append(out.in.x, l.in.row(i)...)
		out.spread = append(out.spread, l.spread[i])
		for k, y := range l.targets {
			out.targets[k] = append(out.targets[k], y[i])
		}
	}
	return &out
}
