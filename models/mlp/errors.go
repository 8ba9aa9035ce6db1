package mlp

import (
	"errors"
	"fmt"
)

// ErrShape is returned (wrapped) by New and Decode when a model's parts do not fit together or hold a number that is
// not finite.
var ErrShape = errors.New("mlp: the network's parts do not fit")

func shapeError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrShape, fmt.Sprintf(format, args...))
}
