package dataset

import (
	"fmt"

	"eahas/eval"
)

// split assigns folds as the config asks: a given column, a hash of the group, or one held-out part (fold 0).
func (t *Table) split(s Split, seed uint64) error {
	groups := make([]string, len(t.Trials))
	given := true
	t.Fold = make([]int, len(t.Trials))
	for i, one := range t.Trials {
		groups[i] = one.Group
		t.Fold[i] = one.Fold
		given = given && one.Fold >= 0
	}
	by := s.By
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
		if err := t.splitByHash(groups, s.Folds, seed); err != nil {
			return err
		}
	case byGroup:
		return t.splitByValue(s, seed)
	case "holdout":
		return t.holdOut(groups, s.Holdout, seed)
	}
	k, warnings, err := eval.CheckFolds(t.Fold, groups)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrEmptyFold, err)
	}
	t.Folds, t.Warnings = k, append(t.Warnings, warnings...)
	return nil
}

// splitByHash deals whole configurations to so many folds, or each to a fold of its own where there are fewer.
func (t *Table) splitByHash(groups []string, folds int, seed uint64) error {
	var n int
	var err error
	if t.Fold, n, err = eval.FoldsAtMost(groups, folds, seed); err != nil {
		return fmt.Errorf("%w: all %d runs are of one configuration, so nothing can be learnt of others: add runs "+
			"with other settings, or name the columns that they differ by under params", ErrEmptyFold, len(groups))
	}
	if n < folds {
		t.Warnings = append(t.Warnings, fmt.Sprintf("there are only %d configurations, so each is a fold of its own, "+
			"in place of %d folds: scores of so few are mostly luck", n, folds))
	}
	return nil
}

// splitByValue deals whole values of a column to at most s.Folds folds. Repeats of one configuration share its value,
// unless the column is none of the configuration's.
func (t *Table) splitByValue(s Split, seed uint64) error {
	if err := t.CheckColumn(s.GroupBy); err != nil {
		return err
	}
	values, different := make([]string, len(t.Trials)), map[string]int{}
	t.Value, t.Whole = make([]int, len(t.Trials)), s.GroupBy
	for i := range values {
		values[i] = t.Part(i, s.GroupBy)
		n, seen := different[values[i]]
		if !seen {
			n = len(different)
			different[values[i]] = n
		}
		t.Value[i] = n
	}
	if len(different) < 2 {
		return fmt.Errorf("%w: evaluate.by is group, and %s has one value", ErrEmptyFold, s.GroupBy)
	}
	var err error
	if t.Fold, t.Folds, err = eval.FoldsAtMost(values, s.Folds, seed); err != nil {
		return fmt.Errorf("%w: %w", ErrEmptyFold, err)
	}
	return nil
}

// ByValue returns the table with other folds: whole values of a column, at most folds of them.
func (t *Table) ByValue(column string, folds int, seed uint64) (*Table, error) {
	out := *t
	out.Warnings = nil
	return &out, out.splitByValue(Split{By: byGroup, GroupBy: column, Folds: folds}, seed)
}

// holdOut makes one fold of a share of the groups; the other trials have none.
func (t *Table) holdOut(groups []string, share float64, seed uint64) error {
	held, err := eval.Holdout(groups, share, seed)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrEmptyFold, err)
	}
	for i, h := range held {
		t.Fold[i] = -1
		if h {
			t.Fold[i] = 0
		}
	}
	t.Folds = 1
	return nil
}

// All returns the indices of all trials: 0..n-1.
func (t *Table) All() []int {
	rows := make([]int, len(t.Trials))
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// In returns the rows inside a fold, Without those outside of it.
func (t *Table) In(fold int) []int      { return t.where(func(f int) bool { return f == fold }) }
func (t *Table) Without(fold int) []int { return t.where(func(f int) bool { return f != fold }) }

func (t *Table) where(keep func(fold int) bool) []int {
	var rows []int
	for i, f := range t.Fold {
		if keep(f) {
			rows = append(rows, i)
		}
	}
	return rows
}
