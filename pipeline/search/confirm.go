package search

import (
	"context"
	"fmt"
	"math"

	"eahas/models"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/tune"
)

// confirm lets the best settings meet the default once more, on another split of the same rows. They are taken when
// their loss is lower there and no main metric is likely worse by its paired interval, and also when they can be
// trained and the default cannot.
func (s *search) confirm(ctx context.Context, sd *side, study string, rows []int, point []float64) (*choice, error) {
	ch := new(choice)
	piece := stage.Piece{Name: "tune confirm " + study, Parts: []any{s.identity, study, point}}
	err := s.runner.Do(ctx, piece, ch, func(models.Options) error {
		folds, err := s.split(rows, confirmFolds, study, "confirm")
		if err != nil {
			return err
		}
		found := sd.at(point)
		before, errBefore := s.heldOut(ctx, sd, &s.variant, rows, folds)
		after, errAfter := s.heldOut(ctx, sd, &found, rows, folds)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for _, err := range []error{errBefore, errAfter} {
			// the error's words may depend on which worker met it first, so they are no part of the choice
			if err != nil {
				s.runner.Say(stage.Note, "tune "+study, "on another split: %s", err)
			}
		}
		switch {
		case errBefore != nil && errAfter != nil:
			ch.Why = "neither the best nor the default can be trained on another split: default kept"
		case errAfter != nil:
			ch.Why = "the best cannot be trained on another split: default kept"
		case errBefore != nil:
			ch.Point, ch.Why = point, "the best can be trained on another split, the default cannot: taken"
		default:
			return ch.decide(sd.plan, s.variant.Name, point, before, after)
		}
		return nil
	})
	return ch, err
}

// heldOut predicts every row by a training without its fold.
func (s *search) heldOut(ctx context.Context, sd *side, v *recipe.Variant, rows, folds []int) (*experiment.Predictions,
	error) {
	var outs []*experiment.Predictions
	for fold := range foldCount(folds) {
		out, err := s.inner(ctx, sd, v, rows, folds, tune.Rung{Fold: fold, Share: 1})
		if err != nil {
			return nil, err
		}
		outs = append(outs, out)
	}
	return experiment.Join(outs), nil
}

// decide makes the choice by predictions of the default (before) and of the point (after) for the same rows.
func (ch *choice) decide(p experiment.Plan, name string, point []float64, before, after *experiment.Predictions) error {
	tuned := name + Suffix
	a, b := loss(p, name, before), loss(p, tuned, after)
	diffs, err := p.Paired(name, before, tuned, after)
	if err != nil {
		return err
	}
	worse := likelyWorse(p.Table.Own, tuned, diffs)
	switch {
	case !(b < a):
		ch.Why = "the best does not beat the default on another split: default kept"
	case worse != "":
		ch.Why = "the best is likely worse on another split in " + worse + ": default kept"
	default:
		ch.Point = point
		ch.Why = fmt.Sprintf("the best lowers the loss by %.1f %% on another split: taken", 100*(1-math.Exp(b-a)))
	}
	return nil
}
