package experiment

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"eahas/internal/stream"
	"eahas/models"
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

// TrainAndPredict trains a variant on some rows and predicts others. Nothing about the others is used for the training but the
// columns' declared ranges.
func (p Plan) TrainAndPredict(ctx context.Context, v *recipe.Variant, train, test []int, spread Spread, o models.Options) (*Predictions, error) {
	heads, err := p.Train(ctx, v, train, o)
	if err != nil {
		return nil, err
	}
	s, err := Surrogate(p.Table, heads, nil)
	if err != nil {
		return nil, err
	}
	return Predict(ctx, p.Table, s, test, spread)
}

// trainingSeed derives a run's root of random choices for one of its training seeds. The first is the root itself, so
// that asking for more seeds leaves its results as they are.
func trainingSeed(root uint64, seed int) uint64 {
	if seed == 0 {
		return root
	}
	return stream.Seed(root, "training seed", fmt.Sprint(seed))
}

// FoldPiece names the stage that trains a variant without one fold and predicts it. That of the first training seed names no
// seed.
func (p Plan) FoldPiece(v *recipe.Variant, fold, seed int) stage.Piece {
	piece := stage.Piece{Name: fmt.Sprintf("evaluate %s fold %d", v.Name, fold), Parts: []any{p.Key, v, p.Heads, fold, p.Seed}}
	if seed > 0 {
		piece.Name += fmt.Sprintf(" seed %d", seed)
		piece.Parts = append(piece.Parts, seed)
	}
	return piece
}

// Fold gives what a variant, trained with one of the training seeds on the other folds, says about one fold, from the store or
// by training.
func (p Plan) Fold(ctx context.Context, r stage.Runner, v *recipe.Variant, fold, seed int) (*Predictions, error) {
	out := new(Predictions)
	err := r.Do(ctx, p.FoldPiece(v, fold, seed), out, func(o models.Options) error {
		o.Seed = stream.Seed(trainingSeed(o.Seed, seed), "fold", fmt.Sprint(fold))
		got, err := p.TrainAndPredict(ctx, v, p.Table.Without(fold), p.Table.In(fold), WithSpread, o)
		if err != nil {
			return fmt.Errorf("fold %d: %w", fold, err)
		}
		*out = *got
		return nil
	})
	return out, err
}

// Evaluate runs all folds of all variants with all training seeds, some at a time, and returns the held-out predictions of each
// variant.
func (p Plan) Evaluate(ctx context.Context, r stage.Runner, variants []recipe.Variant) ([]Competitor, error) {
	seeds := p.Scoring.Trainings()
	folds := make([][][]*Predictions, seeds)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.Goroutines())
	for seed := range folds {
		folds[seed] = make([][]*Predictions, len(variants))
		for vi := range variants {
			folds[seed][vi] = make([]*Predictions, p.Table.Folds)
			for fold := range p.Table.Folds {
				g.Go(func() (err error) {
					folds[seed][vi][fold], err = p.Fold(ctx, r, &variants[vi], fold, seed)
					return err
				})
			}
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out := make([]Competitor, len(variants))
	for vi := range variants {
		out[vi].Name = variants[vi].Name
		for seed := range folds {
			out[vi].Seeds = append(out[vi].Seeds, Join(folds[seed][vi]))
		}
	}
	return out, nil
}
