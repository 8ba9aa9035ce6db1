package parametric

import (
	"errors"

	"eahas/models/internal/curve"
	"eahas/models/internal/wire"
)

var (
	// ErrFamily is returned for a family's name that is not in Families.
	ErrFamily = errors.New("parametric: unknown family")
	// ErrCurve is returned by Encode for a curve without points, with unequal lengths, with a non-finite number, or
	// with epochs that do not increase strictly.
	ErrCurve = curve.ErrBad
	// ErrFormat is returned by Decode when the bytes are not a codec of a known version.
	ErrFormat = wire.ErrFormat
)
