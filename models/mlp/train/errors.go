package train

import "errors"

// ErrParams is returned (wrapped) by Train when a hyperparameter is out of its range or names a column or output that
// does not exist.
var ErrParams = errors.New("mlp/train: bad hyperparameter")

// ErrDiverged is returned (wrapped, with the member, the epoch and the rate) by Train when the loss is no longer a
// finite number: the rate is too high, or targets or inputs are beyond what a float64 can square.
var ErrDiverged = errors.New("mlp/train: the training diverged")
