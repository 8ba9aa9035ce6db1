package twopart

import (
	"errors"

	"eahas/models/internal/problem"
	"eahas/models/internal/wire"
)

var (
	// ErrParts is returned by Train when a part has no trainer or the thresholds are not 0 <= Low <= High <= 1.
	ErrParts = errors.New("twopart: bad settings")
	// ErrData is returned for training data whose parts do not fit together.
	ErrData = problem.ErrData
	// ErrFormat is returned by Decode when the bytes are not a model of a known version.
	ErrFormat = wire.ErrFormat
)
