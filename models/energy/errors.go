package energy

import "errors"

var (
	// ErrNotPositive is returned when a cost that is to be modelled is zero, negative, NaN or infinite.
	ErrNotPositive = errors.New("energy: cost is not a positive finite number")
	// ErrNegative is returned when a cost that is to be added up is negative, NaN or infinite.
	ErrNegative = errors.New("energy: cost is not a finite number >= 0")
	// ErrTargets is returned by TrainPower when energies and times are not one each for every row.
	ErrTargets = errors.New("energy: want one log energy and one log time for every row")
)
