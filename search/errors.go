package search

import "errors"

var (
	// ErrTask is returned when a bundle or a table cannot serve as a task: no learning curve, no known cost, no length.
	ErrTask = errors.New("not usable as a task")
	// ErrMissing is returned when a row of a table lacks a cell that the search needs.
	ErrMissing = errors.New("missing cell")
	// ErrConfig is returned when a configuration is outside the task; the text names it.
	ErrConfig = errors.New("configuration refused")
	// ErrBudget is returned when the budget does not pay for one epoch.
	ErrBudget = errors.New("budget too small")
	// ErrMethod is returned when a method or one of its settings is unknown or out of range.
	ErrMethod = errors.New("method refused")
	// ErrTrace is returned when a trace is damaged, cut, unfinished, or belongs to something else.
	ErrTrace = errors.New("trace refused")
	// ErrSpent is returned when a job is asked for after the budget was spent.
	ErrSpent = errors.New("budget spent")
)
