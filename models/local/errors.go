package local

import (
	"errors"

	"eahas/models/internal/problem"
	"eahas/models/internal/wire"
)

var (
	// ErrNoLine is returned by Trainer.Train, when Strict is set, for data in which no two sites differ in one numeric
	// column only.
	ErrNoLine = errors.New("local: no two configurations differ in one numeric axis alone")
	// ErrData is returned for training data whose parts do not fit together.
	ErrData = problem.ErrData
	// ErrFormat is returned by Decode when the bytes are not a model of a known version.
	ErrFormat = wire.ErrFormat
)
