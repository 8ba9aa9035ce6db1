package intake

import "errors"

// ErrLimit is returned when a log claims more than the limits allow; the message names the limit and a remedy.
var ErrLimit = errors.New("too large")

// ErrFormat is returned when a file is not what its beginning promised; the message names the file and the place.
var ErrFormat = errors.New("cannot be read")

// ErrNothing is returned when no file of the given paths is a log that a reader knows.
var ErrNothing = errors.New("no log that is known here")
