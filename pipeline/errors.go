package pipeline

import "errors"

var (
	// ErrConfig is returned when a run's config cannot be read or contradicts itself.
	ErrConfig = errors.New("pipeline: config")
	// ErrNoTrials is returned when no usable trial is left after reading the logs.
	ErrNoTrials = errors.New("pipeline: no usable trials")
	// ErrRejected is returned by a strict run when the logs hold a row that had to be left out.
	ErrRejected = errors.New("pipeline: rejected rows")
	// ErrEmptyFold is returned when a fold holds no trial, or a training part none with the wanted label.
	ErrEmptyFold = errors.New("pipeline: empty fold")
	// ErrConstant is returned when every label of the only target is the same: there is nothing to learn.
	ErrConstant = errors.New("pipeline: constant target")
	// ErrFrozen is returned when a bundle, opened again, does not answer as the surrogate that was saved.
	ErrFrozen = errors.New("pipeline: the frozen surrogate answers differently")
)
