package auto

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/internal/problem"
	"eahas/models/mean"
	"eahas/models/stack"
)

// MinGroups is the number of groups below which nothing can be chosen: the answer is the group's mean.
const MinGroups = 3

// richGroups is the number of groups below which only Members are weighed: Stacks and Failed learn nothing from so few.
const richGroups = 5

// maxMembers bounds the subsets that the weights try: 2^10.
const maxMembers = 10

// MeanName is the name of the member that is always there.
const MeanName = "mean"

// Trainer holds the members and the settings. Zero settings mean their defaults.
type Trainer struct {
	// with names of their own; the group's mean comes on top, and with the stacks there are 10 at most
	Members []stack.Member
	Stacks  []Stack   // members that are joined and guided by rules of their own
	Times   []float64 // places of the k targets on the time axis of a run, for members with a Fitter
	By      []string  // axes that make a group for the mean and for failed runs (see mean.Trainer); nil: one group
	Margin  float64   // share of each target's range by which a member may leave it; 0: 0.1
	Folds   int       // inner folds; 0: 5
	Repeats int       // how often the rows are dealt to folds; 0: 3 with fewer than 100 groups, else 1
	Pull    float64   // strength of the pull towards weights by the members' own errors; 0: 3
	// ByRow deals rows to inner folds without regard to their groups: where repeats of what was trained on will be
	// asked.
	ByRow bool
	// Whole are axes of which whole values will be asked that no training row has. The rows are dealt once more, by
	// those values, and what members say of values that they did not see counts as much as their other answers.
	Whole []string
	// Power is what the absolute errors are raised to before the weights make their sum small; 0: 2, squared errors.
	// Below 2 a few runs far off do not decide; 0.7 is for logarithms of costs, which are judged by relative errors.
	Power float64
	// Relative says that targets are logarithms of what is judged by relative errors: the weights that the pull is
	// towards follow the members' relative errors, each counted as relativeCap at most.
	Relative bool
	// Median joins the members by their weighted median in place of the mean (stack.WeightedMedian), so that members
	// that are nearly exact but for a few runs do not lead the answer astray there. Not with Stacks.
	Median bool
	// Either joins the members by their weighted mean or by their weighted median: by the median where held-out
	// answers, joined by weights that knew nothing of the answered fold, err less by it. Not with Stacks.
	Either bool
	// Unshrunk leaves the joined answer as it is where the group's mean would take a share of it (shrink.go): for
	// logarithms, of which a share of a hundredth is a large relative error where the members are nearly exact.
	Unshrunk bool
	// Failed makes the classifier of failed runs: one target, 1 where a run failed, 0 where not; nil: failed runs are
	// no case of their own. Such runs are told by the last target, so it is for curves.
	Failed models.Trainer
}

// Stack is a member that is a stack itself, for one that guides its answers, say. Its margin is the Trainer's where it
// has none.
type Stack struct {
	Name string
	stack.Trainer
}

var _ models.Trainer = Trainer{}

