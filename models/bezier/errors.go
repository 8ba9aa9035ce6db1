package bezier

import (
	"errors"

	"eahas/models/internal/curve"
)

var (
	// ErrDegree is returned when a degree lies outside what its parameterisation offers.
	ErrDegree = errors.New("bezier: degree out of range")
	// ErrWarp is returned when the warp constant is not a finite number > 0.
	ErrWarp = errors.New("bezier: warp constant must be finite and > 0")
	// ErrParameters is returned for an unknown parameterisation.
	ErrParameters = errors.New("bezier: unknown parameterisation")
	// ErrCurve is returned by Encode for a curve without points, with unequal lengths, with a non-finite number, or
	// with epochs that do not increase strictly.
	ErrCurve = curve.ErrBad
	// ErrFormat is returned by Decode when the bytes are not a codec of a known version.
	ErrFormat = errors.New("bezier: bad encoding")
	// ErrNotLinear is returned by Design for Chord, whose curve is not linear in its target vector.
	ErrNotLinear = errors.New("bezier: the curve is not linear in its targets")
)
