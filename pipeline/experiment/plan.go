package experiment

import (
	"errors"
	"fmt"
	"math"

	"eahas/eval"
	"eahas/internal/stream"
	"eahas/pipeline/dataset"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/trial/target"
)

// ErrConstant is returned when every label of everything that is asked for is the same: there is nothing to learn.
var ErrConstant = errors.New("experiment: constant target")

const (
	maxSeeds     = 100     // trainings of one variant on one fold
	maxBootstrap = 100_000 // resamples of the intervals
)

// Scoring says how held-out predictions become figures.
type Scoring struct {
	// earlier epochs do not count in the curve's metrics; 0: all do
	FromEpoch float64 `yaml:"from_epoch" json:"from_epoch"`
	// resamples of the intervals, at most 100000; default 200; -1 turns them off
	Bootstrap int `yaml:"bootstrap" json:"bootstrap"`
	// trainings of each variant on each fold, to see what is chance; 0 is 1, at most 100
	Seeds int `yaml:"seeds,omitempty" json:"seeds,omitempty"`
}

// Complete fills in the defaults and refuses what cannot be.
func (s *Scoring) Complete() error {
	if s.Bootstrap == 0 {
		s.Bootstrap = 200
	}
	switch {
	case s.Seeds < 0 || s.Seeds > maxSeeds:
		return fmt.Errorf("evaluate.seeds: %d is not in 1..%d", s.Seeds, maxSeeds)
	case s.Bootstrap < -1 || s.Bootstrap > maxBootstrap:
		return fmt.Errorf("evaluate.bootstrap: %d is not in 1..%d, nor -1, which turns it off", s.Bootstrap,
			maxBootstrap)
	case !(s.FromEpoch >= 0) || math.IsInf(s.FromEpoch, 0):
		return fmt.Errorf("evaluate.from_epoch: %g is no epoch", s.FromEpoch)
	}
	return nil
}

// Trainings is the number of training seeds, at least 1.
func (s Scoring) Trainings() int { return max(1, s.Seeds) }

// Plan is what is trained and scored on a table.
type Plan struct {
	Table     *dataset.Table
	Key       stage.Key       // of everything that the table depends on
	Targets   []target.Target // that are scored, in the order of the report
	Constants []target.Target // whose labels are all the same: answered, not scored
	Heads     []target.Target // that are trained to answer both
	Scoring   Scoring
	Climbed   string // the variant whose worth to a search is asked for; "": none
	GroupBy   string // column by which figures are grouped; "": curves of equal length
	Tag       string // joins the names of its folds' and intervals' stages: none takes the place of another plan's
	Seed      uint64 // root of the random choices
	Workers   int    // goroutines at most; <= 0 means GOMAXPROCS
}

// NewPlan completes a plan that says everything but the targets. Of the wanted targets (all when none are named) it
// keeps those that the table has labels for; costs that are the same number for every trial are set aside, each with a
// warning. ErrConstant: nothing else is left.
func NewPlan(p Plan, wanted []target.Target) (Plan, []string, error) {
	if err := p.Table.CheckColumn(p.GroupBy); err != nil {
		return p, nil, err
	}
	all, err := p.Table.Targets(wanted)
	if err != nil {
		return p, nil, err
	}
	var warnings []string
	for _, t := range all {
		if !p.isCurve(t) {
			if x, constant := p.Table.Constant(t); constant {
				p.Constants = append(p.Constants, t)
				warnings = append(warnings,
					fmt.Sprintf("target %s is %g for every trial: it is answered as that number, and there is "+
						"nothing to score", t, x))
				continue
			}
		}
		p.Targets = append(p.Targets, t)
	}
	if len(p.Targets) == 0 {
		return p, nil, fmt.Errorf("%w: %s", ErrConstant, warnings[0])
	}
	p.Heads = dataset.Heads(all, p.Table.Epochs.Length)
	return p, warnings, nil
}

// Only returns the plan for some of its targets, with the heads that these need.
func (p Plan) Only(targets []target.Target) Plan {
	p.Targets, p.Heads = targets, dataset.Heads(targets, p.Table.Epochs.Length)
	return p
}

// definition is the row of a target, one of the plan's.
func (p Plan) definition(t target.Target) target.Definition {
	d, _ := p.Table.Own.Of(t)
	return d
}

// isCurve reports whether a target has a value at each epoch.
func (p Plan) isCurve(t target.Target) bool { return p.Table.Own.IsCurve(t) }

// as is the plan in whose table a curve is the main one.
func (p Plan) as(t target.Target) Plan {
	if t != target.Curve {
		p.Table = p.Table.As(t)
	}
	return p
}

// task is what trainers of a target may know of the table.
func (p Plan) task(t target.Target) recipe.Task {
	out := recipe.Task{Space: p.Table.Space, Percent: p.Table.Percent(), Apart: p.Table.Apart(),
		Log: p.definition(t).Scale == target.Log, Ways: p.Table.Encoder.Ways()}
	if p.Table.Space.Param(p.Table.Whole) != nil {
		out.Whole = p.Table.Whole
	}
	return out
}

// options are those of the metrics.
func (p Plan) options() eval.Options {
	return eval.Options{FromEpoch: p.Scoring.FromEpoch, Resamples: p.Scoring.Bootstrap,
		Seed: stream.Seed(p.Seed, "bootstrap"), Workers: p.Workers}
}

// plain are the options of figures without intervals.
func (p Plan) plain() eval.Options {
	o := p.options()
	o.Resamples = -1
	return o
}