// Train fits the weights and the members. The result is a *Model whose Freeze gives the serving form.
func (t Trainer) Train(ctx context.Context, d models.Data, o models.Options) (models.Predictor, error) {
	m, err := t.Fit(ctx, d, o)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// Fit is Train with the concrete type.
func (t Trainer) Fit(ctx context.Context, d models.Data, o models.Options) (*Model, error) {
	d, err := problem.Clean(d)
	if err != nil {
		return nil, fmt.Errorf("auto: %w", err)
	}
	if t.ByRow {
		d.Groups = nil
	}
	groups := countGroups(&d)
	if t, err = t.resolve(groups); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if groups < richGroups {
		t.Stacks, t.Failed = nil, nil
	}
	if groups < MinGroups {
		t.Members = nil
	}
	progress := &counter{total: t.trainings(), show: o.Progress}
	study := Study{Names: t.names(), Groups: groups, Keep: 1, Weights: []float64{1},
		Finish: finishJoined}
	if len(study.Names) > 1 {
		h, err := t.heldOut(ctx, &d, o, progress)
		if err != nil {
			return nil, fmt.Errorf("auto: %w", err)
		}
		if err := t.weigh(ctx, &d, &study, h); err != nil {
			return nil, fmt.Errorf("auto: %w", err)
		}
	}
	o.Progress, o.Seed = nil, stream.Seed(o.Seed, "auto", "all")
	m := &Model{keep: study.Keep}
	if m.stacks, err = t.fitAll(ctx, &d, &study, o); err != nil {
		return nil, fmt.Errorf("auto: %w", err)
	}
	if m.keep < 1 {
		if m.mean, err = (mean.Trainer{By: t.By}).Fit(ctx, d, o); err != nil {
			return nil, fmt.Errorf("auto: %w", err)
		}
	}
	if study.Finish == finishFailed {
		if m.failed, err = t.fitFailed(ctx, &d, o); err != nil {
			return nil, fmt.Errorf("auto: failed runs: %w", err)
		}
		if m.failed != nil {
			study.Failed = m.failed.runs
		}
	}
	m.study = &study
	progress.finish()
	return m.finish(), nil
}

// simple is the stack of the simple members.
func (t *Trainer) simple() stack.Trainer {
	return stack.Trainer{Members: t.members(), Times: t.Times, Margin: t.Margin, Median: t.Median}
}

// fitAll trains what has a weight on all rows.
func (t *Trainer) fitAll(ctx context.Context, d *models.Data, study *Study, o models.Options) ([]part, error) {
	var out []part
	first := t.simple()
	share := 0.0
	for i := range first.Members {
		first.Weights = append(first.Weights, study.Weights[i])
		share += study.Weights[i]
	}
	if share > 0 {
		m, err := first.Fit(ctx, *d, o)
		if err != nil {
			return nil, err
		}
		out = append(out, part{min(1, share), m})
	}
	for i, s := range t.Stacks {
		w := study.Weights[len(first.Members)+i]
		if w == 0 {
			continue
		}
		one := o
		one.Seed = stream.Seed(o.Seed, s.Name)
		m, err := s.Fit(ctx, *d, one)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		out = append(out, part{min(1, w), m})
	}
	return out, nil
}

// defaultFolds is the number of inner folds.
const defaultFolds = 5

// defaultRepeats is how often that many groups are dealt to folds. Repeats of few configurations tell no more than
// they.
func defaultRepeats(groups int) int {
	if groups < 100 {
		return 3
	}
	return 1
}

// DefaultTrainings is how often each member is trained on that many groups, with so many folds (0: the default).
func DefaultTrainings(groups, folds int) int {
	return defaultRepeats(groups)*cmp.Or(folds, defaultFolds) + 1
}

// resolve fills in the defaults.
func (t Trainer) resolve(groups int) (Trainer, error) {
	if t.Folds == 0 {
		t.Folds = defaultFolds
	}
	if t.Repeats == 0 {
		t.Repeats = defaultRepeats(groups)
	}
	if t.Margin == 0 {
		t.Margin = 0.1
	}
	if t.Pull == 0 {
		t.Pull = 3
	}
	if t.Power == 0 {
		t.Power = 2
	}
	switch {
	case t.Folds < 2 || t.Folds > 100:
		return t, fmt.Errorf("%w: %d folds, want 2..100", ErrParams, t.Folds)
	case t.Repeats < 1 || t.Repeats > 100:
		return t, fmt.Errorf("%w: %d repeats, want 1..100", ErrParams, t.Repeats)
	case !(t.Pull > 0) || math.IsInf(t.Pull, 0):
		return t, fmt.Errorf("%w: pull %v, want above 0", ErrParams, t.Pull)
	case !(t.Power >= 0.1 && t.Power <= 2):
		return t, fmt.Errorf("%w: power %v, want 0.1..2", ErrParams, t.Power)
	case (t.Median || t.Either) && len(t.Stacks) > 0:
		return t, fmt.Errorf("%w: stacks are joined by the mean, not by the median", ErrParams)
	case len(t.Members)+len(t.Stacks) >= maxMembers:
		return t, fmt.Errorf("%w: %d members, want at most %d", ErrParams, len(t.Members)+len(t.Stacks), maxMembers-1)
	}
	t.Stacks = slices.Clone(t.Stacks)
	for i := range t.Stacks {
		s := &t.Stacks[i].Trainer
		s.Margin = cmp.Or(s.Margin, t.Margin)
	}
	all := t.names()
	for i, name := range all {
		if slices.Contains(all[:i], name) {
			return t, fmt.Errorf("%w: two members are called %q", ErrParams, name)
		}
	}
	return t, nil
}

// members returns the group's mean and the given members.
func (t *Trainer) members() []stack.Member {
	by := mean.Trainer{By: t.By}
	own := stack.Member{Name: MeanName, Trainer: func(models.Representation, *models.Data) (models.Trainer,
		error) {
		return by, nil
	}}
	return append([]stack.Member{own}, t.Members...)
}

// names lists all that get a weight: the group's mean, the simple members, the stacks.
func (t *Trainer) names() []string {
	out := []string{MeanName}
	for i := range t.Members {
		out = append(out, t.Members[i].Name)
	}
	for i := range t.Stacks {
		out = append(out, t.Stacks[i].Name)
	}
	return out
}

// trainings is how many member trainings there will be at most.
func (t *Trainer) trainings() int {
	members := 1 + len(t.Members) + len(t.Stacks)
	if members == 1 {
		return 1
	}
	deals := t.Repeats
	if len(t.Whole) > 0 {
		deals++
	}
	return members * (t.Folds*deals + 1)
}

func countGroups(d *models.Data) int {
	seen := map[int]bool{}
	for i := range d.X.N {
		seen[problem.Group(d, i)] = true
	}
	return len(seen)
}

// counter reports trainings done.
type counter struct {
	done, total int
	show        func(done, total int)
}

func (c *counter) add(n int) {
	if c.done += n; c.show != nil {
		c.show(min(c.done, c.total), c.total)
	}
}

func (c *counter) finish() { c.add(c.total - c.done) }
