package experiment

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/eval"
	"eahas/features"
	"eahas/internal/par"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/trial/target"
)

// Trivial is how answers that learn nothing do on the same folds.
type Trivial struct {
	Competitors []Competitor
	Rows        []eval.Row
	NotBetter   []NotBetter // by competitor, target and trivial answer
	Diffs       []eval.Diff // the errors of all of them (B) less those of the trivial answers (A), in that order
	Warnings    []string    // what could not be made, and why
}

// NotBetter is a competitor whose error is not surely smaller than that of a trivial answer.
type NotBetter struct {
	// A: the trivial answer, B: the competitor; run_rmse of curves, mape of costs, mae of what is no cost
	Diff  eval.Diff
	Worse bool // surely: the interval leaves out zero
}

// GroupAxis is the axis whose values make the groups of the group mean: the plan's GroupBy where it is an axis, else
// the choice axis with the fewest values among the trials, but at least two; "" where there is none.
func (p Plan) GroupAxis() string {
	if p.Table.Space.Param(p.GroupBy) != nil {
		return p.GroupBy
	}
	axis, fewest := "", math.MaxInt
	for _, a := range p.Table.Space.Params {
		if a.Kind != features.Choice || a.When != nil {
			continue
		}
		values := map[string]bool{}
		for i := range p.Table.Trials {
			values[p.Table.Part(i, a.Name)] = true
		}
		if n := len(values); n >= 2 && n < fewest {
			axis, fewest = a.Name, n
		}
	}
	return axis
}

// trivialFold is one fold of a trivial variant, from the store or made now.
func (p Plan) trivialFold(ctx context.Context, r stage.Runner, v *recipe.Variant, fold int) (*Predictions, error) {
	out := new(Predictions)
	piece := stage.Piece{Name: fmt.Sprintf("%s fold %d", v.Name, fold), Parts: []any{p.Key, v, p.Heads, fold, p.Seed}}
	err := r.Do(ctx, piece, out, func(o models.Options) error {
		o.Seed = stream.Seed(o.Seed, "fold", fmt.Sprint(fold))
		got, err := p.TrainAndPredict(ctx, v, p.Table.Without(fold), p.heldOut(fold), NoSpread, o)
		if err == nil {
			*out = *got
			out.Floor = nil // what a representation loses is no question here
		}
		return err
	})
	return out, err
}

// AskTrivial gives the trivial answers on all folds, scores them, and says which of the competitors of s are not
// better. One that cannot be made is a warning. With the reference, boosted trees of plain settings are trained and
// compared, too, as the last of them; not to be better than these is no warning.
func (s Scored) AskTrivial(ctx context.Context, r stage.Runner, reference bool) (Trivial, error) {
	var out Trivial
	p := s.Plan
	all := recipe.Trivial(p.GroupAxis())
	if reference {
		all = append(all, recipe.ReferenceTrees())
	}
	answers := make([]*Predictions, len(all)*p.Table.Folds)
	failed := make([]error, len(answers))
	err := par.Each(ctx, len(answers), p.sideBySide(r.Goroutines()), func(ctx context.Context, i int) error {
		answers[i], failed[i] = p.trivialFold(ctx, r, &all[i/p.Table.Folds], i%p.Table.Folds)
		return ctx.Err()
	})
	if err != nil {
		return out, err
	}
	for i, v := range all {
		first, last := i*p.Table.Folds, (i+1)*p.Table.Folds
		if err := cmp.Or(failed[first:last]...); err != nil {
			out.Warnings = append(out.Warnings, fmt.Sprintf("%s: no such row: %v", v.Name, err))
			continue
		}
		out.Competitors = append(out.Competitors, Competitor{Name: v.Name, Seeds: []*Predictions{
			Join(answers[first:last])}})
	}
	out.Rows = Score(p, out.Competitors, nil, nil).Rows
	if out.Diffs, err = s.Beside(out.Competitors); err != nil {
		return out, err
	}
	for _, d := range out.Diffs {
		if recipe.IsTrivial(d.A) && !surelyLess(d) {
			out.NotBetter = append(out.NotBetter, NotBetter{d,
				d.CILow > 0 || math.IsNaN(d.CILow) && d.Difference > 0})
		}
	}
	return out, nil
}

