package interval

import "errors"

var (
	// ErrFew is returned by Fit when there are fewer than MinTrials trials or fewer than two folds.
	ErrFew = errors.New("interval: too few trials")
	// ErrLevel is returned when bounds are asked for at a level that the model does not hold.
	ErrLevel = errors.New("interval: no such level")
	// ErrShape is returned by Decode when the parts do not fit together.
	ErrShape = errors.New("interval: parts do not fit")
)
