package energy

import "errors"

var (
	// ErrNotPositive is returned when a cost that is to be modelled is zero, negative, NaN or infinite.
	ErrNotPositive = errors.New("energy: cost is not a positive finite number")
	// ErrNegative is returned when a cost that is to be added up is negative, NaN or infinite.
	ErrNegative = errors.New("energy: cost is not a finite number >= 0")
	// ErrTargets is returned by PowerTimeTrainer when the data do not have the two targets log energy and log time.
	ErrTargets = errors.New("energy: want two targets, log energy and log time")
)
