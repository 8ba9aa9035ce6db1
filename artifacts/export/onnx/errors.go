package onnx

import (
	"errors"

	"eahas/artifacts/export/internal/ensemble"
)

// The errors of this package.
var (
	// ErrUnsupported is returned when the graph has no word for a part of the surrogate; the text names it.
	ErrUnsupported = ensemble.ErrUnsupported
	// ErrName is returned when an axis is called like an output of the graph or like another axis.
	ErrName = errors.New("name cannot be used in the graph")
)
