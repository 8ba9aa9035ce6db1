package epochwise

import (
	"errors"

	"eahas/models/internal/problem"
	"eahas/models/internal/wire"
)

var (
	// ErrInner is returned by Train when there is no regressor to train.
	ErrInner = errors.New("epochwise: no regressor")
	// ErrData is returned for training data whose parts do not fit together.
	ErrData = problem.ErrData
	// ErrFormat is returned by Decode when the bytes are not a model of a known version.
	ErrFormat = wire.ErrFormat
)
