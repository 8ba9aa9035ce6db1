package experiment

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"eahas/artifacts"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
)

// Competitor is something whose predictions of held-out trials are scored: a variant, or what stands beside one.
type Competitor struct {
	Name  string
	Seeds []*Predictions // of each training seed; those of the first decide, the others say what is chance
}

// first are the predictions that decide.
func (c Competitor) first() *Predictions { return c.Seeds[0] }

// Failure says that a variant could not be trained on a fold. An evaluation goes on without the variant.
type Failure struct {
	Variant string
	Err     error // names the fold and the target
}

// Error is the reason.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap returns the reason.
func (f *Failure) Unwrap() error { return f.Err }

// failure is the error of a variant's fold: the variant's own, unless the training was interrupted or the fold suits no
// variant.
func failure(ctx context.Context, v *recipe.Variant, fold int, err error) error {
	err = fmt.Errorf("fold %d: %w", fold, err)
	if ctx.Err() != nil || errors.Is(err, dataset.ErrEmptyFold) {
		return err
	}
	return &Failure{Variant: v.Name, Err: err}
}

// TrainAndPredict trains a variant on some rows and predicts others. Nothing about the others is used for the training
// but the columns' declared ranges.
func (p Plan) TrainAndPredict(ctx context.Context, v *recipe.Variant, train, test []int, spread Spread,
	o models.Options) (*Predictions, error) {
	out, _, err := p.trainAndPredict(ctx, v, train, test, spread, o)
	return out, err
}

func (p Plan) trainAndPredict(ctx context.Context, v *recipe.Variant, train, test []int, spread Spread,
	o models.Options) (*Predictions, []artifacts.Head, error) {
	heads, err := p.Train(ctx, v, train, o)
	if err != nil {
		return nil, nil, err
	}
	s, err := Surrogate(p.Table, heads, nil)
	if err != nil {
		return nil, nil, err
	}
	out, err := Predict(ctx, p.Table, s, test, spread)
	return out, heads, err
}

// trainingSeed derives a run's root of random choices for one of its training seeds. The first is the root itself, so
// that asking for more seeds leaves its results as they are.
func trainingSeed(root uint64, seed int) uint64 {
	if seed == 0 {
		return root
	}
	return stream.Seed(root, "training seed", fmt.Sprint(seed))
}

// foldOptions are a run's options for the training without a fold.
func foldOptions(o models.Options, fold, seed int) models.Options {
	o.Seed = stream.Seed(trainingSeed(o.Seed, seed), "fold", fmt.Sprint(fold))
	return o
}

// tagged is a stage's name with the plan's tag.
func (p Plan) tagged(name string) string {
	if p.Tag == "" {
		return name
	}
	return name + " " + p.Tag
}

// FoldPiece names the stage that trains a variant without one fold and predicts it. That of the first training seed
// names no seed.
func (p Plan) FoldPiece(v *recipe.Variant, fold, seed int) stage.Piece {
	piece := stage.Piece{Name: fmt.Sprintf("evaluate %s fold %d", v.Name, fold),
		Parts: []any{p.Key, v, p.Heads, fold, p.Seed}}
	if seed > 0 {
		piece.Name += fmt.Sprintf(" seed %d", seed)
		piece.Parts = append(piece.Parts, seed)
	}
	piece.Name = p.tagged(piece.Name)
	return piece
}

// Fold gives what a variant, trained with one of the training seeds on the other folds, says about one fold, from the
// store or by training. A *Failure is the variant's own; every other error ends an evaluation.
func (p Plan) Fold(ctx context.Context, r stage.Runner, v *recipe.Variant, fold, seed int) (*Predictions, error) {
	out := new(Predictions)
	err := r.Do(ctx, p.FoldPiece(v, fold, seed), out, func(o models.Options) error {
		got, heads, err := p.trainAndPredict(ctx, v, p.Table.Without(fold), p.heldOut(fold), WithSpread,
			foldOptions(o, fold, seed))
		if err != nil {
			return failure(ctx, v, fold, err)
		}
		*out = *got
		if v.Name == p.Climbed && fold == worthFold && seed == 0 {
			out.Frozen, err = freeze(heads)
		}
		return err
	})
	return out, err
}

// Evaluate runs all folds of all variants with all training seeds, some at a time, and returns the held-out predictions
// of each variant that could be trained, and why the others could not, both in the order of the variants. If the one
// named must fails, or every one, that is an error; must may be "".
func (p Plan) Evaluate(ctx context.Context, r stage.Runner, variants []recipe.Variant, must string) ([]Competitor,
	[]*Failure, error) {
	all := make([]attempts, len(variants))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(p.atOnce(r.Goroutines()))
	for seed := range p.Scoring.Trainings() {
		for vi := range all {
			a := &all[vi]
			a.folds = append(a.folds, make([]*Predictions, p.Table.Folds))
			a.failures = append(a.failures, make([]*Failure, p.Table.Folds))
			for fold := range p.Table.Folds {
				out, failed := &a.folds[seed][fold], &a.failures[seed][fold]
				g.Go(func() (err error) {
					*out, err = p.Fold(ctx, r, &variants[vi], fold, seed)
					if errors.As(err, failed) && variants[vi].Name != must && len(variants) > 1 {
						return nil
					}
					return err
				})
			}
		}
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	var trained []Competitor
	var failed []*Failure
	for vi := range all {
		if f := all[vi].first(); f != nil {
			failed = append(failed, f)
			continue
		}
		c := Competitor{Name: variants[vi].Name}
		for _, folds := range all[vi].folds {
			c.Seeds = append(c.Seeds, Join(folds))
		}
		trained = append(trained, c)
	}
	if len(trained) == 0 {
		return nil, nil, failed[0]
	}
	return trained, failed, nil
}

// fewTrials is the number of trials below which memory is no question.
const fewTrials = 20_000

// atOnce is how many trainings are begun on so many processors: one more, where memory is no question, since each has
// parts that one processor does alone.
func (p Plan) atOnce(goroutines int) int {
	if goroutines > 1 && len(p.Table.Trials) < fewTrials {
		return goroutines + 1
	}
	return goroutines
}

// sideBySide is how many small pieces of work, which hold what they are about meanwhile, are done at a time: one where
// memory is a question, as each uses all processors where it can.
func (p Plan) sideBySide(goroutines int) int {
	if len(p.Table.Trials) < fewTrials {
		return goroutines
	}
	return 1
}

// attempts is what became of one variant's trainings, by seed and fold.
type attempts struct {
	folds    [][]*Predictions
	failures [][]*Failure
}

// first is the failure of the first seed and fold that has one, whichever ended first, or nil.
func (a *attempts) first() *Failure {
	for _, seed := range a.failures {
		for _, f := range seed {
			if f != nil {
				return f
			}
		}
	}
	return nil
}
