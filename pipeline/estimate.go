package pipeline

import (
	"fmt"
	"math"
	"slices"
	"time"

	"eahas/pipeline/guess"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/trial/target"
)

// worthSaying is the time below which nobody needs to be told before it starts.
const worthSaying = 10 * time.Second

// sayTimes says, before any training, about how long the variants take whose time can be told from the number of rows:
// all folds, and the last training on all rows.
func (r *run) sayTimes(p *prepared) {
	n, columns, folds := len(p.plan.Table.Trials), len(p.plan.Table.X.Columns), p.plan.Table.Folds
	curve, costs := p.asked()
	for i := range r.config.Variants {
		v := &r.config.Variants[i]
		each := v.Seconds(n-n/max(1, folds), columns, curve, costs)*float64(folds*p.plan.Scoring.Trainings()) +
			v.Seconds(n, columns, curve, costs)
		if took := time.Duration(each / float64(r.stages.Goroutines()) * float64(time.Second)); took >= worthSaying {
			r.stages.Say(stage.Note, "time", "%s: about %s on %d cores, if none of it is done already", v.Name,
				roughly(took), r.stages.Goroutines())
		}
	}
}

// asked says whether there is a curve to learn, and how many numbers.
func (p *prepared) asked() (curve bool, numbers int) {
	for _, t := range p.plan.Heads {
		if t != target.Curve && !slices.Contains(p.plan.Constants, t) {
			numbers++
		}
	}
	return slices.Contains(p.plan.Heads, target.Curve), numbers
}

// Parts of the work of training on one fold, as measured on the examples: they only draw a share of a run.
const (
	intervalsWork = 0.6
	worthWork     = 0.5
	explainWork   = 0.3
)

// sayWork tells watchers how much of the whole run each stage is: all folds, intervals, what is done with the variant
// that is frozen ("" for none), and, where finals is set, the last training of each. Stages of no time are left out.
func (r *run) sayWork(p *prepared, frozen string, finals bool) {
	work := map[string]float64{}
	n, columns, folds := len(p.plan.Table.Trials), len(p.plan.Table.X.Columns), p.plan.Table.Folds
	curve, costs := p.asked()
	for i := range r.config.Variants {
		v := &r.config.Variants[i]
		one := v.Seconds(n-n/max(1, folds), columns, curve, costs)
		if one == 0 {
			one = 1 // boosted trees and the like
		}
		for seed := range p.plan.Scoring.Trainings() {
			for fold := range folds {
				work[p.plan.FoldPiece(v, fold, seed).Name] = one
			}
		}
		if finals || frozen == v.Name {
			work[p.plan.FinalPiece(v).Name] = one
		}
		if frozen == "" || frozen == v.Name {
			work["intervals "+v.Name] = intervalsWork * one
		}
		if frozen == v.Name {
			work[p.plan.WorthPiece(v).Name] = worthWork * one
			work[p.plan.ExplainPiece(v).Name] = explainWork * one
		}
	}
	r.stages.Observer.Send(stage.Event{Kind: stage.Planned, Work: work})
}

// longest is the time of one core above which a config that is written for logs trains the quick form of the default.
const longest = 30 * time.Minute

// variantFor says which variant suits logs of that size, and why.
func variantFor(size guess.Size) (name, why string) {
	took := func(name string) time.Duration {
		v := recipe.Variant{Name: name}
		if err := v.Complete(); err != nil {
			panic("pipeline: a variant is refused: " + err.Error())
		}
		each := v.Seconds(size.Runs-size.Runs/usualFolds, size.Axes, size.Curve, size.Numbers)*usualFolds +
			v.Seconds(size.Runs, size.Axes, size.Curve, size.Numbers)
		return time.Duration(each * float64(time.Second))
	}
	quick := recipe.Default + "-quick"
	all, less := took(recipe.Default), took(quick)
	if all > longest {
		what := fmt.Sprintf("%d numbers", size.Numbers)
		if size.Curve {
			what = "a curve and " + what
		}
		return quick, fmt.Sprintf("unlike members, weighted by inner folds: few and small ones, because %d runs with "+
			"%s would take %s about %s of one core; this takes %s", size.Runs, what, recipe.Default, roughly(all),
			roughly(less))
	}
	return recipe.Default, fmt.Sprintf("unlike members, weighted by inner folds: about %s of one core; %s takes %s",
		roughly(all), quick, roughly(less))
}

// usualFolds is the number of folds of a config that is written for logs.
const usualFolds = 5

// roughly is a time in words, in whole seconds below two minutes, whole minutes below two hours, else hours.
func roughly(t time.Duration) string {
	switch {
	case t < 2*time.Minute:
		return fmt.Sprintf("%.0f seconds", t.Seconds())
	case t < 2*time.Hour:
		return fmt.Sprintf("%.0f minutes", math.Round(t.Minutes()))
	}
	return fmt.Sprintf("%.0f hours", math.Round(t.Hours()))
}
