package interval

import "errors"

var (
	// ErrFew is returned when there are fewer than MinTrials trials, or too few folds to learn from some and check on
	// others.
	ErrFew = errors.New("interval: too few trials")
	// ErrLevel is returned when bounds are asked for at a level that the model does not hold.
	ErrLevel = errors.New("interval: no such level")
	// ErrShape is returned by Decode when the parts do not fit together.
	ErrShape = errors.New("interval: parts do not fit")
	// ErrSource is returned when a source is unknown, or needs the predictor's spread and that is not known.
	ErrSource = errors.New("interval: no such source")
)
