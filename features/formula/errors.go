package formula

import "errors"

// ErrFormula is returned for a text that is no formula: it says what stands where and what is allowed there.
var ErrFormula = errors.New("formula: not a formula")

// ErrBounds is returned for a formula beyond MaxText, MaxDepth, MaxSteps or MaxNames.
var ErrBounds = errors.New("formula: too large")
