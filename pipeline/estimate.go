package pipeline

import (
	"fmt"
	"math"
	"slices"
	"time"

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
