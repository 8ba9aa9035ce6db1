package stack

import (
	"errors"

	"eahas/models/internal/problem"
	"eahas/models/internal/wire"
	"eahas/models/parts"
)

var (
	// ErrMembers is returned by Train for a stack without members, or a member that is not complete.
	ErrMembers = errors.New("stack: bad members")
	// ErrTimes is returned by Train when a member has a representation and the times do not fit the targets.
	ErrTimes = errors.New("stack: bad times")
	// ErrPart is returned by AppendBinary for a member whose type the format does not know, one that was not frozen for
	// example.
	ErrPart = parts.ErrKind
	// ErrData is returned for training data whose parts do not fit together.
	ErrData = problem.ErrData
	// ErrFormat is returned by Decode when the bytes are not a model of a known version.
	ErrFormat = wire.ErrFormat
)
