package dataset

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/features"
	"eahas/trial"
	"eahas/trial/target"
)

// Table is what training and evaluation work on: trials of the space, encoded, with a fold each. Nothing changes it
// after New.
type Table struct {
	Trials []trial.Trial
	Metric trial.Metric
	Space  features.Space
	Epochs artifacts.EpochRule
	Own    target.Own // rows of the table of targets that this run has beside the built-in ones

	Encoder *features.Encoder
	X       features.Frame // n x p
	Group   []int          // n: number of the trial's group, in order of first appearance
	Fold    []int          // n: 0..Folds-1; -1 for a trial that is only trained on (hold-out split)
	Folds   int
	// n: number of the value that a trial was held out with, where folds hold out whole values of a column; else nil
	Value []int
	Whole string // that column; "": folds hold out no whole values

	Warnings []string
}

// New keeps the trials whose configuration lies in the space, encodes them and assigns folds. Trials outside the space
// come back as rejections, also beside an error. ErrNoTrials: none lies inside.
func New(s Settings, metric trial.Metric, trials []trial.Trial) (*Table, []trial.Rejection, error) {
	t := &Table{Metric: metric, Space: s.Space, Own: s.Own}
	if err := t.Space.Validate(); err != nil {
		return nil, nil, err
	}
	var rejected []trial.Rejection
	config := features.Config{}
	t.Trials = make([]trial.Trial, 0, len(trials))
	for _, one := range trials {
		own := one.Group == one.Config.Key() // no group is declared: the configuration is the group, in canonical form
		canonical := t.Space.Canonical(one.Config.Into(config))
		if packed := features.Pack(canonical); !slices.Equal(packed, one.Config) { // else the log's own serves both
			one.Config = packed
		}
		if own {
			one.Group = one.Config.Key()
		}
		if err := t.Space.Check(canonical); err != nil {
			rejected = append(rejected, outside(one, err))
			continue
		}
		one.Length = firstNumber(one.Length, lastEpoch(&one))
		t.Trials = append(t.Trials, one)
	}
	t.Trials = draw(t.Trials, s.Split, s.Seed)
	if len(t.Trials) == 0 {
		return nil, rejected, ErrNoTrials
	}
	t.Space = t.Space.SeeGraphs(t.configs())
	var err error
	if t.Encoder, err = features.NewEncoder(t.Space); err != nil {
		return nil, rejected, err
	}
	if t.X, err = t.Encoder.FrameOf(len(t.Trials), t.configs()); err != nil {
		return nil, rejected, err
	}
	t.Group = groupNumbers(t.Trials)
	if err := t.split(s.Split, s.Seed); err != nil {
		return nil, rejected, err
	}
	t.timesAlone()
	t.settleCut(s.Epochs)
	t.Epochs, err = epochRule(s.Epochs, t)
	return t, rejected, err
}

// configs gives the trials' configurations, in one map.
func (t *Table) configs() iter.Seq[features.Config] {
	return func(yield func(features.Config) bool) {
		room := features.Config{}
		for i := range t.Trials {
			if !yield(t.Trials[i].Config.Into(room)) {
				return
			}
		}
	}
}

// outside is the rejection of a trial that the space refuses.
func outside(t trial.Trial, err error) trial.Rejection {
	r := trial.Rejection{File: t.Source.File, Row: t.Source.Row, ID: t.ID, Reason: err.Error()}
	var out *features.OutOfSpaceError
	if errors.As(err, &out) {
		r.Column, r.Value, r.Reason = out.Axis, out.Value.String(), "outside the declared space: "+out.Reason
	}
	return r
}

// Independent is the number of what trial i is one of: the value that is held out as a whole, where whole values are,
// else its configuration. Runs of one number miss alike.
func (t *Table) Independent(i int) int {
	if t.Value != nil {
		return t.Value[i]
	}
	return t.Group[i]
}

// Apart reports whether most configurations with repeats have them in several folds: what is held out was trained on.
// In a table without folds nothing is held out.
func (t *Table) Apart() bool {
	if len(t.Fold) == 0 {
		return false
	}
	folds, runs := map[int]map[int]bool{}, map[int]int{}
	for i, g := range t.Group {
		if folds[g] == nil {
			folds[g] = map[int]bool{}
		}
		folds[g][t.Fold[i]] = true
		runs[g]++
	}
	split, all := 0, 0
	for g, n := range runs {
		if n > 1 {
			all++
			if len(folds[g]) > 1 {
				split++
			}
		}
	}
	return 2*split > all
}

// groupNumbers numbers the groups of the trials in order of first appearance.
func groupNumbers(trials []trial.Trial) []int {
	seen := map[string]int{}
	out := make([]int, len(trials))
	for i, t := range trials {
		g, ok := seen[t.Group]
		if !ok {
			g = len(seen)
			seen[t.Group] = g
		}
		out[i] = g
	}
	return out
}

// Percent reports whether the curve's values are percentages, so that they lie in 0..100.
func (t *Table) Percent() bool { return t.Metric.Unit == "percent" }

// Part returns the value of a column of trial i by which metrics are grouped: an axis, or a kept column; for "" the
// curve's number of points.
func (t *Table) Part(i int, column string) string {
	one := &t.Trials[i]
	if column == "" {
		return fmt.Sprintf("%d points", len(one.Curve.Epochs))
	}
	if v, ok := one.Config.Lookup(column); ok {
		return v.String()
	}
	return one.Slices.Get(column).String()
}

// CheckColumn returns an error (ErrSetting) if metrics cannot be grouped by the column; by "" they always can.
func (t *Table) CheckColumn(column string) error {
	kept := func(one trial.Trial) bool { _, ok := one.Slices.Lookup(column); return ok }
	if column == "" || t.Space.Param(column) != nil || slices.ContainsFunc(t.Trials, kept) {
		return nil
	}
	return fmt.Errorf("%w: evaluate.group_by: %q is neither an axis (%s) nor a kept column", ErrSetting, column,
		axisNames(t.Space))
}

// axisNames lists the axes for messages.
func axisNames(s features.Space) string {
	names := make([]string, len(s.Params))
	for i, p := range s.Params {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}
