package pipeline

import "errors"

var (
	// ErrConfig is returned when a run's config cannot be read or contradicts itself. What contradicts the logs or the
	// space is dataset.ErrSetting or recipe.ErrSetting.
	ErrConfig = errors.New("pipeline: config")
	// ErrRejected is returned by a strict run when the logs hold a row that had to be left out.
	ErrRejected = errors.New("pipeline: rejected rows")
	// ErrFrozen is returned when a bundle, opened again, does not answer as the surrogate that was saved.
	ErrFrozen = errors.New("pipeline: the frozen surrogate answers differently")
	// ErrNothingNew is returned by a run that goes on from a bundle when the logs hold no run that it has not seen.
	ErrNothingNew = errors.New("pipeline: nothing new")
	// ErrShard is returned when parts do not make up a whole: one is missing, they come from different configs or logs,
	// or a file in them is damaged.
	ErrShard = errors.New("pipeline: shard")
)
