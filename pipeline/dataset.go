package pipeline

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/trial"
)

// Dataset is the table that training and evaluation work on: trials of the space, encoded, with a fold each.
type Dataset struct {
	Trials []trial.Trial
	Metric trial.Metric
	Space  features.Space
	Epochs artifacts.EpochRule

	Encoder *features.Encoder
	X       features.Frame // n x p
	Group   []int          // n: number of the trial's group, in order of first appearance
	Fold    []int          // n: 0..Folds-1; -1 for a trial that is only trained on (hold-out split)
	Folds   int

	Warnings []string
}

// newDataset keeps the trials whose configuration lies in the space, encodes them and assigns folds.
// Trials outside the space come back as rejections.
func newDataset(c *Config, in *ingested) (*Dataset, []trial.Rejection, error) {
	d := &Dataset{Metric: in.Metric, Space: c.Space.Space}
	enc, err := features.NewEncoder(d.Space)
	if err != nil {
		return nil, nil, err
	}
	d.Encoder = enc
	var rejected []trial.Rejection
	var configs []features.Config
	for _, t := range in.Trials {
		own := t.Group == t.Config.Key() // no group is declared: the configuration is the group, in canonical form
		if t.Config = d.Space.Canonical(t.Config); own {
			t.Group = t.Config.Key()
		}
		if err := d.Space.Check(t.Config); err != nil {
			rejected = append(rejected, outOfSpace(t, err))
			continue
		}
		t.Length = known(t.Length, lastEpoch(&t))
		d.Trials = append(d.Trials, t)
		configs = append(configs, t.Config)
	}
	if len(d.Trials) == 0 {
		return nil, rejected, noTrials(in, rejected)
	}
	if d.X, err = enc.Frame(configs); err != nil {
		return nil, rejected, err
	}
	d.number()
	if err := d.split(c.Evaluate, c.Seed); err != nil {
		return nil, rejected, err
	}
	d.Epochs, err = epochRule(c.Epochs, d)
	return d, rejected, err
}

// lastEpoch returns the number of the trial's last epoch by its curve, else by its costs per epoch; NaN when neither says.
func lastEpoch(t *trial.Trial) float64 {
	if n := len(t.Curve.Epochs); n > 0 {
		return t.Curve.Epochs[n-1]
	}
	if n := max(len(t.TrainEnergy.PerEpoch), len(t.TrainTime.PerEpoch)); n > 0 {
		return float64(n)
	}
	return math.NaN()
}

// noTrials says why nothing is left, with the first rejection as a specimen.
func noTrials(in *ingested, outside []trial.Rejection) error {
	all := slices.Concat(in.Rejections, outside)
	err := fmt.Errorf("%w: %d rows read, %d filtered out, %d rejected", ErrNoTrials, in.Rows, in.Filtered, len(all))
	if len(all) > 0 {
		j := all[0]
		err = fmt.Errorf("%w; the first: %s row %d, column %q, value %q: %s", err, j.File, j.Row, j.Column, j.Value, j.Reason)
	}
	return err
}

func outOfSpace(t trial.Trial, err error) trial.Rejection {
	r := trial.Rejection{File: t.Source.File, Row: t.Source.Row, ID: t.ID, Reason: err.Error()}
	var out *features.OutOfSpaceError
	if errors.As(err, &out) {
		r.Column, r.Value, r.Reason = out.Axis, out.Value.String(), "outside the declared space: "+out.Reason
	}
	return r
}

// number gives every group a number.
func (d *Dataset) number() {
	seen := map[string]int{}
	d.Group = make([]int, len(d.Trials))
	for i, t := range d.Trials {
		g, ok := seen[t.Group]
		if !ok {
			g = len(seen)
			seen[t.Group] = g
		}
		d.Group[i] = g
	}
}

// split assigns folds as the config asks: a given column, a hash of the group, or one held-out part (fold 0).
func (d *Dataset) split(e EvaluateConfig, seed uint64) error {
	groups := make([]string, len(d.Trials))
	given := true
	d.Fold = make([]int, len(d.Trials))
	for i, t := range d.Trials {
		groups[i] = t.Group
		d.Fold[i] = t.Fold
		given = given && t.Fold >= 0
	}
	by := e.By
	if by == "" {
		by = "hash"
		if given {
			by = "fold"
		}
	}
	switch by {
	case "fold":
		if !given {
			return fmt.Errorf("%w: evaluate.by is fold, but some trials have no fold number", ErrEmptyFold)
		}
	case "hash":
		folds, err := eval.FoldsByHash(groups, e.Folds, seed)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrEmptyFold, err)
		}
		d.Fold = folds
	case "holdout":
		held, err := eval.Holdout(groups, e.Holdout, seed)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrEmptyFold, err)
		}
		for i, h := range held {
			d.Fold[i] = -1
			if h {
				d.Fold[i] = 0
			}
		}
		d.Folds = 1
		return nil
	}
	k, warnings, err := eval.CheckFolds(d.Fold, groups)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrEmptyFold, err)
	}
	d.Folds, d.Warnings = k, append(d.Warnings, warnings...)
	return nil
}

// all returns the indices 0..n-1.
func (d *Dataset) all() []int {
	rows := make([]int, len(d.Trials))
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// without returns the rows outside a fold, and in the rows inside it.
func (d *Dataset) without(fold int) []int { return d.where(func(f int) bool { return f != fold }) }
func (d *Dataset) in(fold int) []int      { return d.where(func(f int) bool { return f == fold }) }

func (d *Dataset) where(keep func(fold int) bool) []int {
	var rows []int
	for i, f := range d.Fold {
		if keep(f) {
			rows = append(rows, i)
		}
	}
	return rows
}

// slice returns the value of a column of trial i by which metrics are grouped: an axis, or a kept column.
func (d *Dataset) slice(i int, column string) string {
	t := d.Trials[i]
	if column == "" {
		return fmt.Sprintf("%d points", len(t.Curve.Epochs))
	}
	if v, ok := t.Config[column]; ok {
		return v.String()
	}
	return t.Slices[column].String()
}

// hasColumn reports whether metrics can be grouped by the column.
func (d *Dataset) hasColumn(column string) bool {
	if column == "" || d.Space.Param(column) != nil {
		return true
	}
	return slices.ContainsFunc(d.Trials, func(t trial.Trial) bool { _, ok := t.Slices[column]; return ok })
}

// axisNames lists the axes for messages.
func (d *Dataset) axisNames() string {
	names := make([]string, len(d.Space.Params))
	for i, p := range d.Space.Params {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}
