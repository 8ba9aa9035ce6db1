package interval

import (
	"context"
	"fmt"

	"eahas/internal/par"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/gbdt"
)

// Fit learns bounds and noise from held-out residuals. The result depends on the trials, s and o.Seed alone.
// Errors: ErrFew, ErrSource when the source needs spreads that most trials lack, and ctx.Err().
func Fit(ctx context.Context, trials []Trial, s Settings, o models.Options) (*Model, error) {
	p, err := newProblem(trials, s)
	if err != nil {
		return nil, err
	}
	if err := p.learnAll(ctx, false, o); err != nil {
		return nil, err
	}
	return p.family(none).Chosen(), nil
}

// Nested is bounds made from all trials, and for the check of them bounds for every part of the trials that were made
// from the other parts alone, the choice of the source included.
type Nested struct {
	Whole *Family
	Part  []int     // of each trial
	Parts []*Family // of each part: learnt, calibrated and chosen without its trials
}

// FitNested fits every source that the trials allow (Auto), or the one of s. The whole family's chosen model is that of
// Fit. Errors as those of Fit; ErrFew also when there are too few trials outside of a part.
func FitNested(ctx context.Context, trials []Trial, s Settings, o models.Options) (*Nested, error) {
	p, err := newProblem(trials, s)
	if err != nil {
		return nil, err
	}
	size := make([]int, p.count)
	for _, part := range p.part {
		size[part]++
	}
	for _, n := range size {
		if p.count < 3 || len(trials)-n < MinTrials {
			return nil, fmt.Errorf("%w: %d of %d trials in %d of %d folds to learn from when one is left out, wanted "+
				"%d in 2", ErrFew,
				len(trials)-n, len(trials), p.count-1, p.count, MinTrials)
		}
	}
	pairs := len(trials) <= maxPairTrials
	if err := p.learnAll(ctx, pairs, o); err != nil {
		return nil, err
	}
	if !pairs {
		p.crossAll(o.Workers)
	}
	out := &Nested{Whole: p.family(none), Part: p.part, Parts: make([]*Family, p.count)}
	err = par.Each(ctx, p.count, o.Workers, func(_ context.Context, part int) error {
		out.Parts[part] = p.family(part)
		return nil
	})
	return out, err
}

// problem is one target's held-out trials and what is learnt from parts of them.
type problem struct {
	Settings
	trials  []Trial
	part    []int // of each trial
	count   int   // of parts
	columns int   // of the encoded row
	sources []Source
	levels  []float64
	knots   []float64
	sizes   []float64 // trials x K: mean absolute residuals
	learnt  map[without]*parts

	// what each source says of every trial without the trial's own part, where that serves all families; else nil
	cross map[Source][]Local
}

// maxPairTrials is the largest number of trials for which the nested check learns without every pair of parts. Of more,
// the scores that calibrate the check of a part come from what was learnt without their own part alone. That has seen
// the checked part among many others; the ends around a trial of that part still come from what has not. It takes 6
// trainings in place of 16.
const maxPairTrials = 1000

// without names the parts that were left out of the learning: two, one twice, or none twice.
type without struct{ a, b int }

// none is no part.
const none = -1

// leaving returns the name of what is learnt without parts a and b, in any order; none of them may be a part.
func leaving(a, b int) without {
	if a == none {
		a = b
	}
	if b == none {
		b = a
	}
	return without{min(a, b), max(a, b)}
}

// parts are what is learnt for the sources; those of a source that is not wanted are nil.
type parts struct {
	size         *gbdt.Compiled // p + K columns to K: logarithm of the residuals' size at each knot; also of the noise
	ends         *gbdt.Compiled // p + K + 2 columns to 2L: Quantiles
	floor, usual []float64      // K each: Spread
	informed     *gbdt.Compiled // p + 2K columns to K: ResidualSpread
}

func newProblem(trials []Trial, s Settings) (*problem, error) {
	s = s.complete()
	p := &problem{Settings: s, trials: trials, levels: s.Levels, knots: s.Knots, learnt: map[without]*parts{}}
	p.part, p.count = partsOf(trials)
	if len(trials) < MinTrials || p.count < 2 {
		return nil, fmt.Errorf("%w: %d trials in %d folds, wanted %d in 2", ErrFew, len(trials), p.count, MinTrials)
	}
	if err := s.Source.Check(); err != nil {
		return nil, err
	}
	for _, source := range Sources {
		if (s.Source == Auto || s.Source == source) && (knowsSpread(trials) || !source.NeedsSpread()) {
			p.sources = append(p.sources, source)
		}
	}
	if len(p.sources) == 0 {
		return nil, fmt.Errorf("%w: %s: the predictor does not say how sure it is", ErrSource, s.Source)
	}
	if s.Grow == nil {
		panic("interval: Settings.Grow is nil")
	}
	p.columns, p.sizes = len(trials[0].X), segmentSizes(trials, s.Knots)
	return p, nil
}

// learnAll learns from all trials, from those without each part, and for the nested check from those without each pair.
// A pair serves the checks of both its parts.
func (p *problem) learnAll(ctx context.Context, nested bool, o models.Options) error {
	names := []without{leaving(none, none)}
	for a := range p.count {
		names = append(names, leaving(a, a))
		for b := range a {
			if nested {
				names = append(names, leaving(b, a))
			}
		}
	}
	out := make([]*parts, len(names))
	err := par.Each(ctx, len(names), o.Workers, func(ctx context.Context, j int) (err error) {
		out[j], err = p.learn(ctx, names[j], o)
		return err
	})
	if err != nil {
		return err
	}
	for j, w := range names {
		p.learnt[w] = out[j]
	}
	return nil
}

// crossAll asks every source about every trial without the trial's part.
func (p *problem) crossAll(workers int) {
	p.cross = map[Source][]Local{}
	for _, source := range p.sources {
		all := make([]Local, len(p.trials))
		models := make([]*Model, p.count)
		for part := range models {
			models[part] = p.model(source, leaving(part, none))
		}
		par.For(len(all), workers, func(i int) {
			t := &p.trials[i]
			all[i] = models[p.part[i]].At(t.X, t.Guess, t.Spread)
		})
		p.cross[source] = all
	}
}

// local is what a source says of trial i without its part and another one (none: without its own).
func (p *problem) local(source Source, part, i int) Local {
	if p.cross != nil {
		return p.cross[source][i]
	}
	t := &p.trials[i]
	return p.model(source, leaving(part, p.part[i])).At(t.X, t.Guess, t.Spread)
}

// learn does the learning without some parts.
func (p *problem) learn(ctx context.Context, w without, o models.Options) (*parts, error) {
	var rows []int
	for i, part := range p.part {
		if part != w.a && part != w.b {
			rows = append(rows, i)
		}
	}
	o.Progress, o.Workers = nil, 1
	switch {
	case w.a == none:
		o.Seed = stream.Seed(o.Seed, "interval", "all", "0")
	case w.a == w.b:
		o.Seed = stream.Seed(o.Seed, "interval", "part", fmt.Sprint(w.a))
	default:
		o.Seed = stream.Seed(o.Seed, "interval", "pair", fmt.Sprint(w.a), fmt.Sprint(w.b))
	}
	out := new(parts)
	var err error
	if out.size, err = p.fitSize(ctx, rows, false, o); err != nil {
		return nil, err
	}
	for _, source := range p.sources {
		switch source {
		case Quantiles:
			out.ends, err = p.fitEnds(ctx, rows, o)
		case Spread:
			out.floor, out.usual = p.fitFloor(rows)
		case ResidualSpread:
			out.informed, err = p.fitSize(ctx, rows, true, o)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
