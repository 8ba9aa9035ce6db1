package energy

import "errors"

// ErrTargets is returned by TrainPower when energies and times are not one each for every row.
var ErrTargets = errors.New("energy: want one log energy and one log time for every row")
