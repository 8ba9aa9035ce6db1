package features

import (
	"errors"
	"fmt"
)

// ErrSpace is returned when the description of a space itself is wrong (by Space.Validate, DecodeSpace, NewEncoder).
var ErrSpace = errors.New("features: bad space")

// ErrConstraints is returned by Space.Sample when no configuration met the space's constraints within maxTries tries.
var ErrConstraints = errors.New("features: no configuration within the constraints was found")

// ErrRegNet is returned by RegNetParams.Generate when the five numbers give no RegNet.
var ErrRegNet = errors.New("features: no RegNet")

// ErrSupport is returned when a stored Support is damaged or does not belong to the columns that it is used with.
var ErrSupport = errors.New("features: bad support")

// OutOfSpaceError is returned when a configuration does not belong to a space. It names the axis.
type OutOfSpaceError struct {
	Axis   string // the axis, or the constrained quantity ("flops"), or the unknown name that was given
	Value  Value  // the refused value; missing when a required axis is absent
	Reason string // what is allowed
}

// Error says which axis, which value and why.
func (e *OutOfSpaceError) Error() string {
	if e.Value.IsMissing() {
		return fmt.Sprintf("features: axis %q: %s", e.Axis, e.Reason)
	}
	return fmt.Sprintf("features: axis %q = %s: %s", e.Axis, e.Value, e.Reason)
}
