package grid

import (
	"errors"

	"eahas/models/internal/curve"
	"eahas/models/internal/wire"
)

var (
	// ErrPoints is returned when the number of points lies outside 2..10000.
	ErrPoints = errors.New("grid: number of points out of range")
	// ErrWarp is returned when the warp constant is negative or not finite.
	ErrWarp = errors.New("grid: warp constant must be finite and >= 0")
	// ErrCurve is returned by Encode for a curve without points, with unequal lengths, with a non-finite number, or
	// with epochs that do not increase strictly.
	ErrCurve = curve.ErrBad
	// ErrFormat is returned by Decode when the bytes are not a codec of a known version.
	ErrFormat = wire.ErrFormat
)