// Reference reports whether boosted trees of plain settings are among the answers.
func (t Trivial) Reference() bool {
	return slices.ContainsFunc(t.Competitors, func(c Competitor) bool { return recipe.IsReference(c.Name) })
}

// errorDiff compares the error of b with that of a.
func (p Plan) errorDiff(t target.Target, a, b Competitor) (eval.Diff, error) {
	if p.isCurve(t) {
		own, x, y := p.as(t), a.first().as(t), b.first().as(t)
		d, err := eval.PairedRunErrors(a.Name, own.curveData(x, x.Curve), b.Name, own.curveData(y, y.Curve),
			p.options())
		d.Target = t
		return d, err
	}
	return eval.PairedErrors(t, a.Name, p.costData(a.first(), t, ""), b.Name, p.costData(b.first(), t, ""), p.options())
}

// AgainstOne compares the errors of every competitor (B) with those of one of them (A), by target; targets for which
// the two were asked about other trials are left out. Nil where there is none of that name.
func (s Scored) AgainstOne(name string) ([]eval.Diff, error) {
	i, ok := s.Competitor(name)
	if !ok {
		return nil, nil
	}
	others := s
	others.Competitors = slices.Delete(slices.Clone(s.Competitors), i, i+1)
	return others.Beside(s.Competitors[i : i+1])
}

// surelyLess reports whether the error of B is smaller, by the interval where there is one.
func surelyLess(d eval.Diff) bool { return d.CIHigh < 0 || math.IsNaN(d.CIHigh) && d.Difference < 0 }

// Lines says in words, a line for each competitor and target, what is not better than a trivial answer.
func (t Trivial) Lines() []string {
	var out []string
	for i, n := range t.NotBetter {
		same := i > 0 && t.NotBetter[i-1].Diff.B == n.Diff.B && t.NotBetter[i-1].Diff.Target == n.Diff.Target
		if same {
			out[len(out)-1] += "; " + n.inWords()
			continue
		}
		out = append(out, fmt.Sprintf("%s: %s: %s", n.Diff.B, n.Diff.Target, n.inWords()))
	}
	return out
}

func (n NotBetter) inWords() string {
	word := "not surely better"
	if n.Worse {
		word = "worse"
	}
	text := fmt.Sprintf("%s than %q, %s %.3g against %.3g", word, n.Diff.A, n.Diff.Metric, n.Diff.ValueB, n.Diff.ValueA)
	if !math.IsNaN(n.Diff.CILow) {
		text += fmt.Sprintf(" (95 %% interval of the difference %.3g to %.3g)", n.Diff.CILow, n.Diff.CIHigh)
	}
	return text
}

// AgainstMean says in a sentence for which targets a competitor is not better than the mean of all runs; "" for none.
func (t Trivial) AgainstMean(name string) string {
	mean := recipe.Trivial("")[0].Name
	var targets []string
	for _, n := range t.NotBetter {
		if n.Diff.B == name && n.Diff.A == mean {
			targets = append(targets, string(n.Diff.Target))
		}
	}
	if len(targets) == 0 {
		return ""
	}
	return "Not better than the mean of all training runs, on held-out folds: " + strings.Join(targets, ", ") + "."
}

// About says what a trivial variant answers, for a report.
func (t Trivial) About(name string) string {
	switch by, of := strings.CutPrefix(name, recipe.TrivialPrefix+"mean by "); {
	case recipe.IsReference(name):
		return "boosted trees with LightGBM's default settings (100 rounds of rate .1, 31 leaves, 20 rows a leaf) " +
			"for six singular vectors of the curves and for each cost; there to be compared with, never recommended"
	case of:
		return "the mean of the training runs with the same " + by + "; nothing is learnt, never recommended"
	case name == recipe.TrivialPrefix+"mean":
		return "the mean of all training runs; nothing is learnt, never recommended"
	}
	return "the training run with the nearest configuration, all axes weighing the same; nothing is learnt, never " +
		"recommended"
}
