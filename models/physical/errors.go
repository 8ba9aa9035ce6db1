package physical

import "errors"

var (
	// ErrLaw is returned by the Trainer for a law that is neither Time nor Power.
	ErrLaw = errors.New("physical: unknown law")
	// ErrRest is returned by the Trainer when there is no trainer for what the law leaves.
	ErrRest = errors.New("physical: no trainer for what the law leaves")
	// ErrAxis is returned by the Trainer for an axis whose ends are not 0 < low <= high, finite.
	ErrAxis = errors.New("physical: the ends of an axis must be finite and above 0")
)
