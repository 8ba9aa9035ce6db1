package pipeline

import (
	"context"
	"fmt"
	"math"

	"eahas/models"
	"eahas/tune"
)

// confirm lets the best settings meet the default once more, on another split of the same rows. They are taken when
// their loss is lower there and no main metric is likely worse by its paired interval, and also when they can be trained
// and the default cannot.
func (w *tuning) confirm(ctx context.Context, sd *side, study string, rows []int, point []float64) (*choice, error) {
	ch := new(choice)
	err := w.stage(ctx, "tune confirm "+study, []any{w.identity, study, point}, ch, func(models.Options) error {
		folds, err := w.split(rows, confirmFolds, study, "confirm")
		if err != nil {
			return err
		}
		found := sd.knobs.at(point)
		before, errBefore := w.heldOut(ctx, sd, w.variant, rows, folds)
		after, errAfter := w.heldOut(ctx, sd, &found, rows, folds)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for _, err := range []error{errBefore, errAfter} {
			if err != nil { // the error's words may depend on which worker met it first, so they are no part of the choice
				w.note(Note, "tune "+study, "on another split: %s", err)
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
			return w.compare(sd, ch, point, before, after)
		}
		return nil
	})
	return ch, err
}

// heldOut predicts every row by a training without its fold.
func (w *tuning) heldOut(ctx context.Context, sd *side, v *Variant, rows, folds []int) (*outOfFold, error) {
	var outs []*foldOutput
	for fold := range foldCount(folds) {
		out, err := w.inner(ctx, sd, v, rows, folds, tune.Rung{Fold: fold, Share: 1})
		if err != nil {
			return nil, err
		}
		outs = append(outs, out)
	}
	return merge(outs), nil
}

// compare makes the choice by predictions of the default (before) and of the point (after).
func (w *tuning) compare(sd *side, ch *choice, point []float64, before, after *outOfFold) error {
	old := w.variant.Name
	tuned := Variant{Name: old + tunedSuffix}
	a, b := w.loss(sd, w.variant, before), w.loss(sd, &tuned, after)
	diffs, err := w.pairedDiffsOf(w.scoredBy(sd, before, after), old, tuned.Name, 0, 1)
	if err != nil {
		return err
	}
	worse := likelyWorse(tuned.Name, diffs)
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
