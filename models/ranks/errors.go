package ranks

import (
	"errors"

	"eahas/models/grid"
	"eahas/models/internal/curve"
	"eahas/models/internal/wire"
)

var (
	// ErrPoints is returned when the number of points lies outside 2..10000.
	ErrPoints = grid.ErrPoints
	// ErrNoCurves is returned by Fit without curves: there are no values to rank.
	ErrNoCurves = errors.New("ranks: no curves to fit on")
	// ErrCurve is returned by Encode and Fit for a curve that is not one: see package grid.
	ErrCurve = curve.ErrBad
	// ErrFormat is returned by Decode when the bytes are not a codec of a known version.
	ErrFormat = wire.ErrFormat
)
