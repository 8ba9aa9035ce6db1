package auto

import (
	"errors"

	"eahas/models/internal/problem"
	"eahas/models/internal/wire"
)

var (
	// ErrParams is returned by Train for settings that are out of range, and for too many members.
	ErrParams = errors.New("auto: bad parameters")
	// ErrData is returned for training data whose parts do not fit together.
	ErrData = problem.ErrData
	// ErrFormat is returned by Decode when the bytes are not a model of a known version.
	ErrFormat = wire.ErrFormat
)
