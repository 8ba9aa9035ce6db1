package experiment

import (
	"context"
	"fmt"
	"slices"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/trial/target"
)

const (
	retrainedParts = 5   // parts that new configurations are dealt to
	manyNew        = 200 // configurations from which on one part is enough to compare
)

// Retrained is a frozen surrogate beside one trained on more: both asked for new trials that neither has seen.
type Retrained struct {
	Unknown string // why nothing was compared; empty otherwise
	Trials  int    // that were compared
	Configs int    // of these
	HeldOut string // in words: what the retrained one was trained without
	Diffs   []eval.Diff
}

// AskRetrained compares a frozen surrogate, called name, with a variant trained on the old rows and on new ones (fresh,
// by row). The new configurations are dealt to five parts by a stream of their own; the variant is trained without a
// part, on all the rest, and asked for it. With many new configurations one part is asked, else one after the other. So
// neither has seen a trial that it is asked for, and the frozen one is not held back by a loss of old trials. Repeats
// of a known configuration among the new trials have partners in what both learnt from.
func (p Plan) AskRetrained(ctx context.Context, r stage.Runner, v *recipe.Variant, old *artifacts.Surrogate,
	name string, fresh []bool) (Retrained, error) {
	out := Retrained{}
	rows := p.acceptedNew(old, fresh)
	table, asked, err := withoutParts(p.Table, fresh, rows, p.Seed)
	if err != nil {
		out.Unknown = err.Error()
		return out, nil
	}
	out.HeldOut = "each new trial is answered by a surrogate trained without its fifth of the new configurations"
	if table.Folds == 1 {
		out.HeldOut = "a fifth of the new configurations, without which the retrained one was trained for this"
	}
	p.Table, p.Climbed, p.Scoring.Seeds, p.Tag = table, "", 0, "new"
	if p.Key, err = stage.KeyOf(p.Key, "new logs", table.Fold); err != nil {
		return out, err
	}
	cs, _, err := p.Evaluate(ctx, r, []recipe.Variant{*v}, v.Name)
	if err != nil {
		return out, err
	}
	b := cs[0].first().At(asked)
	a, err := Predict(ctx, p.Table, old, asked, NoSpread)
	if err != nil {
		return out, fmt.Errorf("%s: %w", name, err)
	}
	p.Targets = slices.DeleteFunc(slices.Clone(p.Targets), func(t target.Target) bool {
		return len(p.Table.Labelled(t, asked)) == 0 || !a.Answers(p.Table, t) || !b.Answers(p.Table, t)
	})
	out.Trials, out.Configs = len(asked), len(slices.Compact(slices.Sorted(slices.Values(pick(p.Table.Group, asked)))))
	out.Diffs, err = p.Paired(name, a, "retrained", b)
	return out, err
}

// acceptedNew are the new rows that the old surrogate can be asked for.
func (p Plan) acceptedNew(old *artifacts.Surrogate, fresh []bool) (rows []int) {
	space := old.Spec().Space
	room := features.Config{}
	for i, is := range fresh {
		if is && space.Check(p.Table.Trials[i].Config.Into(room)) == nil {
			rows = append(rows, i)
		}
	}
	return rows
}

// withoutParts returns the table with the new configurations dealt to parts as folds, all else trained on always, and
// those of rows that are in a part that is asked, in the order in which the parts come.
func withoutParts(t *dataset.Table, fresh []bool, rows []int, seed uint64) (*dataset.Table, []int, error) {
	var groups []string
	distinct := map[string]bool{}
	for _, i := range rows {
		groups = append(groups, t.Trials[i].Group)
		distinct[t.Trials[i].Group] = true
	}
	if len(distinct) < 2 {
		return nil, nil, fmt.Errorf("the old surrogate can be asked for %d of the new configurations: two are needed "+
			"to compare", len(distinct))
	}
	folds, parts, err := eval.FoldsAtMost(groups, retrainedParts, stream.Seed(seed, "new logs"))
	if err != nil {
		return nil, nil, err
	}
	of := map[string]int{}
	for j, g := range groups {
		of[g] = folds[j]
	}
	out := *t
	out.Warnings, out.Folds, out.Fold = nil, parts, make([]int, len(t.Trials))
	if len(distinct) >= manyNew {
		out.Folds = 1
	}
	for i := range out.Fold {
		fold, dealt := of[t.Trials[i].Group]
		if out.Fold[i] = fold; !fresh[i] || !dealt || fold >= out.Folds {
			out.Fold[i] = -1
		}
	}
	var asked []int
	for fold := range out.Folds {
		for _, i := range rows {
			if out.Fold[i] == fold {
				asked = append(asked, i)
			}
		}
	}
	return &out, asked, nil
}
