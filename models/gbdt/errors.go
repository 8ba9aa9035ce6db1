package gbdt

import "errors"

// ErrParams is returned when a hyperparameter is out of its range or two of them contradict each other.
var ErrParams = errors.New("gbdt: invalid parameters")

// ErrData is returned when the training data have a wrong shape or hold a value that cannot be learnt from.
var ErrData = errors.New("gbdt: invalid data")

// ErrFormat is returned by Decode when the bytes are not a model.
var ErrFormat = errors.New("gbdt: invalid model bytes")

// ErrMismatch is returned when models or data that must agree in columns or outputs do not.
var ErrMismatch = errors.New("gbdt: columns or outputs do not match")
