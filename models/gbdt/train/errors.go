package train

import "errors"

// ErrParams is returned when a hyperparameter is out of its range or two of them contradict each other.
var ErrParams = errors.New("gbdt: invalid parameters")

// ErrData is returned when the training data have a wrong shape or hold a value that cannot be learnt from.
var ErrData = errors.New("gbdt: invalid data")
