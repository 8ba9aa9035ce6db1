package svd

import (
	"errors"

	"eahas/models/internal/curve"
	"eahas/models/internal/wire"
)

var (
	// ErrNoCurves is returned by Fit when it is given no curve: the components are learnt.
	ErrNoCurves = errors.New("svd: no curves to fit the components to")
	// ErrComponents is returned by Fit for a negative number of components or more than the grid has points.
	ErrComponents = errors.New("svd: number of components out of range")
	// ErrNoConvergence is returned by Fit when the decomposition does not converge; it has never been seen on finite
	// curves.
	ErrNoConvergence = errors.New("svd: decomposition did not converge")
	// ErrCurve is returned by Encode, and by Fit with the curve's number, for a curve without points, with unequal
	// lengths, with a non-finite number, or with epochs that do not increase strictly.
	ErrCurve = curve.ErrBad
	// ErrFormat is returned by Decode when the bytes are not a basis of a known version.
	ErrFormat = wire.ErrFormat
)
