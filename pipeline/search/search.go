package search

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/tune"
)

// ErrNothing is returned when a variant has no settings that can be tuned.
var ErrNothing = errors.New("search: nothing to tune")

// Suffix ends the name of a tuned variant.
const Suffix = "-tuned"

// rules changes whenever the same search would choose otherwise. It is part of the search's name in the journal.
const rules = 5

const noTrialLimit = 1 << 20

// Budget says for how long a search goes on. One of the two is above zero.
type Budget struct {
	Trials  int     // of each study, the default settings included; 0: no limit but the time
	Minutes float64 // of all studies together; 0: no limit but the trials
}

// Found is how a search ended.
type Found struct {
	ByDefault *experiment.Predictions // of every held-out trial, by the default settings
	Tuned     *experiment.Predictions // by settings that were chosen without the trial's fold
	Variant   recipe.Variant          // with the settings chosen on all trials, and a name that says so
	Changed   bool                    // they are not the default
	Lines     []string                // how the studies of each fold and of all trials ended
}

// search is one under way.
type search struct {
	plan     experiment.Plan
	runner   stage.Runner
	variant  recipe.Variant
	sides    []*side
	budget   Budget
	deadline time.Time // when no further trial begins; zero: never
	journal  *tune.Journal
	identity string
	pool     *pool
	count    trialCount
}

// Run searches settings of v. The journal, a file, survives a kill: the same call goes on, and several processes may
// make it at once. ErrNothing: v has no settings; tune.ErrJournal: the journal is another search's.
func Run(ctx context.Context, p experiment.Plan, r stage.Runner, v recipe.Variant, b Budget, journal string) (*Found,
	error) {
	s, err := newSearch(p, r, v, b)
	if err != nil {
		return nil, err
	}
	if s.journal, err = tune.OpenJournal(journal, s.identity); err != nil {
		return nil, err
	}
	defer s.journal.Close()
	return s.all(ctx)
}

// newSearch finds out what can be tuned and names the search.
func newSearch(p experiment.Plan, r stage.Runner, v recipe.Variant, b Budget) (*search, error) {
	s := &search{plan: p, runner: r, variant: v, budget: b, sides: newSides(p, v)}
	if len(s.sides) == 0 {
		return nil, fmt.Errorf("%w: %s has no settings that can be tuned", ErrNothing, v.Name)
	}
	studies := (p.Table.Folds + 1) * len(s.sides)
	s.pool = newPool(r.Goroutines(), studies)
	s.count = trialCount{observer: r.Observer, total: studies * b.Trials, done: make([]int, studies)}
	if b.Minutes > 0 {
		s.deadline = time.Now().Add(time.Duration(b.Minutes * float64(time.Minute)))
	}
	parts := []any{"tune", rules, p.Key, v, p.Seed, innerFolds, confirmFolds}
	for _, sd := range s.sides {
		parts = append(parts, sd.plan.Targets, sd.plan.Heads, sd.space, sd.start, sd.shares)
	}
	k, err := stage.KeyOf(parts...)
	s.identity = hex.EncodeToString(k[:])
	return s, err
}

// all runs every study and predicts by what they chose.
func (s *search) all(ctx context.Context) (*Found, error) {
	t := s.plan.Table
	byDefault, tuned := make([]*experiment.Predictions, t.Folds), make([]*experiment.Predictions, t.Folds)
	lines := make([]string, t.Folds+1)
	g, gctx := errgroup.WithContext(ctx)
	for fold := range t.Folds {
		g.Go(func() (err error) {
			byDefault[fold], tuned[fold], lines[fold], err = s.outerFold(gctx, fold)
			return err
		})
	}
	var final []*choice
	g.Go(func() (err error) {
		final, err = s.choices(gctx, t.Folds, "all", t.All())
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	lines[t.Folds] = "all trials: " + s.why(final)
	out := &Found{ByDefault: experiment.Join(byDefault), Tuned: experiment.Join(tuned), Lines: lines}
	out.Variant, out.Changed = s.combined(final)
	out.Variant.Name += Suffix
	return out, nil
}

// choices runs the studies of all sides on the given rows. part counts these sets of rows, name names them.
func (s *search) choices(ctx context.Context, part int, name string, rows []int) ([]*choice, error) {
	out := make([]*choice, len(s.sides))
	g, ctx := errgroup.WithContext(ctx)
	for k, sd := range s.sides {
		g.Go(func() (err error) {
			defer s.pool.leave()
			out[k], err = s.study(ctx, sd, part*len(s.sides)+k, s.studyName(name, sd), rows)
			return err
		})
	}
	return out, g.Wait()
}

// outerFold predicts a fold of the evaluation by the default and by the settings that studies without the fold chose,
// and says in a line how they ended.
func (s *search) outerFold(ctx context.Context, fold int) (byDefault, tuned *experiment.Predictions, line string,
	err error) {
	name := fmt.Sprintf("fold %d", fold)
	if byDefault, err = s.predictFold(ctx, &s.variant, fold); err != nil { // before the search, which would be in vain
		return nil, nil, "", err
	}
	chosen, err := s.choices(ctx, fold, name, s.plan.Table.Without(fold))
	if err != nil {
		return nil, nil, "", err
	}
	line = name + ": " + s.why(chosen)
	v, changed := s.combined(chosen)
	if !changed {
		return byDefault, byDefault, line, nil
	}
	v.Name += Suffix
	tuned, err = s.predictFold(ctx, &v, fold)
	if err != nil && ctx.Err() == nil {
		s.runner.Say(stage.Warning, "", "tuning, %s: %s", name, err)
		return byDefault, byDefault, line + ", but they cannot be trained without the fold: default kept", nil
	}
	return byDefault, tuned, line, err
}

// predictFold is the evaluation's training without a fold, in turn.
func (s *search) predictFold(ctx context.Context, v *recipe.Variant, fold int) (*experiment.Predictions, error) {
	workers, done, err := s.pool.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	r := s.runner
	r.Workers = workers
	return s.plan.Fold(ctx, r, v, fold, 0)
}
