package dataset

import "errors"

var (
	// ErrSetting is returned when a setting of the config contradicts itself, the space or the trials.
	ErrSetting = errors.New("dataset: setting")
	// ErrNoTrials is returned when no trial lies in the space, or none has a label.
	ErrNoTrials = errors.New("dataset: no usable trials")
	// ErrEmptyFold is returned when a fold holds no trial.
	ErrEmptyFold = errors.New("dataset: empty fold")
)
