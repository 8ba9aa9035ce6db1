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
	n, costs := len(p.plan.Table.Trials), 0
	curve := slices.Contains(p.plan.Heads, target.Curve)
	for _, t := range p.plan.Heads {
		if t != target.Curve && !slices.Contains(p.plan.Constants, t) {
			costs++
		}
	}
	folds := p.plan.Table.Folds
	for i := range r.config.Variants {
		v := &r.config.Variants[i]
		each := v.Seconds(n-n/max(1, folds), curve, costs)*float64(folds*p.plan.Scoring.Trainings()) +
			v.Seconds(n, curve, costs)
		if took := time.Duration(each / float64(r.stages.Goroutines()) * float64(time.Second)); took >= worthSaying {
			r.stages.Say(stage.Note, "time", "%s: about %s on %d cores, if none of it is done already", v.Name,
				roughly(took), r.stages.Goroutines())
		}
	}
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
		each := v.Seconds(size.Runs-size.Runs/usualFolds, size.Curve, size.Numbers)*usualFolds +
			v.Seconds(size.Runs, size.Curve, size.Numbers)
		return time.Duration(each * float64(time.Second))
	}
	quick := recipe.Default + "-quick"
	if all := took(recipe.Default); all > longest {
		what := fmt.Sprintf("%d numbers", size.Numbers)
		if size.Curve {
			what = "a curve and " + what
		}
		return quick, fmt.Sprintf("unlike members, weighted by inner folds: few and small ones, because %d runs with %s "+
			"would take %s about %s of one core; this takes %s", size.Runs, what, recipe.Default, roughly(all),
			roughly(took(quick)))
	}
	return recipe.Default, "unlike members, weighted by inner folds; " + quick + " takes a tenth of the time"
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
