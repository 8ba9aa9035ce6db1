package arrowio

import "fmt"

// guard turns a panic of the library, which corrupt files cause, into an error.
func guard(err *error) {
	if p := recover(); p != nil {
		if e, ok := p.(error); ok {
			*err = corrupt(e)
		} else {
			*err = fmt.Errorf("%w: %v", ErrCorrupt, p)
		}
	}
}
