package gp

import "errors"

// ErrNumeric is returned when no covariance matrix could be factorised, whatever the noise: inputs or targets of
// absurd size.
var ErrNumeric = errors.New("gp: covariance matrix is not positive definite")
