package dataset

import (
	"fmt"
	"math"

	"eahas/features"
	"eahas/trial/target"
)

// Settings are the parts of a run's config that make the table.
type Settings struct {
	Space  features.Space
	Epochs Epochs
	Split  Split
	Seed   uint64     // of the split by hash
	Own    target.Own // the run's own targets, as its trials have them
}

// Space is a built-in space by name, or a space of one's own, or both: then the built-in comes first.
type Space struct {
	Builtin        string `yaml:"builtin,omitempty"` // eahas-cifar10 or eahas-tinyimagenet
	features.Space `yaml:",inline"`
}

// Complete puts the built-in space in the place of its name and checks the whole.
func (s *Space) Complete() error {
	if s.Builtin != "" {
		b, err := features.Builtin(s.Builtin)
		if err != nil {
			return fmt.Errorf("space: %w", err)
		}
		b.DerivedColumns = b.DerivedColumns || s.Space.DerivedColumns
		b.Params = append(b.Params, s.Space.Params...)
		b.Known = append(b.Known, s.Space.Known...)
		s.Space, s.Builtin = b, ""
	}
	if len(s.Space.Params) == 0 {
		return fmt.Errorf("space: no params; 'eahas init' writes them from the logs")
	}
	if err := s.Space.CompleteKnown(); err != nil {
		return fmt.Errorf("space: %w", err)
	}
	if err := s.Space.Validate(); err != nil {
		return fmt.Errorf("space: %w", err)
	}
	return nil
}

// Epochs says how a query knows the number of epochs. All zero: it is found out from the curves.
type Epochs struct {
	Axis string `yaml:"axis" json:"axis,omitempty"` // the axis that states the last epoch
	// every run ends at this epoch; one that ends before, and does not say that it stopped by itself, was cut
	Fixed   float64 `yaml:"fixed" json:"fixed,omitempty"`
	Predict bool    `yaml:"predict" json:"predict,omitempty"` // the last epoch is an outcome and is modelled as one
}

// Complete refuses what cannot be.
func (e *Epochs) Complete() error {
	said := 0
	for _, is := range []bool{e.Axis != "", e.Fixed != 0, e.Predict} {
		if is {
			said++
		}
	}
	switch {
	case said > 1:
		return fmt.Errorf("epochs: axis, fixed and predict are three answers to one question; want one of them")
	case !(e.Fixed >= 0) || math.IsInf(e.Fixed, 0):
		return fmt.Errorf("epochs.fixed: %g is no number of epochs", e.Fixed)
	}
	return nil
}

// Split says how trials are held out, and by what metrics are grouped.
type Split struct {
	// default 5; as many as there are configurations at most; with a fold column in the logs those are used
	Folds int `yaml:"folds" json:"folds"`
	// "fold" (column), "hash" (of the group), "holdout", or "group": whole values of group_by are held out, so that
	// figures are those of problems, data sets or devices that were never seen; default: fold when every trial has one,
	// else hash
	By      string  `yaml:"by" json:"by"`
	Holdout float64 `yaml:"holdout" json:"holdout"`   // share of the groups held out when by: holdout; default 0.2
	GroupBy string  `yaml:"group_by" json:"group_by"` // a column of the configuration; default: curves of equal length
	// beside the folds, also hold out whole values of group_by, or of the coarsest choice axis, for rows of their own
	Unseen bool `yaml:"unseen,omitempty" json:"unseen,omitempty"`
	// use only about that many runs, whole groups of repeats, to see what fewer trials would be worth; 0: all
	Runs int `yaml:"runs,omitempty" json:"runs,omitempty"`
	Draw int `yaml:"draw,omitempty" json:"draw,omitempty"` // another number, other runs
}

// byGroup is the split that holds out whole values of a column.
const byGroup = "group"

// Complete fills in the defaults and refuses what cannot be.
func (s *Split) Complete() error {
	switch s.By {
	case "", "fold", "hash", "holdout":
	case byGroup:
		if s.GroupBy == "" {
			return fmt.Errorf("evaluate.by: group needs evaluate.group_by, the column whose values are held out")
		}
	default:
		return fmt.Errorf("evaluate.by: %q is not one of fold, hash, holdout, group", s.By)
	}
	if s.Runs < 0 {
		return fmt.Errorf("evaluate.runs: %d is below 0", s.Runs)
	}
	if s.Folds == 0 {
		s.Folds = 5
	}
	if s.Folds < 2 {
		return fmt.Errorf("evaluate.folds: %d is fewer than 2", s.Folds)
	}
	if s.Holdout == 0 {
		s.Holdout = 0.2
	}
	if s.Holdout <= 0 || s.Holdout >= 1 {
		return fmt.Errorf("evaluate.holdout: %g is not between 0 and 1", s.Holdout)
	}
	return nil
}

// InWords says how the trials of the table were held out.
func (s Split) InWords(t *Table) string {
	switch {
	case s.By == "holdout":
		return fmt.Sprintf("one split: %g %% of the configurations held out", 100*s.Holdout)
	case s.By == byGroup:
		return fmt.Sprintf("%d folds of whole values of %s: each is answered by a surrogate that never saw it", t.Folds,
			s.GroupBy)
	case s.By == "hash" || t.Trials[0].Fold < 0:
		return fmt.Sprintf("%d folds, by a hash of the configuration", t.Folds)
	}
	return fmt.Sprintf("%d folds, given by the logs", t.Folds)
}
