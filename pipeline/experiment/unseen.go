package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
)

// ErrUnseen is returned when a log has no axis whose values could be held out.
var ErrUnseen = errors.New("experiment: nothing to hold out as never seen")

// unseenFolds is the largest number of folds of whole values.
const unseenFolds = 5

// Unseen is how variants do on values of an axis that no training run had: a problem, a data set, a device.
type Unseen struct {
	Axis  string
	Names []string                // of the competitors: the variant's name and the axis
	Of    []string                // the variant of each
	Rows  []eval.Row              // their figures
	Lines []string                // in words, beside the figures of the other folds
	Sure  map[string]*Uncertainty // how sure the answers there are, by the variant's name
}

// AskUnseen trains the variants again without whole values of the plan's group axis, and scores them on those. The
// other figures of s are not changed. ErrUnseen: there is no such axis, or it has one value.
func (s Scored) AskUnseen(ctx context.Context, r stage.Runner, variants []recipe.Variant) (Unseen, error) {
	out := Unseen{Axis: s.Plan.GroupAxis(), Sure: map[string]*Uncertainty{}}
	if out.Axis == "" {
		return out, fmt.Errorf("%w: no group_by that is an axis, and no choice axis with two values", ErrUnseen)
	}
	p := s.Plan
	var err error
	if p.Table, err = p.Table.ByValue(out.Axis, unseenFolds, p.Seed); errors.Is(err, dataset.ErrEmptyFold) {
		return out, fmt.Errorf("%w: %w", ErrUnseen, err)
	}
	if err != nil {
		return out, err
	}
	if p.Key, err = stage.KeyOf(p.Key, "unseen", out.Axis); err != nil {
		return out, err
	}
	p.Climbed, p.Scoring.Seeds, p.Tag = "", 0, "unseen"
	cs, failed, err := p.Evaluate(ctx, r, variants, "")
	if errors.Is(err, dataset.ErrEmptyFold) { // the runs of one value are all that a target has
		out.Lines = append(out.Lines, fmt.Sprintf("no figures for a %s that was never seen: %v; with another group_by "+
			"or fewer targets there are some", out.Axis, err))
		return out, nil
	}
	if err != nil {
		return out, err
	}
	for _, f := range failed {
		out.Lines = append(out.Lines, fmt.Sprintf("%s: no figures for a %s that was never seen: %v", f.Variant,
			out.Axis, f))
	}
	there := Scored{Plan: p, Competitors: cs}
	for i := range cs {
		name := cs[i].Name
		v, _ := recipe.Find(variants, name)
		if out.Sure[name], err = there.LearnUncertainty(ctx, r, v, i, false); err != nil {
			return out, err
		}
		cs[i].Name = fmt.Sprintf("%s, new %s", name, out.Axis) // there sees it, and needs no name any more
		out.Names, out.Of = append(out.Names, cs[i].Name), append(out.Of, name)
		out.Rows = append(out.Rows, Score(p, cs[i:i+1], nil, nil).Rows...)
		out.Lines = append(out.Lines, s.besideUnseen(name, cs[i].Name, out)...)
	}
	return out, nil
}

// besideUnseen says a line for each target: the error on what was never seen, and that of the other folds.
func (s Scored) besideUnseen(name, unseen string, u Unseen) []string {
	var out []string
	for _, t := range s.Plan.Targets {
		metric := MainMetrics(s.Plan.Table.Own, t)[0]
		a, okA := eval.Find(s.Rows, name, t, eval.GroupAll, metric)
		b, okB := eval.Find(u.Rows, unseen, t, eval.GroupAll, metric)
		if okA && okB && !math.IsNaN(a.Value) && !math.IsNaN(b.Value) {
			out = append(out, fmt.Sprintf("%s: %s: on a %s that was never seen %s is %.3g, on the other folds %.3g",
				name, t,
				u.Axis, metric, b.Value, a.Value))
		}
	}
	return out
}

// Intervals are those of a variant's answers for values that no training run had, for its bundle; none where nobody
// asked for them or too little is known.
func (u Unseen) Intervals(name string) (artifacts.Unseen, error) {
	sure := u.Sure[name]
	if sure == nil || len(sure.Targets) == 0 {
		return artifacts.Unseen{}, nil
	}
	all, err := sure.Intervals()
	return artifacts.Unseen{Axis: u.Axis, Intervals: all}, err
}
